"""The page on which people set up two-factor log-in for themselves."""

from __future__ import annotations

from base64 import b32encode
from binascii import unhexlify
from typing import Any, Final

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django_otp import login as second_factor_passed
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from fullstory_dest.admin.accounts.login import CodeForm
from fullstory_dest.admin.accounts.two_factor import (
    address_of,
    backup_codes_left,
    check_code,
    has_two_factor,
    new_backup_codes,
    qr_code,
    turn_off,
    turn_on,
    verify_totp,
)

#: The key that is being set up, in the session: nothing is kept of those who only look.
KEY: Final = "two_factor_key"


@never_cache
def two_factor_page(request: HttpRequest) -> HttpResponse:
    """Sets two-factor log-in up, makes new backup codes, or turns it off. Each asks for a code."""
    user = request.user
    assert isinstance(user, User)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if has_two_factor(user):
        return _change(request, user, form)
    return _set_up(request, user, form)


def _set_up(request: HttpRequest, user: User, form: CodeForm) -> HttpResponse:
    key = request.session.setdefault(KEY, default_key())
    if form.is_valid():
        step = verify_totp(key, form.cleaned_data["code"])
        if step is not None:
            device, codes = turn_on(user, key, step)
            del request.session[KEY]
            second_factor_passed(request, device)
            return _page(request, codes="\n".join(codes))
        form.add_error("code", _("This is not the code that your app shows now. Type the one it shows next."))
    address = address_of(TOTPDevice(user=user, key=key))
    secret = b32encode(unhexlify(key)).decode()
    spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return _page(request, form=form, qr=qr_code(address), secret=spaced)


def _change(request: HttpRequest, user: User, form: CodeForm) -> HttpResponse:
    if form.is_valid():
        checked = check_code(user, form.cleaned_data["code"])
        if checked.device is None:
            form.add_error("code", checked.refusal)
        elif request.POST.get("wanted") == "off":
            turn_off(user)
            messages.success(request, _("Two-factor log-in is off. Your password alone logs you in."))
            return HttpResponseRedirect(reverse("admin:two_factor"))
        else:
            return _page(request, codes="\n".join(_renewed(request, user)))
    return _page(request, form=form, on=True, codes_left=backup_codes_left(user))


def _renewed(request: HttpRequest, user: User) -> list[str]:
    """New backup codes. A session that was let in by an old one stays: by the app's device from now on."""
    codes = new_backup_codes(user)
    second_factor_passed(request, TOTPDevice.objects.filter(user=user, confirmed=True).first())
    return codes


def _page(request: HttpRequest, **context: Any) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": _("Two-factor log-in"), **context}
    return render(request, "fullstory_dest/accounts/two_factor.html", context)
