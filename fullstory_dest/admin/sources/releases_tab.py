"""The Releases tab of a source: the timeline, the live check, and the comparison of two releases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.posted_inputs import parse_ids, parse_number
from fullstory_dest.admin.pages import source_tab, source_view
from fullstory_dest.admin.releases.diff import diff_items
from fullstory_dest.admin.releases.test_case_results import results_of_runs
from fullstory_dest.compiler.check import CompileError
from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.compiler.schema import CompiledConfig, SourceSpec
from fullstory_dest.models import Release, Source
from fullstory_dest.services.accounts.permissions import PUBLISH, RESTORE_DRAFTS
from fullstory_dest.services.previews.engine import PreviewError
from fullstory_dest.services.previews.test_cases import run_test_cases
from fullstory_dest.services.publishing.publish import live_release
from fullstory_dest.services.publishing.schedule_publish import latest_scheduled_publish
from fullstory_dest.services.spec import source_spec

RELEASES_SHOWN = 50
WIDTH = 1000.0
#: Two pixels and a border on a phone.
NARROWEST = 10.0
LABELLED = 34.0
DRAFTS = "draft"


@dataclass(frozen=True, slots=True)
class TimelineBar:
    """The time that a release was live. ``x`` and ``width`` place it in the timeline, which is 1000 units wide."""

    release: Release
    since: datetime
    until: datetime | None
    x: float
    width: float

    @property
    def is_labelled(self) -> bool:
        return self.width >= LABELLED

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@source_view("fullstory_dest.view_release")
def releases(request: HttpRequest, source: Source) -> HttpResponse:
    """List the releases, newest first. ``?before=`` shows those with lower numbers."""
    before = parse_number(request.GET.get("before", ""))
    found = source.releases.defer("spec", "config").select_related("created_by").order_by("-number")
    if before is not None:
        found = found.filter(number__lt=before)
    shown = list(found[: RELEASES_SHOWN + 1])
    page = shown[:RELEASES_SHOWN]
    newest = live_release(source)
    # On an older page, the first release was live until the next one was published.
    after = None
    if page and newest and page[0].pk != newest.pk:
        after = source.releases.filter(number=page[0].number + 1).values_list("created_at", flat=True).first()
    bars = timeline_bars(page, after)
    return source_tab(
        request,
        source,
        "releases",
        bars=list(reversed(bars)),
        drawn=bars,
        first=bars[0] if bars else None,
        older=page[-1].number if len(shown) > RELEASES_SHOWN else None,
        live=newest,
        pending=latest_scheduled_publish(source),
        **live_check(source, newest),
        choices=[release.number for release in page],
        may_publish=request.user.has_perms(PUBLISH),
        may_restore=request.user.has_perms(RESTORE_DRAFTS),
    )


def live_check(source: Source, live: Release | None) -> dict[str, Any]:
    """Context for live_check.html: the public URL of the config, and the script's messages."""
    return {
        "config_url": f"{settings.PUBLIC_URL}/v1/sources/{source.write_key}/config",
        "words": _words(live) if live else {},
    }


def timeline_bars(releases: Sequence[Release], until: datetime | None = None) -> list[TimelineBar]:
    """Spans of the releases, oldest first, from releases that are newest first. ``until`` (or now) ends the last one.

    Widths are proportional to durations, but at least ``NARROWEST``.
    """
    if not releases:
        return []
    ordered = list(reversed(releases))
    ends = [*(release.created_at for release in ordered[1:]), until or timezone.now()]
    seconds = [
        max((end - release.created_at).total_seconds(), 0.0)
        for release, end in zip(ordered, ends, strict=True)
    ]
    room = WIDTH - NARROWEST * len(ordered)
    whole = sum(seconds) or 1.0
    bars: list[TimelineBar] = []
    x = 0.0
    for index, (release, end) in enumerate(zip(ordered, ends, strict=True)):
        width = NARROWEST + room * seconds[index] / whole
        is_last = index == len(ordered) - 1
        bars.append(
            TimelineBar(release, release.created_at, until if is_last else end, round(x, 1), round(width, 1))
        )
        x += width
    return bars


@source_view("fullstory_dest.view_release")
def live(request: HttpRequest, source: Source) -> HttpResponse:
    """Return the config that browsers should receive, so that the live check can compare it."""
    release = live_release(source)
    if release is None:
        raise Http404
    body = bytes(release.config_document.body).decode()
    return JsonResponse(
        {"number": release.number, "document": body, "enabled": source.enabled and not source.archived_at}
    )


@source_view("fullstory_dest.view_release")
def compare(request: HttpRequest, source: Source) -> HttpResponse:
    """Compare two releases, or a release and the drafts, and their test case results."""
    before = _compared_version(source, request.GET.get("from", ""))
    after = _compared_version(source, request.GET.get("to", DRAFTS))
    runs, run_error = [], ""
    try:
        after_config = after.config or compile_source(after.spec)
        before_config = before.config or compile_source(before.spec)
        ran = run_test_cases(list(source.test_cases.order_by("name")), after_config, before_config)
        runs = results_of_runs(ran, everything="all" in request.GET)
    except CompileError:
        run_error = _("Test cases can't run because the drafts have problems.")
    except PreviewError as error:
        run_error = _("Test cases couldn't run: %(why)s.") % {"why": error}
    return source_tab(
        request,
        source,
        "releases",
        "fullstory_dest/releases/compare.html",
        before=before,
        after=after,
        changes=diff_items(before.spec, after.spec, everything="all" in request.GET),
        affected=[run for run in runs if run.changes],
        runs=runs,
        run_error=run_error,
        choices=list(source.releases.order_by("-number").values_list("number", flat=True)[:RELEASES_SHOWN]),
    )


@dataclass(frozen=True, slots=True)
class ComparedVersion:
    """One side of a comparison: a release, or the drafts, which have no compiled config."""

    key: str
    name: str
    spec: SourceSpec
    config: CompiledConfig | None


def _compared_version(source: Source, key: str) -> ComparedVersion:
    if key == DRAFTS:
        return ComparedVersion(DRAFTS, _("Drafts"), source_spec(source), None)
    release = source.releases.filter(number__in=parse_ids([key])).first()
    if release is None:
        raise Http404
    name = _("Release #%(number)s") % {"number": release.number}
    return ComparedVersion(str(release.number), name, release.spec, release.config)


def _words(live: Release) -> dict[str, str]:
    """The messages of the live check, by outcome."""
    number = {"number": live.number}
    return {
        "asking": _("Checking the live script…"),
        "expired": _("Session expired. Log in again in another tab, then check again."),
        "live": _("Visitors now get release #%(number)s.") % number,
        "disabled": _("This source is disabled. Visitors get a script that does nothing."),
        "older": _(
            "Visitors don't get release #%(number)s yet. If this doesn't change in a few minutes, check your caches."
        )
        % number,
        "missing": _("The public URL returned 404 for this source. Check PUBLIC_URL."),
        "failed": _(
            "Your browser can't reach the public URL. Check PUBLIC_URL and your network, and use https for both pages."
        ),
    }
