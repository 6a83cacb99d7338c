"""Keeping a source: rotating its write key, and archiving it. Pages that ask first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from fullstory_dest.admin.base.model_admin import admin_url
from fullstory_dest.models import Source
from fullstory_dest.services.archive import archive, restore
from fullstory_dest.services.install import script_url
from fullstory_dest.services.rotate_key import (
    GRACE_DAYS,
    MAXIMUM_GRACE_DAYS,
    OutdatedKeyError,
    revoke_previous_key,
    rotate_key,
)


class RotateForm(forms.Form):
    """How long the old key is served, in days."""

    grace_days = forms.IntegerField(
        label=gettext_lazy("For how many days does the old key go on working?"),
        min_value=0,
        max_value=MAXIMUM_GRACE_DAYS,
        initial=GRACE_DAYS,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=gettext_lazy(
            "Until every page of the site has the new one. Pages with an expired key load nothing. "
            "With 0 the old key stops working at once."
        ),
    )


def rotate_page(request: HttpRequest, source: Source, context: dict[str, Any]) -> HttpResponse:
    """Asks for how long the old key is to be served, and rotates. Also ends the grace of an old key."""
    back = admin_url(source, "change", source.pk)
    if request.method == "POST" and (ended := request.POST.get("end", "").replace("\x00", "")):
        if revoke_previous_key(source, ended):
            messages.success(request, _("The old key %(key)s is served no longer.") % {"key": ended})
        else:
            messages.info(request, _("This key was not served any more."))
        return HttpResponseRedirect(back)
    form = RotateForm(request.POST if request.method == "POST" else None)
    seen = request.POST.get("write_key", "") if request.method == "POST" else source.write_key
    refused = bool(request.method == "POST" and not seen)
    if refused:
        # Which key is to go is not said, and it may have been rotated already: the page asks anew.
        form.add_error(
            None,
            _("Nothing was rotated: the form did not say which key. Look at the one below, then rotate it."),
        )
        seen = source.write_key
    if form.is_valid():
        try:
            rotate_key(source, grace_days=form.cleaned_data["grace_days"], seen=seen)
        except OutdatedKeyError:
            messages.warning(
                request, _("The key was rotated after you opened this page, and this was not done again.")
            )
            return HttpResponseRedirect(back)
        told = _("The source has a new write key. Put it into the site's pages.")
        if source.releases.exists():
            told += " " + _("Publish, so that what is published names it, too.")
        messages.success(request, told)
        return HttpResponseRedirect(f"{back}?rotated=1#keeping")
    context |= {
        "title": _("Rotate the write key of %(source)s") % {"source": source},
        "object": source,
        "source": source,
        "form": form,
        "url": script_url(source),
        "shown_key": seen,
        "served": source.retired_keys.served(),
        "back": back,
    }
    return TemplateResponse(
        request, "fullstory_dest/sources/rotate_key.html", context, status=400 if refused else None
    )


def archive_page(request: HttpRequest, source: Source, context: dict[str, Any]) -> HttpResponse:
    """Asks, then archives; or restores."""
    wanted = request.POST.get("wanted", "")
    if request.method == "POST" and wanted not in ("archive", "restore"):
        messages.warning(request, _("Nothing was done: the form did not say what. Look, then choose."))
        return HttpResponseRedirect(request.get_full_path())
    if request.method == "POST":
        if (wanted == "archive") == bool(source.archived_at):
            # Somebody did the same meanwhile, or the button was pressed twice. It is not to be undone by that.
            told = (
                _("“%(source)s” was archived already.")
                if source.archived_at
                else _("“%(source)s” was back already.")
            )
            messages.info(request, told % {"source": source})
            return HttpResponseRedirect(admin_url(source, "change", source.pk))
        if wanted == "restore":
            restore(source)
            messages.success(request, _("“%(source)s” is back, as it was.") % {"source": source})
            return HttpResponseRedirect(admin_url(source, "change", source.pk))
        archive(source)
        messages.success(
            request,
            format_html(
                '{} <a class="text-link" href="{}?archived=yes">{}</a>',
                _("“%(source)s” is archived.") % {"source": source},
                admin_url(source, "changelist"),
                _("Look at the archive"),
            ),
        )
        return HttpResponseRedirect(admin_url(source, "changelist"))
    title = _("Restore %(source)s") if source.archived_at else _("Archive %(source)s")
    context |= {
        "title": title % {"source": source},
        "object": source,
        "source": source,
        "back": admin_url(source, "change", source.pk),
    }
    return TemplateResponse(request, "fullstory_dest/sources/archive.html", context)


class KeyAndArchiveMixin:
    """The pages of a source on which its key is rotated, and it is archived. For those who decide what browsers get."""

    def get_urls(self) -> list[URLPattern]:
        pages = [
            path(f"<path:object_id>/{name}/", self._view(page), name=f"fullstory_dest_source_{name}")
            for name, page in (("rotate", rotate_page), ("archive", archive_page))
        ]
        return [*pages, *super().get_urls()]  # type: ignore[misc]

    def _view(self, page: Callable[[HttpRequest, Source, dict[str, Any]], HttpResponse]) -> Any:
        def view(request: HttpRequest, object_id: str) -> HttpResponse:
            if not request.user.has_perms(("fullstory_dest.publish_source", "fullstory_dest.change_source")):
                raise PermissionDenied
            source = self.get_object(request, object_id)  # type: ignore[attr-defined]
            if source is None:
                raise Http404
            return page(request, source, {**admin.site.each_context(request), "opts": Source._meta})

        return admin.site.admin_view(view)
