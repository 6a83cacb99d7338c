"""The page that rotates the write key of a source."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from fullstory_dest.admin.links import admin_url
from fullstory_dest.admin.pages import admin_page, source_view
from fullstory_dest.models import Source
from fullstory_dest.services.accounts.permissions import CHANGE_LIVE_SOURCE
from fullstory_dest.services.sources.install_tags import script_url
from fullstory_dest.services.sources.rotate_key import (
    GRACE_DAYS,
    MAXIMUM_GRACE_DAYS,
    WriteKeyChangedError,
    revoke_previous_key,
    rotate_key,
)


class RotateForm(forms.Form):
    """The grace period of the previous write key, in days."""

    grace_days = forms.IntegerField(
        label=gettext_lazy("Grace period (days)"),
        min_value=0,
        max_value=MAXIMUM_GRACE_DAYS,
        initial=GRACE_DAYS,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=gettext_lazy(
            "Both keys work until then. After that, pages with the previous key load nothing. "
            "0 revokes it immediately."
        ),
    )


@source_view(*CHANGE_LIVE_SOURCE)
def rotate_write_key(request: HttpRequest, source: Source) -> HttpResponse:
    """Ask for the grace period, then rotate the key. A POST with ``end`` revokes a previous key."""
    back = admin_url(source, "change", source.pk)
    if request.method == "POST" and (ended := request.POST.get("end", "").replace("\x00", "")):
        if revoke_previous_key(source, ended):
            messages.success(request, _("Write key %(key)s has been revoked.") % {"key": ended})
        else:
            messages.info(request, _("This write key has already expired or been revoked."))
        return HttpResponseRedirect(back)
    form = RotateForm(request.POST if request.method == "POST" else None)
    seen = request.POST.get("write_key", "") if request.method == "POST" else source.write_key
    refused = bool(request.method == "POST" and not seen)
    if refused:
        # Without the key that the form showed, this could rotate a key that was just rotated.
        form.add_error(
            None,
            _("The form didn't include the current write key. Review the key below and try again."),
        )
        seen = source.write_key
    if form.is_valid():
        try:
            rotate_key(source, grace_days=form.cleaned_data["grace_days"], expected_write_key=seen)
        except WriteKeyChangedError:
            messages.warning(
                request,
                _("This key was already rotated after you opened the page. No changes were made."),
            )
            return HttpResponseRedirect(back)
        message = _("Write key rotated. Replace the key on your site's pages.")
        if source.releases.exists():
            message += " " + _("Publish to update the key in the live configuration.")
        messages.success(request, message)
        return HttpResponseRedirect(f"{back}?rotated=1#key-and-archive")
    context = {
        "object": source,
        "source": source,
        "form": form,
        "url": script_url(source),
        "shown_key": seen,
        "served": source.retired_keys.served(),
        "back": back,
    }
    title = _("Rotate the write key of %(source)s") % {"source": source}
    status = 400 if refused else None
    return admin_page(request, "fullstory_dest/sources/write_key.html", title, status=status, **context)
