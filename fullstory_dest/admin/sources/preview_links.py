"""The page with a source's preview links, which show drafts or a release on the site's own pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import qrcode
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from qrcode.image.svg import SvgPathImage
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from fullstory_dest.admin.base.posted_inputs import parse_ids
from fullstory_dest.admin.links import admin_url, tab_url
from fullstory_dest.admin.pages import admin_page, current_user, source_view
from fullstory_dest.models import Environment, PreviewLink, Release, Source
from fullstory_dest.models.preview_link import MAXIMUM_URL_LENGTH, validate_page_url
from fullstory_dest.services.accounts.permissions import SEND_PREVIEW_CALLS, VIEW_DRAFTS
from fullstory_dest.services.previews.preview_link import (
    create_preview_link,
    may_revoke,
    preview_url,
    revoke_preview_link,
)
from fullstory_dest.services.sources.script_requests import summarize_script_requests

LINKS_SHOWN = 50


class PreviewLinkForm(forms.Form):
    """A new preview link. ``hours`` is its lifetime."""

    page_url = forms.URLField(
        label=gettext_lazy("Page"),
        assume_scheme="https",
        max_length=MAXIMUM_URL_LENGTH,
        validators=[validate_page_url],
        widget=UnfoldAdminTextInputWidget(attrs={"type": "url", "placeholder": "https://www.example.com/"}),
        help_text=gettext_lazy("The page of your site that the link opens."),
    )
    hours = forms.TypedChoiceField(
        label=gettext_lazy("Expires"),
        coerce=int,
        initial=1,
        choices=(
            (1, gettext_lazy("In an hour")),
            (8, gettext_lazy("In 8 hours")),
            (24, gettext_lazy("In a day")),
            (168, gettext_lazy("In 7 days")),
        ),
        widget=UnfoldAdminRadioSelectWidget,
    )
    sends_calls = forms.BooleanField(
        label=gettext_lazy("Send calls to FullStory"),
        required=False,
        widget=UnfoldBooleanWidget,
        help_text=gettext_lazy(
            "Otherwise, the debug panel shows the calls, and FullStory's script isn't loaded."
        ),
    )

    environment = forms.ChoiceField(
        label=gettext_lazy("Environment"),
        widget=UnfoldAdminRadioSelectWidget,
        help_text=gettext_lazy("The page needs the tag of this environment."),
    )

    def __init__(
        self,
        *args: Any,
        environments: Sequence[Environment],
        chosen: str,
        may_send: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not may_send:
            del self.fields["sends_calls"]
        self._environments = {each.slug: each for each in environments}
        self.fields["environment"].choices = [(each.slug, each.name) for each in environments]  # type: ignore[attr-defined]
        self.fields["environment"].initial = chosen if chosen in self._environments else environments[0].slug
        if len(environments) == 1:
            del self.fields["environment"]

    def chosen_environment(self) -> Environment:
        """The environment of a valid form. It isn't asked for if there is only one."""
        only = next(iter(self._environments))
        return self._environments[self.cleaned_data.get("environment", only)]


@never_cache
@source_view(*VIEW_DRAFTS)
def preview_links(request: HttpRequest, source: Source) -> HttpResponse:
    """Show the active links, and create one for the drafts or ``release`` (an id in the query).

    A POST with ``revoke`` (an id) revokes a link instead.
    """
    if "revoke" in request.POST:
        return _revoke(request, source)
    release = _release(request, source)
    environments = list(source.environments.all())
    form = PreviewLinkForm(
        request.POST if request.method == "POST" else None,
        initial={"page_url": _last_page(source)},
        environments=environments,
        chosen=request.GET.get("environment", ""),
        may_send=request.user.has_perms(SEND_PREVIEW_CALLS),
    )
    if form.is_valid():
        create_preview_link(
            form.chosen_environment(),
            by=current_user(request),
            release=release,
            page_url=form.cleaned_data["page_url"],
            sends_calls=form.cleaned_data.get("sends_calls", False),
            lifetime=timedelta(hours=form.cleaned_data["hours"]),
        )
        # A redirect, so that a reload doesn't create another link.
        return HttpResponseRedirect(request.get_full_path())
    active = PreviewLink.objects.active().filter(environment__source=source)
    links = active.select_related("environment", "release", "created_by")[:LINKS_SHOWN]
    title = _("Preview release #%(number)s on your site") if release else _("Preview drafts on your site")
    return admin_page(
        request,
        "fullstory_dest/sources/preview_links.html",
        title % {"number": release.number} if release else title,
        object=source,
        source=source,
        several=len(environments) > 1,
        unpublished=[each for each in environments if each.live_id is None],
        form=form,
        links=[
            {"link": link, "url": preview_url(link), "may_revoke": may_revoke(link, current_user(request))}
            for link in links
        ],
        back=admin_url(release, "change", release.pk) if release else tab_url(source, "overview"),
    )


@never_cache
@source_view(*VIEW_DRAFTS)
def qr_code(request: HttpRequest, source: Source, key: int) -> HttpResponse:
    """Return the QR code of an active link, as an SVG image."""
    link = PreviewLink.objects.active().filter(environment__source=source, pk=key).first()
    if link is None:
        raise Http404
    image: Any = qrcode.make(preview_url(link), image_factory=SvgPathImage, border=2)
    return HttpResponse(image.to_string(), content_type="image/svg+xml")


def _release(request: HttpRequest, source: Source) -> Release | None:
    """The release to preview, or None for the drafts. Raises PermissionDenied or Http404."""
    if "release" not in request.GET:
        return None
    if not request.user.has_perm("fullstory_dest.view_release"):
        raise PermissionDenied
    found = source.releases.filter(pk__in=parse_ids([request.GET["release"]])).first()
    if found is None:
        raise Http404
    return found


def _revoke(request: HttpRequest, source: Source) -> HttpResponse:
    links = PreviewLink.objects.filter(environment__source=source)
    link = links.filter(pk__in=parse_ids([request.POST["revoke"]])).first()
    if link is None:
        raise Http404
    if not may_revoke(link, current_user(request)):
        raise PermissionDenied
    revoke_preview_link(link, by=current_user(request))
    messages.success(request, _("Preview link revoked. Pages that are open keep it until they are reloaded."))
    return HttpResponseRedirect(request.get_full_path())


def _last_page(source: Source) -> str:
    """The page of the latest link, or else the site that last requested the script."""
    latest = PreviewLink.objects.filter(environment__source=source).values_list("page_url", flat=True).first()
    origins = (row["origin"] for row in summarize_script_requests(source)["origins"])
    return latest or next((f"{origin}/" for origin in origins if origin), "")
