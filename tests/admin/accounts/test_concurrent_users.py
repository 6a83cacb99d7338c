"""Two owners who change the same user, or each other."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from tests.admin.pages import text
from tests.concurrency import at_once

USERS = "/admin/auth/user/"


def with_role(name: str, role: str) -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form_for(client: Client, user: User, **changes: str | None) -> dict[str, str]:
    """The form of a user's page, as opened now. None leaves a checkbox empty."""
    version = client.get(f"{USERS}{user.pk}/change/").context["adminform"].form.version
    form = {"username": user.username, "is_active": "on", "role": "editor", "_version": version, **changes}
    return {name: value for name, value in form.items() if value is not None}


@pytest.mark.django_db
def test_it_reports_an_edit_conflict_between_two_owners():
    first, second = (signed_in(with_role(name, "owner")) for name in ("olga", "otto"))
    nora = with_role("nora", "editor")
    page = f"{USERS}{nora.pk}/change/"
    shut_out = form_for(first, nora, is_active=None, role="viewer")
    renamed = form_for(second, nora, email="nora@example.org")
    assert first.post(page, shut_out).status_code == 302
    refused = second.post(page, renamed)
    conflict = refused.context["adminform"].form.conflict
    assert conflict.who == "olga"
    differing = {side.label: (side.theirs, side.mine) for side in conflict.sides if side.differs}
    assert differing.keys() == {"Email", "Can log in", "Role"}
    assert differing["Can log in"] == ("No", "Yes")
    assert differing["Email"] == ("", "nora@example.org")
    assert "Overwrite with mine" in text(refused)
    nora.refresh_from_db()
    assert (nora.is_active, nora.email) == (False, "")
    assert second.post(page, {**renamed, "_over": conflict.version}).status_code == 302
    nora.refresh_from_db()
    assert (nora.is_active, nora.email) == (True, "nora@example.org")


@pytest.mark.django_db
def test_it_refuses_a_user_form_without_a_version():
    owner, nora = signed_in(with_role("olga", "owner")), with_role("nora", "editor")
    form = form_for(owner, nora, role="owner")
    del form["_version"]
    assert owner.post(f"{USERS}{nora.pk}/change/", form).status_code == 200
    assert [group.name for group in nora.groups.all()] == ["editor"]


@pytest.mark.django_db
def test_it_shows_values_typed_for_a_deleted_user():
    first, second = (signed_in(with_role(name, "owner")) for name in ("olga", "otto"))
    nora = with_role("nora", "editor")
    page = f"{USERS}{nora.pk}/change/"
    typed = form_for(second, nora, email="nora@example.org")
    assert first.post(f"{USERS}{nora.pk}/delete/", {"post": "yes"}).status_code == 302
    gone = second.post(page, typed)
    assert gone.status_code == 410
    assert "olga deleted “nora” at" in text(gone)
    assert "nora@example.org" in text(gone)
    assert first.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 302
    viewer = signed_in(with_role("vera", "viewer"))
    assert "nora" not in text(viewer.post(page, {"email": "vera@example.org"}, follow=True))


@pytest.mark.django_db(transaction=True)
def test_it_sets_one_password_when_a_link_is_used_twice_at_once():
    nora = with_role("nora", "editor")
    keys = [urlsafe_base64_encode(force_bytes(nora.pk)), default_token_generator.make_token(nora)]
    link = reverse("admin:set_password", args=keys)

    def work(number: int) -> Callable[[], int]:
        client = Client()
        form = client.get(link)["Location"]
        password = f"correct horse {number}"
        return lambda: client.post(form, {"new_password1": password, "new_password2": password}).status_code

    assert Counter(at_once(*map(work, range(4)))) == {302: 1, 200: 3}


def demote(mine: Client, other: User) -> Callable[[], int]:
    form = form_for(mine, other, role="viewer")
    return lambda: mine.post(f"{USERS}{other.pk}/change/", form).status_code


def delete(mine: Client, other: User) -> Callable[[], int]:
    return lambda: mine.post(f"{USERS}{other.pk}/delete/", {"post": "yes"}).status_code


def delete_in_the_list(mine: Client, other: User) -> Callable[[], int]:
    form = {"action": "delete_selected", "post": "yes", "_selected_action": str(other.pk)}
    return lambda: mine.post(USERS, form).status_code


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [demote, delete, delete_in_the_list])
def test_it_keeps_one_of_two_owners_who_remove_each_other(act):
    for attempt in range(3):
        one, other = (with_role(f"{name}{attempt}", "owner") for name in ("olga", "otto"))
        works = act(signed_in(one), other), act(signed_in(other), one)
        # The loser gets an error, or the login page if their session ended first.
        answers = Counter(at_once(*works))
        assert set(answers) <= {302, 403, 409}, answers
        left = User.objects.filter(pk__in=[one.pk, other.pk], groups__name="owner")
        assert left.count() == 1
