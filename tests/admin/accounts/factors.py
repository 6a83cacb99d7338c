"""Second factors of users, and the codes that go with them."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.models import User

PERIOD = 30


def with_app(user: User) -> str:
    """Give a user an authenticator app and recovery codes. Return the app's key."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def code_of(secret: str, steps: int = 0) -> str:
    """The code of an authenticator app, now or a number of 30-second steps later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD + steps)))


def recovery_code(user: User) -> str:
    factor = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    return str(factor.wrap().get_unused_codes()[0])
