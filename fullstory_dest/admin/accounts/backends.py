"""The authentication backend."""

from __future__ import annotations

from typing import Final

from allauth.mfa.models import Authenticator
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.db import models
from django.db.models import Exists, OuterRef, Q

#: Django's own cache of a user's permissions.
CACHED: Final = "_perm_cache"


class StaffBackend(ModelBackend):
    """Backend for active staff. Sessions of other users end."""

    def get_user(self, user_id: int) -> User | None:
        """Return the session's user, annotated with ``has_factors`` to save a query; None if they can't log in."""
        factors = Authenticator.objects.filter(user=OuterRef("pk"))
        user = User.objects.annotate(has_factors=Exists(factors)).filter(pk=user_id).first()
        return user if self.user_can_authenticate(user) else None

    def get_all_permissions(
        self, user_obj: User | AnonymousUser, obj: models.Model | None = None
    ) -> set[str]:
        """Return the permissions of a user and their groups, in one query instead of two."""
        if user_obj.is_anonymous or not user_obj.is_active or user_obj.is_superuser or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        permissions: set[str] | None = getattr(user_obj, CACHED, None)
        if permissions is None:
            own = user_obj.user_permissions.order_by().values("pk")
            held = Permission.objects.filter(
                Q(pk__in=own) | Q(group__in=user_obj.groups.order_by().values("pk"))
            )
            names = held.order_by().values_list("content_type__app_label", "codename")
            permissions = {f"{app}.{name}" for app, name in names}
            setattr(user_obj, CACHED, permissions)
        return permissions

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        return super().user_can_authenticate(user) and bool(getattr(user, "is_staff", False))
