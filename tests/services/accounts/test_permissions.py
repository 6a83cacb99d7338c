"""Sets of permissions."""

import pytest

from fullstory_dest.services.accounts.permissions import (
    CHANGE_LIVE_SOURCE,
    MIGRATE,
    PUBLISH,
    RESTORE_DRAFTS,
    VIEW_DRAFTS,
)
from fullstory_dest.services.accounts.roles import assign_role

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("viewer", [VIEW_DRAFTS]),
        ("editor", [VIEW_DRAFTS, MIGRATE, RESTORE_DRAFTS]),
        ("publisher", [VIEW_DRAFTS, MIGRATE, RESTORE_DRAFTS, PUBLISH, CHANGE_LIVE_SOURCE]),
    ],
)
def test_it_grants_sets_by_role(django_user_model, role, allowed):
    user = django_user_model.objects.create_user("nora")
    assign_role(user, role)
    for names in (VIEW_DRAFTS, PUBLISH, CHANGE_LIVE_SOURCE, MIGRATE, RESTORE_DRAFTS):
        assert user.has_perms(names) == (names in allowed)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (VIEW_DRAFTS, "view_destination view_mapping view_source"),
        (PUBLISH, "publish_source view_destination view_mapping view_source"),
        (CHANGE_LIVE_SOURCE, "change_source publish_source view_destination view_mapping view_source"),
        (MIGRATE, "add_destination add_mapping add_migration view_classicdestination"),
        (
            RESTORE_DRAFTS,
            "add_destination add_mapping change_destination change_mapping change_source delete_destination "
            "delete_mapping view_destination view_mapping view_release view_source",
        ),
    ],
)
def test_it_requires_a_permission_for_each_part(names, expected):
    assert " ".join(sorted(name.removeprefix("fullstory_dest.") for name in names)) == expected
