"""Users: roles, invitations, tokens, and what owners can't do to superusers."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.test import Client

from fullstory_dest.models import ApiToken
from fullstory_dest.services.accounts.roles import ABILITIES
from tests.admin.accounts.factors import with_app
from tests.admin.pages import errors, text
from tests.factories import a_source

pytestmark = pytest.mark.django_db
USERS = "/admin/auth/user/"
TOKENS = "/admin/tokens/"


@pytest.fixture
def as_role():
    def signed_in(role: str, name: str = "") -> Client:
        user = User.objects.create_user(name or role, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        return client

    return signed_in


def person(**changes):
    """The form of the page that adds a user."""
    password = "correct horse battery"
    form = {"username": "nora", "role": "editor", "usable_password": "true"}
    return {**form, "password1": password, "password2": password, **changes}


def changed(owner: Client, user: User, **changes):
    """The form of a user's page, as this owner opens it now. None leaves a checkbox empty."""
    page = owner.get(f"{USERS}{user.pk}/change/")
    version = page.context["adminform"].form.version if page.status_code == 200 else ""
    form = {"username": user.username, "is_active": "on", "role": "viewer", "_version": version, **changes}
    return {name: value for name, value in form.items() if value is not None}


def test_it_lets_an_owner_invite_an_editor_who_can_log_in(as_role):
    owner = as_role("owner")
    assert 'type="radio"' in text(owner.get(USERS + "add/"))
    assert owner.post(USERS + "add/", person()).status_code == 302
    nora = User.objects.get(username="nora")
    assert [group.name for group in nora.groups.all()] == ["editor"]
    assert nora.is_staff
    client = Client()
    client.post("/admin/login/", {"login": "nora", "password": "correct horse battery"})
    assert client.get("/admin/").status_code == 200


def test_it_lets_an_owner_change_a_role_and_deactivate(as_role):
    owner = as_role("owner")
    nora = as_role("editor", "nora").get("/admin/").wsgi_request.user
    nora = User.objects.get(username="nora")
    owner.post(f"{USERS}{nora.pk}/change/", changed(owner, nora, role="publisher"))
    assert [group.name for group in nora.groups.all()] == ["publisher"]
    owner.post(f"{USERS}{nora.pk}/change/", changed(owner, nora, is_active=None))
    nora.refresh_from_db()
    assert not nora.is_active


def test_it_lets_an_owner_reset_a_password(as_role):
    owner = as_role("owner")
    nora = User.objects.create_user("nora", password="forgotten")
    form = {"password1": "a new long password", "password2": "a new long password", "usable_password": "true"}
    assert owner.post(f"{USERS}{nora.pk}/password/", form).status_code == 302
    nora.refresh_from_db()
    assert nora.check_password("a new long password")


def test_it_never_lets_an_owner_create_a_superuser(as_role):
    owner = as_role("owner")
    myself = User.objects.get(username="owner")
    owner.post(f"{USERS}{myself.pk}/change/", changed(owner, myself, is_superuser="on", user_permissions="1"))
    owner.post(USERS + "add/", person(is_superuser="on"))
    assert not User.objects.filter(is_superuser=True).exists()


def test_it_never_lets_owners_remove_their_role(as_role):
    owner = as_role("owner")
    myself = User.objects.get(username="owner")
    owner.post(f"{USERS}{myself.pk}/change/", changed(owner, myself, is_active=None))
    myself.refresh_from_db()
    assert myself.is_active
    assert [group.name for group in myself.groups.all()] == ["owner"]
    assert owner.post(f"{USERS}{myself.pk}/delete/", {"post": "yes"}).status_code == 403


def test_it_never_lets_an_owner_change_a_superuser(as_role):
    owner = as_role("owner")
    root = User.objects.create_superuser("root", password="kept")
    form = {"password1": "a new long password", "password2": "a new long password", "usable_password": "true"}
    assert owner.post(f"{USERS}{root.pk}/password/", form).status_code == 403
    assert owner.post(f"{USERS}{root.pk}/change/", changed(owner, root)).status_code == 403
    assert owner.post(f"{USERS}{root.pk}/delete/", {"post": "yes"}).status_code == 403
    assert owner.post(f"{USERS}{root.pk}/two-factor/").status_code == 403
    assert owner.post(f"{USERS}{root.pk}/password-link/").status_code == 403
    owner.post(USERS, {"action": "delete_selected", "_selected_action": root.pk, "post": "yes"})
    root.refresh_from_db()
    assert root.check_password("kept")
    assert root.is_active


