"""The account page, and the words on the pages of users."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from fullstory_dest.admin.accounts.tokens import MOST_TOKENS
from fullstory_dest.models import ApiToken
from fullstory_dest.services.accounts.tokens import create_token
from tests.admin.accounts.factors import with_app
from tests.admin.pages import text

pytestmark = pytest.mark.django_db
LIST = "/admin/auth/user/"


@pytest.fixture
def nora() -> Client:
    user = User.objects.create_user("nora", password="right", is_staff=True)
    user.groups.add(Group.objects.get(name="viewer"), Group.objects.get(name="editor"))
    client = Client()
    client.force_login(user)
    return client


def test_it_collects_everything_about_the_account_on_one_page(nora):
    user = User.objects.get(username="nora")
    create_token(user, "Deploy")
    page = text(nora.get("/admin/account/"))
    assert "nora" in page
    assert "Editor" in page
    assert "1 token" in page
    for address in ("/admin/password_change/", "/admin/two-factor/", "/admin/tokens/", "/admin/roles/"):
        assert f'href="{address}">' in page
    assert 'action="/admin/logout/"' in page
    assert ">Off<" in page
    with_app(user)
    client = Client()
    client.force_login(user)
    assert client.get("/admin/account/").status_code == 302, "the code is asked for"


def test_it_links_to_the_account_from_each_page(nora):
    page = text(nora.get("/admin/roles/"))
    assert page.count('href="/admin/account/"') == 2, "in the menu of pages, and in one's own"


def test_it_confirms_the_logout(nora):
    page = text(nora.post("/admin/logout/"))
    assert "You're logged out of" in page
    assert "quality time" not in page
    assert nora.get("/admin/account/").status_code == 302


def test_it_labels_the_password_form_in_plain_words(nora):
    page = text(nora.get("/admin/password_change/"))
    for words in (
        "Change password",
        "Current password",
        "Repeat new password",
        'href="/admin/account/"',
    ):
        assert words in page


def test_it_shows_access_and_last_login_in_product_words(owner, nora):
    User.objects.create_user("sam")
    page = text(owner.get(LIST))
    for words in ("Email", "Can log in", "Last login", "Never"):
        assert words.lower() in page.lower()
    for words in ("Email address", "By active", "By groups"):
        assert words.lower() not in page.lower()
    page = text(owner.get(f"{LIST}{User.objects.get(username='nora').pk}/change/"))
    assert "Last login" in page
    assert "Invited" in page
    assert "Date joined" not in page
    assert "+00:00<" not in page, "as in the database"


def test_it_sets_a_typed_password_and_explains_the_consequence(owner, nora):
    page = f"{LIST}{User.objects.get(username='nora').pk}/password/"
    shown = text(owner.get(page))
    assert "nora is logged out everywhere and isn't notified" in shown
    assert "/password-link/" in shown
    assert "usable_password" not in shown
    wrong = owner.post(page, {"password1": "correct-horse", "password2": "other"})
    assert (wrong.status_code, "correct-horse" in text(wrong)) == (200, False)
    assert (
        owner.post(page, {"password1": "correct-horse-b", "password2": "correct-horse-b"}).status_code == 302
    )
    assert User.objects.get(username="nora").check_password("correct-horse-b")


def save(owner, person, **typed):
    """The form of a user's page, as opened now."""
    page = f"{LIST}{person.pk}/change/"
    return owner.post(page, {**typed, "_version": owner.get(page).context["adminform"].form.version})


def test_it_shows_who_changed_a_user_and_when(owner, nora):
    person = User.objects.get(username="nora")
    page = f"{LIST}{person.pk}/history/"
    assert "No changes yet." in text(owner.get(page))
    assert f'href="{LIST}{person.pk}/change/">Back' in text(owner.get(page))
    form = {"username": "nora", "first_name": "<b>Nora</b>", "role": "viewer", "is_active": "on"}
    assert save(owner, person, **form).status_code == 302
    shown = text(owner.get(page, {"p": "x"}))
    assert "olga" in shown
    assert "Changed First name" in shown
    assert "<b>Nora" not in shown
    assert nora.get(page).status_code == 403
    for key in ("4711", "abc"):
        assert owner.get(f"{LIST}{key}/history/").status_code == 404


def test_it_gives_access_to_a_user_with_the_switch(owner):
    sam = User.objects.create_user("sam")
    page = f"{LIST}{sam.pk}/change/"
    form = owner.get(page).context["adminform"].form
    assert form["is_active"].value() is False
    assert save(owner, sam, username="sam", role="viewer", is_active="on").status_code == 302
    sam.refresh_from_db()
    assert (sam.is_active, sam.is_staff) == (True, True)
    assert save(owner, sam, username="sam", role="viewer").status_code == 302
    sam.refresh_from_db()
    assert sam.is_active is False


def test_it_limits_the_number_of_tokens_per_user(nora):
    user = User.objects.get(username="nora")
    for number in range(MOST_TOKENS):
        create_token(user, f"Script {number}")
    sent = {"name": "One <more>", "days": "90"}
    shown = text(nora.post("/admin/tokens/", sent))
    assert "You have 50 tokens, the maximum. Revoke one first." in shown
    assert 'value="One &lt;more&gt;"' in shown
    assert ApiToken.objects.count() == MOST_TOKENS
    ApiToken.objects.first().delete()
    assert nora.post("/admin/tokens/", sent).status_code == 302
    assert ApiToken.objects.count() == MOST_TOKENS
