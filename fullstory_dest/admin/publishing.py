"""The page on which a source is reviewed and published."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

from fullstory_dest.admin.base import admin_url
from fullstory_dest.admin.changes import shown_changes, shown_problems
from fullstory_dest.compiler.check import differs_in_segment
from fullstory_dest.compiler.compile import CompileError, compile_source
from fullstory_dest.compiler.config import SourceSpec
from fullstory_dest.compiler.documents import canonical
from fullstory_dest.models import Mapping, Source
from fullstory_dest.services.publish import live_release, publish
from fullstory_dest.services.spec import source_spec


class PublishForm(forms.Form):
    """The note of a release. ``reviewed`` is what the publisher saw: nobody publishes what came in between unseen."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=2000,
        widget=UnfoldAdminExpandableTextareaWidget(
            attrs={"placeholder": gettext_lazy("What changes, and why")}
        ),
        help_text=gettext_lazy("Kept with the release, for those who read its history."),
    )
    reviewed = forms.CharField(required=False, widget=forms.HiddenInput)


def publish_page(
    request: HttpRequest, source: Source, *, allowed: bool, context: dict[str, Any]
) -> HttpResponse:
    """Shows what publishing would change, and publishes when the form is sent. ``allowed`` is whether the user may."""
    if request.method == "POST" and not allowed:
        raise PermissionDenied
    spec = source_spec(source)
    form = PublishForm(
        request.POST if request.method == "POST" else None, initial={"reviewed": fingerprint(spec)}
    )
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["reviewed"] not in ("", fingerprint(spec)):
            messages.warning(
                request,
                _("The drafts were changed after you opened this page. Review them again, then publish."),
            )
            form = PublishForm(initial={"reviewed": fingerprint(spec), "note": form.cleaned_data["note"]})
        elif response := _publish(request, source, form.cleaned_data["note"]):
            return response
    live = live_release(source)
    context |= {
        "title": _("Publish %(source)s") % {"source": source},
        "source": source,
        "form": form,
        "live": live,
        "allowed": allowed,
        "changes": shown_changes(live.spec if live else None, spec),
        "problems": _problems(spec),
        "warnings": _warnings(source, spec),
        "differing": _differing(spec),
        "source_url": admin_url(source, "change", source.pk),
    }
    return TemplateResponse(request, "fullstory_dest/publish.html", context)


def _publish(request: HttpRequest, source: Source, note: str) -> HttpResponse | None:
    """Where to go after publishing, or nothing when the drafts cannot be compiled: the page tells why."""
    try:
        publication = publish(source, by=request.user, note=note)  # type: ignore[arg-type]
    except CompileError:
        messages.error(request, _("Nothing was published: the drafts have problems."))
        return None
    number = publication.release.number
    if publication.created:
        messages.success(request, _("Published as release #%(number)s.") % {"number": number})
    else:
        messages.info(
            request, _("Nothing has changed: release #%(number)s is live already.") % {"number": number}
        )
    return HttpResponseRedirect(admin_url(Source, "change", source.pk))


def fingerprint(spec: SourceSpec) -> str:
    """Names what a spec says, so that a page can tell whether it is still what was reviewed."""
    return hashlib.sha256(canonical(spec).encode()).hexdigest()


def _problems(spec: SourceSpec) -> list[Any]:
    try:
        compile_source(spec)
    except CompileError as error:
        return shown_problems(spec, error.problems)
    return []


def _differing(spec: SourceSpec) -> list[dict[str, Any]]:
    """The enabled mappings whose triggers Segment's own client reads otherwise, and why."""
    return [
        {"name": mapping["name"], "url": admin_url(Mapping, "change", mapping["id"]), "reasons": reasons}
        for destination in spec["destinations"]
        for mapping in destination["mappings"]
        if destination["enabled"] and mapping["enabled"]
        if (reasons := differs_in_segment(mapping["trigger"]))
    ]


def _warnings(source: Source, spec: SourceSpec) -> list[str]:
    """What is allowed, but probably not meant."""
    enabled = [destination for destination in spec["destinations"] if destination["enabled"]]
    warnings = []
    if source.archived_at:
        warnings.append(
            _("This source is archived: its pages send nothing to FullStory until it is restored.")
        )
    elif not source.enabled:
        warnings.append(
            _("This source is disabled: its pages send nothing to FullStory until you enable it.")
        )
    if not enabled:
        warnings.append(
            _("No destination is enabled: pages that load this source send nothing to FullStory.")
        )
    warnings += [
        _("No mapping of “%(name)s” is enabled: FullStory records sessions, but gets no events.")
        % {"name": destination["name"]}
        for destination in enabled
        if not any(mapping["enabled"] for mapping in destination["mappings"])
    ]
    return warnings
