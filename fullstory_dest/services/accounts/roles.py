"""Roles and their abilities. Each role is a group with permissions, which a migration creates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fullstory_dest.services.accounts.permissions import OVERRIDE_APPROVALS, PUBLISH


@dataclass(frozen=True, slots=True)
class Role:
    """A role: the name of its group, with a label and a summary for display."""

    name: str
    label: str | Promise
    summary: str | Promise


#: In ascending order. Each role includes the abilities of those before it.
ROLES: Final = (
    Role("viewer", _("Viewer"), _("views everything and runs tests")),
    Role("editor", _("Editor"), _("also changes drafts")),
    Role("publisher", _("Publisher"), _("also publishes, rolls back and rotates write keys")),
    Role("owner", _("Owner"), _("also manages users and roles")),
)
ROLE_NAMES: Final = tuple(role.name for role in ROLES)


@dataclass(frozen=True, slots=True)
class Ability:
    """Something that users can do, and the permissions that it requires."""

    label: str | Promise
    permissions: tuple[str, ...] = ()


ABILITIES: Final = (
    Ability(
        _("View sources, destinations, mappings and releases; test events"),
        ("fullstory_dest.view_source", "fullstory_dest.view_mapping", "fullstory_dest.view_release"),
    ),
    Ability(_("Create API tokens with their own role")),
    Ability(
        _("Add, change, copy and delete destinations and mappings"),
        ("fullstory_dest.change_destination", "fullstory_dest.add_mapping", "fullstory_dest.delete_mapping"),
    ),
    Ability(_("Add and change sources"), ("fullstory_dest.add_source", "fullstory_dest.change_source")),
    Ability(
        _("Import and migrate classic destinations"),
        ("fullstory_dest.add_classicdestination", "fullstory_dest.add_migration"),
    ),
    Ability(_("Request reviews"), ("fullstory_dest.add_review",)),
    Ability(
        _("Publish and roll back; rotate write keys; archive and restore sources"),
        ("fullstory_dest.publish_source",),
    ),
    Ability(
        _("Manage environments"),
        (
            "fullstory_dest.add_environment",
            "fullstory_dest.change_environment",
            "fullstory_dest.delete_environment",
        ),
    ),
    Ability(_("Approve deployments"), PUBLISH),
    Ability(_("Deploy without approvals"), OVERRIDE_APPROVALS),
    Ability(
        _("Invite users, assign roles, reset passwords and two-factor login"),
        ("auth.add_user", "auth.change_user"),
    ),
    Ability(
        _("View and revoke all API tokens"),
        ("fullstory_dest.view_apitoken", "fullstory_dest.delete_apitoken"),
    ),
)


@dataclass(frozen=True, slots=True)
class RoleGrants:
    """A role with its number of active users, and whether it allows each of ``ABILITIES``."""

    role: Role
    user_count: int
    allows: tuple[bool, ...]


def role_grants() -> list[RoleGrants]:
    """Return the abilities of each role, read from its permissions. This takes two queries."""
    groups = {
        group.name: group
        for group in Group.objects.filter(name__in=ROLE_NAMES)
        .annotate(user_count=Count("user", filter=Q(user__is_active=True)))
        .prefetch_related("permissions__content_type")
    }
    found = []
    for role in ROLES:
        if (group := groups.get(role.name)) is not None:
            has = {f"{each.content_type.app_label}.{each.codename}" for each in group.permissions.all()}
            allows = tuple(has.issuperset(ability.permissions) for ability in ABILITIES)
            found.append(RoleGrants(role, group.user_count, allows))
    return found


def role_of(user: User) -> Role | None:
    """Return the highest role of a user. Superusers don't need a role, so check ``is_superuser`` first."""
    names = {group.name for group in user.groups.all()}
    return next((role for role in reversed(ROLES) if role.name in names), None)


@transaction.atomic
def assign_role(user: User, name: str) -> None:
    """Replace the roles of a saved user with one role, or with none if the name is empty."""
    user.groups.remove(*Group.objects.filter(name__in=ROLE_NAMES))
    if name:
        user.groups.add(Group.objects.get(name=name))
