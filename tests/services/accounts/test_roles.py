"""Roles: permissions, users and assignment."""

from itertools import pairwise

import pytest
from django.contrib.auth.models import Group, User

from fullstory_dest.services.accounts.roles import ABILITIES, ROLE_NAMES, assign_role, role_grants, role_of

pytestmark = pytest.mark.django_db


def test_it_gives_each_role_the_permissions_of_lesser_roles(django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        grants = role_grants()
    assert tuple(each.role.name for each in grants) == ROLE_NAMES
    for less, more in pairwise(grants):
        assert all(not had or has for had, has in zip(less.allows, more.allows, strict=True))
        assert sum(less.allows) < sum(more.allows)
    assert grants[-1].allows == (True,) * len(ABILITIES)


def test_it_counts_active_users():
    for name, active in (("nora", True), ("paul", False)):
        assign_role(User.objects.create_user(name, is_active=active), "editor")
    assert [each.user_count for each in role_grants()] == [0, 1, 0, 0]


def test_it_assigns_one_role_and_leaves_other_groups():
    user = User.objects.create_user("nora")
    user.groups.add(*Group.objects.filter(name__in=["viewer", "owner"]), Group.objects.create(name="Berlin"))
    assert role_of(user).name == "owner"
    assign_role(user, "editor")
    assert {group.name for group in user.groups.all()} == {"editor", "Berlin"}
    assign_role(user, "")
    assert role_of(user) is None


def test_it_refuses_a_role_that_does_not_exist():
    user = User.objects.create_user("nora")
    assign_role(user, "editor")
    with pytest.raises(Group.DoesNotExist):
        assign_role(user, "emperor")
    assert role_of(user).name == "editor"
