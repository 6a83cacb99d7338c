"""Two-factor log-in: who has it, its codes, and that no session gets by without one."""

from __future__ import annotations

import time
from binascii import unhexlify
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp import devices_for_user, match_token
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

BACKUP_CODES: Final = 10


class SecondFactorMiddleware:
    """Whoever has two-factor log-in is nobody until a code was given, in the admin as in REST.

    Nothing is looked up before somebody asks who it is: delivery does not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        request.user = SimpleLazyObject(lambda: _let_in(user))  # type: ignore[assignment]
        return self.get_response(request)


def _let_in(user: Any) -> Any:
    if user.is_authenticated and user.otp_device is None and has_two_factor(user):
        return AnonymousUser()
    return user


def has_two_factor(user: User) -> bool:
    """Whether someone has set up two-factor log-in."""
    return bool(TOTPDevice.objects.filter(user_id=user.pk, confirmed=True).exists())


@dataclass(frozen=True, slots=True)
class Checked:
    """The device that a code is of; or why the code is refused."""

    device: Any
    refusal: str = ""


def check_code(user: User, code: str) -> Checked:
    """Takes a code, once. After a wrong one, the next must wait: a second, then two, then four..."""
    wait = _seconds_to_wait(user)
    if wait == 0:
        device = match_token(user, code.replace(" ", "").lower())
        if device is not None:
            return Checked(device)
        wait = _seconds_to_wait(user)
        told = _("This code is not right, or was used already.")
    else:
        told = _("Too many wrong codes.")
    again = ngettext("Try again in %(count)d second.", "Try again in %(count)d seconds.", wait) % {
        "count": wait
    }
    return Checked(None, f"{told} {again}" if wait > 1 else told)


def _seconds_to_wait(user: User) -> int:
    """How long until a code is looked at: the longest that a device of theirs wants."""
    waits = [0.0]
    for device in devices_for_user(user):
        allowed, why = device.verify_is_allowed()
        if not allowed:
            waits.append((why["locked_until"] - timezone.now()).total_seconds())
    return -int(-max(waits) // 1)


def verify_totp(key: str, code: str) -> int | None:
    """Whether a code is what an app shows now that was given this key (hexadecimal): its time step, or None."""
    code = code.replace(" ", "")
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        return None
    totp = TOTP(unhexlify(key))
    totp.time = time.time()
    return int(totp.t()) if totp.verify(int(code), 1) else None


@transaction.atomic
def turn_on(user: User, key: str, step: int) -> tuple[Any, list[str]]:
    """Sets up two-factor log-in with a key that a code was given for. Returns the device, and the backup codes."""
    turn_off(user)
    device = TOTPDevice.objects.create(user=user, name="app", key=key, confirmed=True, last_t=step)
    return device, new_backup_codes(user)


@transaction.atomic
def new_backup_codes(user: User) -> list[str]:
    """Ten codes, each good for one log-in. Those from before are good no longer."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="backup", confirmed=True)
    codes = [StaticToken.random_token() for _number in range(BACKUP_CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    return codes


@transaction.atomic
def turn_off(user: User) -> None:
    """Removes someone's two-factor log-in, with the backup codes."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def backup_codes_left(user: User) -> int:
    return int(StaticToken.objects.filter(device__user=user).count())


def address_of(device: Any) -> str:
    """What an app is given, as a QR code or typed."""
    return str(device.config_url)


def qr_code(text: str) -> SafeString:
    """A QR code as inline SVG, dark on light in every theme, so that every camera reads it."""
    import segno

    drawn = segno.make(text, error="m", micro=False).svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass="fsd-qr", lineclass=None
    )
    return mark_safe(drawn)  # noqa: S308
