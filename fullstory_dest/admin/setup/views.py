"""The setup wizard: source, settings, mappings, test and publish.

Each step saves drafts, so that users can leave, go back and resume.
"""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.posted_inputs import parse_ids
from fullstory_dest.admin.pages import admin_page, destination_of, source_view
from fullstory_dest.admin.setup.forms import (
    ADVANCED,
    MORE,
    SettingsStepForm,
    SourceForm,
    preset_options,
)
from fullstory_dest.admin.setup.session import (
    are_presets_chosen,
    forget_input,
    forget_setup,
    resumed_destination,
    resumed_source,
    save_input,
    save_presets_chosen,
    save_step,
    saved_input,
)
from fullstory_dest.admin.setup.steps import step_context, step_url
from fullstory_dest.admin.sources.event_tab import test_tab
from fullstory_dest.admin.sources.publish import publish_page
from fullstory_dest.catalog import PRESETS
from fullstory_dest.models import Destination, Mapping, Source
from fullstory_dest.services.drafts.presets import find_preset_mapping, save_presets
from fullstory_dest.services.drafts.toggle import toggle
from fullstory_dest.services.row_locks import lock_rows
from fullstory_dest.services.source_changes import source_changes
from fullstory_dest.services.sources.search import source_search_q
from fullstory_dest.unstorable_text import without_unstorable

SOURCES_SHOWN: Final = 10


@permission_required(
    ["fullstory_dest.view_source", "fullstory_dest.add_destination"],
    raise_exception=True,
)
def source_step(request: HttpRequest) -> HttpResponse:
    """Choose a source, or name a new one."""
    may_add = request.user.has_perm("fullstory_dest.add_source")
    resumed = resumed_source(request)
    query = without_unstorable(request.GET.get("q", "")).strip()[:200]
    sources = Source.objects.filter(source_search_q(query), archived_at=None).order_by("-updated_at", "-id")
    posted = request.POST if request.method == "POST" else None
    form = SourceForm(posted, may_add=may_add, resumed=resumed)
    if form.is_valid():
        source = form.save()
        destination = resumed_destination(request, source)
        return _continue_to(request, "settings", source, destination, saved="found" not in form.cleaned_data)
    return admin_page(
        request,
        "fullstory_dest/setup/source.html",
        _("Choose a source"),
        form=form,
        sources=sources[:SOURCES_SHOWN],
        many=query or Source.objects.filter(archived_at=None).count() > SOURCES_SHOWN,
        query=query,
        may_add=may_add,
        chosen=form.data.get("source") or (str(resumed.pk) if resumed else ""),
        **step_context("source", None, None),
    )


@source_view()
def settings_step(request: HttpRequest, source: Source, destination_id: int | None = None) -> HttpResponse:
    """Edit FullStory's settings, of a new destination or of the one created earlier in this setup."""
    verb = "change" if destination_id else "add"
    if not request.user.has_perm(f"fullstory_dest.{verb}_destination"):
        raise PermissionDenied
    if request.method != "POST":
        return _settings(request, source, destination_id)
    with source_changes():
        return _settings(request, source, destination_id)


def _settings(request: HttpRequest, source: Source, destination_id: int | None) -> HttpResponse:
    destination = _settings_of(request, source, destination_id)
    if destination_id and destination is None:
        save_input(request, source)
        message = _("The destination was deleted while you were editing. Save to create a new one.")
        messages.warning(request, message)
        return HttpResponseRedirect(step_url("settings", source.pk, None))
    if "discard" in request.GET and request.method == "GET":
        forget_input(request)
        return HttpResponseRedirect(request.path)
    posted = request.POST if request.method == "POST" else saved_input(request, source)
    form = SettingsStepForm(posted, instance=destination or Destination(source=source), by=request.user)
    back = step_url("source", None, None) if "back" in request.POST else ""
    if back and not form.has_changed():
        return HttpResponseRedirect(back)
    if request.method == "POST" and form.is_valid():
        try:
            with source_changes():
                form.save()
        except (IntegrityError, ValidationError):
            message = _("Someone else just saved another destination. Review it, then save again.")
            form.add_error(None, message)
        else:
            forget_input(request)
            following = _continue_to(request, "mappings", source, form.instance)
            return HttpResponseRedirect(back) if back else following
    if back:
        save_input(request, source)
        return HttpResponseRedirect(back)
    return _step(
        request,
        "settings",
        source,
        destination,
        _("FullStory settings"),
        form=form,
        discard_url=f"{request.path}?discard=1",
        essential=[form["setting_orgId"], form["name"]],
        more=[form[name] for name in MORE],
        advanced=[form[name] for name in ADVANCED],
        open=any(name in form.errors for name in (*MORE, *ADVANCED)),
    )


def _settings_of(request: HttpRequest, source: Source, destination_id: int | None) -> Destination | None:
    """The destination to edit, locked for saving; None for a new one, or if it was deleted since the page opened."""
    if destination_id is None:
        resumed = resumed_destination(request, source)
        key = resumed.pk if resumed else None
    else:
        key = destination_id
    if key is None:
        return None
    if request.method == "POST":
        # The second of two concurrent saves waits here, then sees the first one's changes.
        lock_rows(Destination, [int(each) for each in parse_ids([key])])
        if not Destination.objects.filter(pk=key).exists():
            return None
    return destination_of(source, key)


