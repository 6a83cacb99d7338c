"""The filters of the list of users."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fullstory_dest.services.accounts.roles import ROLE_NAMES, ROLES


class CanLogInFilter(SimpleListFilter):
    title = gettext_lazy("can log in")
    parameter_name = "log_in"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        may = Q(is_active=True, is_staff=True)
        match self.value():
            case "yes":
                return queryset.filter(may)
            case "no":
                return queryset.exclude(may)
            case _:
                return queryset


class RoleFilter(SimpleListFilter):
    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*((role.name, role.label) for role in ROLES), ("none", _("None"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "none":
            return queryset.exclude(groups__name__in=ROLE_NAMES).exclude(is_superuser=True)
        return queryset.filter(groups__name=self.value()) if self.value() in ROLE_NAMES else queryset