def test_it_never_lets_an_owner_change_permissions_of_roles(as_role):
    viewer = Group.objects.get(name="viewer")
    assert as_role("owner").get(f"/admin/auth/group/{viewer.pk}/change/").status_code == 404


@pytest.mark.parametrize("role", ["viewer", "editor", "publisher"])
def test_it_hides_users_from_other_roles(as_role, role):
    client = as_role(role)
    assert client.get(USERS).status_code == 403
    assert client.post(USERS + "add/", person()).status_code == 403


def test_it_lists_the_permissions_of_each_role(as_role):
    response = as_role("viewer").get("/admin/roles/")
    roles = {each.role.name: list(each.allows) for each in response.context["roles"]}
    assert roles["viewer"] == [True, True, *[False] * (len(ABILITIES) - 2)]
    assert roles["owner"] == [True] * len(ABILITIES)
    assert [sum(allows) for allows in roles.values()] == [2, 6, 9, 12]


def link_on(page: str) -> str:
    return re.search(r'<pre id="password-link"[^>]*>https?://[^/]+(/[^<]+)<', page)[1]


def set_password(link: str, password: str):
    """Set a password with the link, in another browser."""
    theirs = Client()
    form = theirs.get(link)
    if form.status_code != 302:
        return form
    return theirs.post(form["Location"], {"new_password1": password, "new_password2": password}, follow=True)


def test_it_shows_an_invitation_link_once(as_role):
    owner = as_role("owner")
    invited = owner.post(USERS + "add/", person(password1="", password2="", email="nora@example.com"))
    nora = User.objects.get(username="nora")
    assert invited["Location"] == f"{USERS}{nora.pk}/password-link/"
    assert not nora.has_usable_password()
    link = link_on(text(owner.get(invited["Location"])))
    assert 'password-link"' not in text(owner.get(invited["Location"])), "loading it again shows nothing"
    assert "Password set" in text(set_password(link, "correct horse battery"))
    client = Client()
    client.post("/admin/login/", {"login": "nora", "password": "correct horse battery"})
    assert client.get("/admin/").status_code == 200
    assert "Link expired" in text(set_password(link, "another horse battery"))
    nora.refresh_from_db()
    assert nora.check_password("correct horse battery")


def test_it_refuses_an_invitation_with_mismatched_passwords(as_role):
    assert as_role("owner").post(USERS + "add/", person(password2="")).status_code == 200
    assert not User.objects.filter(username="nora").exists()


def test_it_creates_a_password_link_after_confirmation(as_role):
    owner = as_role("owner")
    nora = User.objects.create_user("nora", password="forgotten", is_staff=True)
    page = f"{USERS}{nora.pk}/password-link/"
    assert page in text(owner.get(f"{USERS}{nora.pk}/change/"))
    assert 'id="password-link"' not in text(owner.get(page))
    link = link_on(text(owner.post(page, follow=True)))
    set_password(link, "correct horse battery")
    nora.refresh_from_db()
    assert nora.check_password("correct horse battery")


def test_it_refuses_the_password_link_of_a_deactivated_user(as_role):
    owner = as_role("owner")
    nora = User.objects.create_user("nora", password="kept", is_staff=True)
    link = link_on(text(owner.post(f"{USERS}{nora.pk}/password-link/", follow=True)))
    User.objects.filter(pk=nora.pk).update(is_active=False)
    assert "Link expired" in text(set_password(link, "correct horse battery"))


@pytest.mark.parametrize(("staff", "active"), [(True, False), (False, True)])
def test_it_makes_no_link_for_a_user_who_cannot_log_in(as_role, staff, active):
    owner = as_role("owner")
    nora = User.objects.create_user("nora", password="kept", is_staff=staff, is_active=active)
    page = f"{USERS}{nora.pk}/password-link/"
    assert page not in text(owner.get(f"{USERS}{nora.pk}/change/"))
    for response in (owner.get(page, follow=True), owner.post(page, follow=True)):
        assert "Turn on “Can log in” and save, then create the link." in text(response)


