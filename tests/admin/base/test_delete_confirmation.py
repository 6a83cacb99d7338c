"""Confirmation pages name the deleted rows and the effect on browsers."""

import pytest
from django.contrib.auth.models import User

from fullstory_dest.models import Mapping, Source
from fullstory_dest.services.accounts.tokens import create_token
from tests.admin.pages import text, url
from tests.factories import a_destination, a_mapping

pytestmark = pytest.mark.django_db


@pytest.fixture
def mapping() -> Mapping:
    return a_mapping(a_destination())


def test_it_warns_that_deleting_a_destination_changes_drafts(owner, mapping):
    destination = mapping.destination
    page = text(owner.get(url("destination", "delete", destination.pk)))
    assert "Visitors keep the live release until you publish" in page
    assert "1 mapping<" in page
    assert f"Delete {destination}" in page
    for said in ("Are you sure", "Objects", ": 0", "<li>0 ", "m sure"):
        assert said not in page.split('class="fsd-page"')[1].split("</form>")[0]


def test_it_warns_that_deleting_a_source_stops_its_pages(owner, mapping):
    page = text(owner.get(url("source", "delete", mapping.destination.source.pk)))
    assert "Its script stops loading" in page
    assert "1 destination<" in page


def test_it_names_and_counts_selected_rows(owner, mapping):
    a_destination(mapping.destination.source, name="Other", enabled=False)
    chosen = [str(pk) for pk in mapping.destination.source.destinations.values_list("pk", flat=True)]
    form = {"action": "delete_selected", "_selected_action": chosen}
    page = text(owner.post(url("destination"), form))
    assert "Delete 2 destinations?" in page
    owner.post(url("destination"), {**form, "post": "yes"})
    assert not Source.objects.get().destinations.exists()


def test_it_hides_internal_tables_of_a_user(owner):
    nora = User.objects.create_user("nora")
    page = text(owner.get(f"/admin/auth/user/{nora.pk}/delete/"))
    assert "the history loses their name" in page
    assert "relationship" not in page
    owner.post(f"/admin/auth/user/{nora.pk}/delete/", {"post": "yes"})
    assert not User.objects.filter(username="nora").exists()


def test_it_counts_a_token_and_its_name_as_one(owner):
    person = User.objects.create_user("nora", is_staff=True)
    create_token(person, "Deploy")
    page = text(owner.get(f"/admin/auth/user/{person.pk}/delete/"))
    assert "1 API token" in page
    assert "token name" not in page