@source_view("fullstory_dest.add_mapping")
def mappings_step(request: HttpRequest, source: Source, destination_id: int) -> HttpResponse:
    """Choose presets, or start from a blank mapping."""
    destination = destination_of(source, destination_id)
    if request.method == "POST" and (following := _save_mappings(request, destination)):
        return following
    mappings = list(destination.mappings.order_by("position"))
    chosen = are_presets_chosen(request, destination)
    return _step(
        request,
        "mappings",
        source,
        destination,
        _("Choose mappings"),
        recommended=preset_options(mappings, recommended=True, are_chosen=chosen),
        legacy=preset_options(mappings, recommended=False),
        own=[
            mapping
            for mapping in mappings
            if not any(find_preset_mapping(each, [mapping]) for each in PRESETS)
        ],
        disabled=[mapping for mapping in mappings if not mapping.enabled],
        may_enable=request.user.has_perm("fullstory_dest.change_mapping"),
    )


def _save_mappings(request: HttpRequest, destination: Destination) -> HttpResponse | None:
    """Save the presets and return the redirect; None if saving fails."""
    source = destination.source
    custom = "custom" in request.POST
    # Customized setup starts with only a blank mapping, so it ignores preselected presets.
    if not custom or destination.mappings.exists() or are_presets_chosen(request, destination):
        try:
            save_presets(destination, request.POST.getlist("preset"), request.POST.getlist("seen"))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return None
        save_presets_chosen(request, destination)
    if custom:
        add = reverse("admin:fullstory_dest_setup_add_mapping", args=[source.pk, destination.pk])
        return HttpResponseRedirect(f"{add}?destination={destination.pk}")
    if "enable" in request.POST:
        _enable(request, destination)
        return HttpResponseRedirect(request.path)
    if "back" in request.POST:
        return HttpResponseRedirect(step_url("settings", source.pk, destination.pk))
    return _continue_to(request, "test", source, destination)


def _enable(request: HttpRequest, destination: Destination) -> None:
    """Enable the posted mapping, if it belongs to the destination."""
    if not request.user.has_perm("fullstory_dest.change_mapping"):
        raise PermissionDenied
    for mapping in destination.mappings.filter(pk__in=parse_ids([request.POST["enable"]])):
        toggle(Mapping, [mapping.pk], enabled=True)
        messages.success(request, _("Mapping “%(mapping)s” enabled.") % {"mapping": mapping.name})


@source_view("fullstory_dest.add_mapping")
def add_mapping(request: HttpRequest, source: Source, destination_id: int) -> HttpResponse:
    """Show the form for a new mapping with the wizard's header. Saving returns to the mappings step."""
    destination = destination_of(source, destination_id)
    context = step_context("mappings", source, destination)
    back = step_url("mappings", source.pk, destination.pk)
    context["setup"] |= {"back": back, "next": ""}
    mapping_admin = admin.site.get_model_admin(Mapping)
    response: HttpResponse = mapping_admin.add_view(request, extra_context=context)
    stays = {"_continue", "_addanother"} & request.POST.keys()
    return HttpResponseRedirect(back) if response.status_code == 302 and not stays else response


@source_view()
def test_step(request: HttpRequest, source: Source, destination_id: int) -> HttpResponse:
    """Show the source's Test tab with the wizard's header."""
    destination = destination_of(source, destination_id)
    return _with_header(request, test_tab(request, pk=source), "test", source, destination)


@source_view()
def publish_step(request: HttpRequest, source: Source, destination_id: int) -> HttpResponse:
    """Show the source's Publish page with the wizard's header. Publishing leads to the Install tab."""
    destination = destination_of(source, destination_id)
    finished = reverse("admin:fullstory_dest_setup_finish", args=[source.pk])
    response = publish_page(request, pk=source, published_url=finished)
    return _with_header(request, response, "publish", source, destination)


@source_view()
def finish(request: HttpRequest, source: Source) -> HttpResponse:
    """End the setup after publishing, and redirect to the Install tab, which checks the live release."""
    forget_setup(request)
    return HttpResponseRedirect(f"{step_url('install', source.pk, None)}?published=1")


def leave(request: HttpRequest) -> HttpResponse:
    """Leave the setup. Drafts are kept."""
    if request.method == "POST":
        forget_setup(request)
    return HttpResponseRedirect(reverse("admin:index"))


def _with_header(
    request: HttpRequest, response: HttpResponse, step: str, source: Source, destination: Destination
) -> HttpResponse:
    """Add the wizard's header to a page of the source, and remember it as the step to resume."""
    save_step(request, step, source, destination)
    if isinstance(response, TemplateResponse) and response.context_data is not None:
        response.context_data |= step_context(step, source, destination)
    return response


def _continue_to(
    request: HttpRequest, step: str, source: Source, destination: Destination | None, *, saved: bool = True
) -> HttpResponse:
    """Redirect to a step, and remember it as the step to resume if something was ``saved``."""
    save_step(request, step, source, destination, saved=saved)
    return HttpResponseRedirect(step_url(step, source.pk, destination.pk if destination else None))


def _step(
    request: HttpRequest,
    step: str,
    source: Source,
    destination: Destination | None,
    title: str,
    **context: Any,
) -> HttpResponse:
    """Render a step, and remember it as the step to resume."""
    save_step(request, step, source, destination)
    template = f"fullstory_dest/setup/{step}.html"
    return admin_page(request, template, title, **context, **step_context(step, source, destination))
