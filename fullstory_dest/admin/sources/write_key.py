"""The page that rotates a write key of a source."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from fullstory_dest.admin.links import admin_url
from fullstory_dest.admin.pages import admin_page, chosen_environment, has_several_environments, source_view
from fullstory_dest.models import Environment, Source
from fullstory_dest.services.accounts.permissions import CHANGE_LIVE_SOURCE
from fullstory_dest.services.sources.install_tags import script_url
from fullstory_dest.services.sources.rotate_key import (
    GRACE_DAYS,
    MAXIMUM_GRACE_DAYS,
    WriteKeyChangedError,
    revoke_previous_key,
    rotate_key,
)
from fullstory_dest.unstorable_text import without_unstorable


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
            "Enter 0 to revoke it immediately."
        ),
    )


@source_view(*CHANGE_LIVE_SOURCE)
def rotate_write_key(request: HttpRequest, source: Source) -> HttpResponse:
    """Ask for the grace period, then rotate the key. A POST with ``end`` revokes a previous key."""
    environment = chosen_environment(request, source, default="last")
    if request.method == "POST" and (ended := without_unstorable(request.POST.get("end", ""))):
        return _revoke(request, environment, ended)
    form = RotateForm(request.POST if request.method == "POST" else None)
    seen = request.POST.get("write_key", "") if request.method == "POST" else environment.write_key
    status = None
    if not seen:
        # Without the key that the form showed, this could rotate a key that was just rotated.
        form.add_error(
            None,
            _("The form didn't include the current write key. Review the key below and try again."),
        )
        seen, status = environment.write_key, 400
    if form.is_valid():
        return _rotate(request, environment, form.cleaned_data["grace_days"], seen)
    return admin_page(
        request,
        "fullstory_dest/sources/write_key.html",
        _("Rotate the write key of %(owner)s") % {"owner": _owner(environment)},
        status=status,
        object=source,
        source=source,
        form=form,
        url=script_url(environment),
        shown_key=seen,
        back=_settings_url(environment),
    )


def _revoke(request: HttpRequest, environment: Environment, write_key: str) -> HttpResponse:
    """Revoke a previous key, and redirect to the settings."""
    if revoke_previous_key(environment, write_key):
        messages.success(request, _("Write key %(key)s has been revoked.") % {"key": write_key})
    else:
        messages.info(request, _("This write key has already expired or been revoked."))
    return HttpResponseRedirect(_settings_url(environment))


def _rotate(request: HttpRequest, environment: Environment, grace_days: int, expected: str) -> HttpResponse:
    """Rotate the key that the form showed, and redirect to the settings."""
    try:
        rotate_key(environment, grace_days=grace_days, expected_write_key=expected)
    except WriteKeyChangedError:
        messages.warning(
            request, _("This key was already rotated after you opened the page. No changes were made.")
        )
        return HttpResponseRedirect(_settings_url(environment))
    message = _("Write key rotated. Replace the key on your site's pages.")
    if environment.live:
        message += " " + _("Publish to update the key in the live configuration.")
    messages.success(request, message)
    return HttpResponseRedirect(f"{_settings_url(environment)}?rotated=1#write-key")


def _owner(environment: Environment) -> str:
    several = has_several_environments(environment.source)
    return f"{environment.source}, {environment}" if several else str(environment.source)


def _settings_url(environment: Environment) -> str:
    """The page that has the key: the environment's, or the source's if it has no other one."""
    row = environment if has_several_environments(environment.source) else environment.source
    return admin_url(row, "change", row.pk)
