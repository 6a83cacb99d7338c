"""Who can log in."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef


class StaffBackend(ModelBackend):
    """Logs in active staff only, and ends the sessions of those who no longer are."""

    def get_user(self, user_id: int) -> User | None:
        """Load the user of a session, and in the same query whether they have second factors."""
        factors = Authenticator.objects.filter(user=OuterRef("pk"))
        user = User.objects.annotate(has_factors=Exists(factors)).filter(pk=user_id).first()
        return user if self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        return super().user_can_authenticate(user) and bool(getattr(user, "is_staff", False))
