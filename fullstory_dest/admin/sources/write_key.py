"""The page that rotates the write key of a source."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from fullstory_dest.admin.base.model_admin import admin_url
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


@source_view(*CHANGE_LIVE_SOURCE)
def rotate_write_key(request: HttpRequest, source: Source) -> HttpResponse:
    """Ask for the grace period, then rotate. A post with ``end`` revokes a previous key."""
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
            rotate_key(source, grace_days=form.cleaned_data["grace_days"], expected_write_key=seen)
        except WriteKeyChangedError:
            messages.warning(
                request, _("The key was rotated after you opened this page, and this was not done again.")
            )
            return HttpResponseRedirect(back)
        message = _("The source has a new write key. Put it into the site's pages.")
        if source.releases.exists():
            message += " " + _("Publish, so that what is published names it, too.")
        messages.success(request, message)
        return HttpResponseRedirect(f"{back}?rotated=1#keeping")
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