@pytest.mark.parametrize("role", ["viewer", "editor", "publisher"])
def test_it_lets_only_owners_create_password_links(as_role, role):
    nora = User.objects.create_user("nora", password="kept")
    assert as_role(role).post(f"{USERS}{nora.pk}/password-link/").status_code == 403


def test_it_describes_users_in_product_words(as_role):
    owner = as_role("owner")
    root = User.objects.create_superuser("root", password="kept")
    nora = User.objects.create_user("nora", password="kept")
    client = Client()
    client.force_login(root)
    invite, changing = text(owner.get(USERS + "add/")), text(client.get(f"{USERS}{nora.pk}/change/"))
    mine = text(client.get(f"{USERS}{root.pk}/change/"))
    assert "Invite user" in invite
    assert "Can log in" in changing
    assert "Full access" in changing
    for said in ("After you", "150 characters", "algorithm", "Designates", "Raw passwords", "Superuser"):
        assert said not in invite + changing + mine


def test_it_creates_no_second_token_on_reload(as_role):
    viewer = as_role("viewer")
    made = viewer.post(TOKENS, {"name": "Deploys", "days": 30})
    assert made.status_code == 302
    assert 'id="new-token"' in text(viewer.get(made["Location"]))
    assert 'id="new-token"' not in text(viewer.get(made["Location"]))
    assert ApiToken.objects.count() == 1


def make(client: Client, name: str = "Deploys", days: int = 30) -> str:
    page = text(client.post(TOKENS, {"name": name, "days": days}, follow=True))
    return re.search(r'<pre id="new-token"[^>]*>(\w+)<', page)[1]


def test_it_creates_shows_once_and_revokes_a_token(as_role):
    viewer = as_role("viewer")
    a_source(name="Shop")
    token = make(viewer)
    page = text(viewer.get(TOKENS))
    assert token not in page
    assert "Deploys" in page
    assert "never used" in page
    headers = {"authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/sources/", headers=headers).status_code == 200
    assert "never used" not in text(viewer.get(TOKENS))
    row = ApiToken.objects.get()
    assert (row.expiry - row.created).days in (29, 30)
    address = f"{TOKENS}{row.token_key}/revoke/"
    assert "Revoke your token" in text(viewer.get(address))
    assert ApiToken.objects.exists(), "asking revokes nothing"
    viewer.post(address)
    assert Client().get("/api/v1/sources/", headers=headers).status_code == 401


def test_it_shows_users_their_tokens_and_owners_all(as_role):
    make(as_role("viewer", "vera"), "Of Vera")
    row = ApiToken.objects.get()
    editor, owner = as_role("editor"), as_role("owner")
    assert "Of Vera" not in text(editor.get(TOKENS))
    assert editor.post(f"{TOKENS}{row.token_key}/revoke/").status_code == 404
    assert "Of Vera" in text(owner.get(TOKENS))
    owner.post(f"{TOKENS}{row.token_key}/revoke/")
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    "typed", [{}, {"name": "x" * 101, "days": 30}, {"name": "x", "days": "5"}, {"name": "x"}]
)
def test_it_refuses_an_invalid_token(as_role, typed):
    assert as_role("viewer").post(TOKENS, typed).status_code == 200
    assert not ApiToken.objects.exists()


def test_it_resets_two_factor_login_after_confirmation(as_role):
    nora = User.objects.create_user("nora", is_staff=True)
    with_app(nora)
    owner = as_role("owner")
    assert "Reset" in text(owner.get(f"{USERS}{nora.pk}/change/"))
    owner.get(f"{USERS}{nora.pk}/two-factor/")
    assert Authenticator.objects.exists()
    owner.post(f"{USERS}{nora.pk}/two-factor/")
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("model", ["mfa/authenticator", "account/emailaddress", "socialaccount/socialapp"])
def test_it_shows_no_keys_or_providers_even_to_superusers(model):
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    assert client.get(f"/admin/{model}/").status_code == 404


def test_it_reports_a_taken_username_at_the_username(owner):
    response = owner.post("/admin/auth/user/add/", {"username": "olga", "role": "viewer"})
    assert list(errors(response)) == ["username"]
