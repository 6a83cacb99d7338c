"""The authentication backend."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef


class StaffBackend(ModelBackend):
    """Backend for active staff. Sessions of other users end."""

    def get_user(self, user_id: int) -> User | None:
        """Return the session's user, annotated with ``has_factors`` to save a query; None if they can't log in."""
        factors = Authenticator.objects.filter(user=OuterRef("pk"))
        user = User.objects.annotate(has_factors=Exists(factors)).filter(pk=user_id).first()
        return user if self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        return super().user_can_authenticate(user) and bool(getattr(user, "is_staff", False))
