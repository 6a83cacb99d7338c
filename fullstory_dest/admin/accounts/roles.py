"""What each role may do: read from the permissions that it has, so that the page is never wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: From the least to the most.
ROLES: Final[tuple[tuple[str, str | Promise, str | Promise], ...]] = (
    ("viewer", gettext_lazy("Viewer"), gettext_lazy("looks at everything, and tries mappings")),
    ("editor", gettext_lazy("Editor"), gettext_lazy("and changes drafts: nothing that browsers get")),
    ("publisher", gettext_lazy("Publisher"), gettext_lazy("and decides what browsers get")),
    ("owner", gettext_lazy("Owner"), gettext_lazy("and decides who may do what")),
)
NAMES: Final = tuple(name for name, _label, _line in ROLES)

#: What people do, and the permissions that it takes.
ABILITIES: Final[tuple[tuple[str | Promise, tuple[str, ...]], ...]] = (
    (
        gettext_lazy("See sources, destinations, mappings and releases; test on sample events"),
        ("fullstory_dest.view_source", "fullstory_dest.view_mapping", "fullstory_dest.view_release"),
    ),
    (gettext_lazy("Make API tokens of one's own, which may do what one's role may"), ()),
    (
        gettext_lazy("Add, change, copy and delete destinations and mappings"),
        ("fullstory_dest.change_destination", "fullstory_dest.add_mapping", "fullstory_dest.delete_mapping"),
    ),
    (
        gettext_lazy("Add and change sources"),
        ("fullstory_dest.add_source", "fullstory_dest.change_source"),
    ),
    (
        gettext_lazy("Import and migrate classic destinations"),
        ("fullstory_dest.add_classicdestination", "fullstory_dest.add_migration"),
    ),
    (
        gettext_lazy("Publish and roll back; rotate write keys; archive and restore sources"),
        ("fullstory_dest.publish_source",),
    ),
    (
        gettext_lazy("Invite people, give roles, reset passwords and two-factor log-in"),
        ("auth.add_user", "auth.change_user"),
    ),
    (
        gettext_lazy("See and revoke everybody's API tokens"),
        ("fullstory_dest.view_apitoken", "fullstory_dest.delete_apitoken"),
    ),
)


@dataclass(frozen=True, slots=True)
class Role:
    """A role with what it may do, in the order of ``ABILITIES``, and how many people have it."""

    name: str
    label: str | Promise
    line: str | Promise
    people: int
    may: list[bool]


def roles_page(request: HttpRequest) -> HttpResponse:
    roles = all_roles()
    rows = [
        {"label": label, "may": [(role.label, role.may[number]) for role in roles]}
        for number, (label, _needs) in enumerate(ABILITIES)
    ]
    context = {**admin.site.each_context(request), "title": _("Roles"), "roles": roles, "rows": rows}
    context["mine"] = set(request.user.groups.values_list("name", flat=True))
    return render(request, "fullstory_dest/accounts/roles.html", context)


def all_roles() -> list[Role]:
    """The roles, in two queries."""
    groups = {
        group.name: group
        for group in Group.objects.filter(name__in=NAMES)
        .annotate(people=Count("user", filter=Q(user__is_active=True)))
        .prefetch_related("permissions__content_type")
    }
    roles = []
    for name, label, line in ROLES:
        if (group := groups.get(name)) is not None:
            has = {f"{each.content_type.app_label}.{each.codename}" for each in group.permissions.all()}
            may = [has.issuperset(needs) for _label, needs in ABILITIES]
            roles.append(Role(name, label, line, group.people, may))
    return roles


def role_of(user: User) -> str:
    """The highest role that somebody has, by its label; empty for none. Groups may be prefetched."""
    if user.is_superuser:
        return _("May do everything")
    had = {group.name for group in user.groups.all()}
    return next((str(label) for name, label, _line in reversed(ROLES) if name in had), "")
