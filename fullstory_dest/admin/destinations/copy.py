"""The page that copies a destination to other sources, after a review of the changes in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fullstory_dest.admin.base.posted_inputs import parse_ids
from fullstory_dest.admin.links import admin_url
from fullstory_dest.admin.pages import admin_page
from fullstory_dest.admin.releases.diff import DiffItem, diff_items
from fullstory_dest.compiler.files import canonical_json
from fullstory_dest.compiler.schema import SourceSpec
from fullstory_dest.models import Destination, Source
from fullstory_dest.services.drafts.copy_destination import (
    CopyPlan,
    OutdatedPlanError,
    copy_destination,
    plan_copy,
    plans_fingerprint,
)
from fullstory_dest.unstorable_text import without_unstorable

MAXIMUM_TARGETS: Final = 20
SOURCES_SHOWN: Final = 50


def copy_page(request: HttpRequest, destination: Destination) -> HttpResponse:
    """Ask for sources, show the changes in each, then copy to all of them or, on an error, to none."""
    typed = request.POST if request.method == "POST" else request.GET
    sources = Source.objects.filter(archived_at=None).exclude(pk=destination.source_id)
    targets, refusals = _chosen_targets(sources, parse_ids(typed.getlist("to")))
    # Settings are copied only on request, because a copied FS Org sends a site's data to another FullStory org.
    keep_settings = typed.get("what") != "all"
    if request.method == "POST":
        result = _copy(request, destination, targets, keep_settings, refusals)
        if isinstance(result, HttpResponse):
            return result
        refusals += result
    reviewing = bool(targets) and (request.method == "POST" or "review" in typed)
    plans = plan_copy(destination, targets, keep_settings=keep_settings) if reviewing else []
    sought = without_unstorable(typed.get("q", "")).strip()[:200]
    found = sources.filter(name__icontains=sought).exclude(pk__in=[target.pk for target in targets])
    return admin_page(
        request,
        "fullstory_dest/destinations/copy.html",
        _("Copy %(destination)s to other sources") % {"destination": destination},
        object=destination,
        destination=destination,
        plans=plans,
        results=_copy_results(plans, opened=request.GET.get("all", ""), keep_settings=keep_settings),
        org_changes=any(map(_org_change, plans)),
        planned=plans_fingerprint(plans),
        refusals=refusals,
        targets=targets,
        found=[] if reviewing else found.order_by("name", "id")[:SOURCES_SHOWN],
        sought=sought,
        keep_settings=keep_settings,
        nothing_chosen="review" in typed and not targets,
        back=admin_url(destination, "change", destination.pk),
    )


def _chosen_targets(sources: QuerySet[Source], keys: list[str]) -> tuple[list[Source], list[str]]:
    """The chosen sources, and error messages about the choice."""
    targets = list(sources.filter(pk__in=keys).order_by("name", "id")[: MAXIMUM_TARGETS + 1])
    if len(targets) > MAXIMUM_TARGETS:
        refusal = _("Choose at most %(count)d sources at a time.") % {"count": MAXIMUM_TARGETS}
        return targets[:MAXIMUM_TARGETS], [refusal]
    if len(targets) < len(set(keys)):
        return targets, [_("A selected source no longer exists. Review your selection.")]
    return targets, []


def _copy(
    request: HttpRequest,
    destination: Destination,
    targets: list[Source],
    keep_settings: bool,
    refusals: list[str],
) -> HttpResponse | list[str]:
    """Copy unless there are ``refusals``, and redirect. Return further error messages if that isn't possible."""
    if "other_org" not in request.POST and any(
        map(_org_change, plan_copy(destination, targets, keep_settings=keep_settings))
    ):
        return [_("Nothing was copied. Confirm the FS Org change, or copy only mappings.")]
    if not targets or refusals:
        return []
    try:
        return _copied(request, destination, targets, keep_settings)
    except OutdatedPlanError:
        return [_("The drafts changed after you opened this page. Review the changes and copy again.")]
    except ValidationError as error:
        return [_("Nothing was copied: %(reason)s") % {"reason": reason} for reason in error.messages]
    except IntegrityError:
        return [_("Nothing was copied because another user just changed one of these sources. Try again.")]


def _copied(
    request: HttpRequest, destination: Destination, targets: list[Source], keep_settings: bool
) -> HttpResponse:
    def check(plans: list[CopyPlan]) -> None:
        if request.POST.get("planned") != plans_fingerprint(plans):
            raise OutdatedPlanError

    copies = copy_destination(destination, targets, keep_settings=keep_settings, check=check)
    message = ngettext("Copied to %(count)d source.", "Copied to %(count)d sources.", len(copies))
    messages.success(
        request, message % {"count": len(copies)} + " " + _("Publish each source to make it live.")
    )
    shown = copies[0] if len(copies) == 1 else destination
    return HttpResponseRedirect(admin_url(shown, "change", shown.pk))


@dataclass(frozen=True, slots=True)
class CopyResult:
    """The changes that copying makes, and all sources with exactly these changes.

    ``existing`` is the name of the changed destination, or blank if one is added. ``org`` is its FS Org before and
    after, if it changes. ``all_url`` shows every difference.
    """

    existing: str
    org: tuple[str, str] | None
    changes: list[DiffItem]
    all_url: str
    targets: list[Source]


def _copy_results(plans: list[CopyPlan], *, opened: str, keep_settings: bool) -> list[CopyResult]:
    """The plans grouped by their changes, so that the same changes are listed only once.

    ``opened`` is the id of the source whose differences are all shown.
    """
    what = "mappings" if keep_settings else "all"
    query = [*(("to", plan.target.pk) for plan in plans), ("what", what), ("review", 1)]
    found: dict[str, CopyResult] = {}
    already = 0
    for plan in plans:
        same = canonical_json([bool(plan.existing), _without_ids(plan.before), _without_ids(plan.after)])
        if same not in found:
            key = str(plan.target.pk)
            changes = diff_items(plan.before, plan.after, everything=opened == key, already=already)
            already += len(changes)
            all_url = f"?{urlencode([*query, ('all', key)])}#result-{len(found) + 1}"
            found[same] = CopyResult(str(plan.existing or ""), _org_change(plan), changes, all_url, [])
        found[same].targets.append(plan.target)
    return list(found.values())


def _without_ids(spec: SourceSpec) -> list[Any]:
    return [
        {**destination, "id": 0, "mappings": [{**mapping, "id": 0} for mapping in destination["mappings"]]}
        for destination in spec["destinations"]
    ]


def _org_change(plan: CopyPlan) -> tuple[str, str] | None:
    """The FS Org before and after, if the copy changes that of an existing destination."""
    if plan.existing is None:
        return None
    before, after = (_org(spec, plan.existing.pk) for spec in (plan.before, plan.after))
    return None if before == after else (before, after)


def _org(spec: SourceSpec, key: int) -> str:
    found = (each["settings"].get("orgId") for each in spec["destinations"] if each["id"] == key)
    return str(next(found, ""))
