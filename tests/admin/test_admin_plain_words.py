"""Nobody has to know what the admin is made with: its pages say what they show, in the product's words."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.admin.pages import text, url
from tests.factories import a_destination, a_mapping, a_source

pytestmark = pytest.mark.django_db

CATALOG = "/admin/fullstory_dest/source/catalog/"


def test_addresses_of_lists_of_tables_lead_to_pages(owner):
    assert owner.get("/admin/fullstory_dest/")["Location"] == reverse("admin:index")
    assert owner.get("/admin/auth/")["Location"] == reverse("admin:auth_user_changelist")
    assert Client().get("/admin/auth/", follow=True).request["PATH_INFO"] == "/admin/login/"


def test_a_list_says_how_many_of_all_it_shows(owner):
    a_source(name="Shop")
    a_source(name="Blog")
    page = text(owner.get(url("source") + "?q=Shop"))
    assert "1 of 2" in page
    assert "Show all" in page


def test_the_palette_says_when_nothing_is_called_like_that(owner):
    page = text(owner.get("/admin/search/?s=nowhere"))
    assert 'id="command-results-list"' in page, "where the palette's script looks for it"
    assert "Nothing is called like that" in page


def test_history_counts_positions_from_one(owner):
    mapping = a_mapping()
    assert mapping.position == 0
    mapping.position = 1
    mapping.save()
    page = text(owner.get(url("mapping", "history", mapping.pk)))
    change = page.split("Position</span>")[1].split("</li>")[0]
    assert "</span>1</pre>" in change
    assert "</span>2</pre>" in change


def test_the_next_step_of_a_source_that_sends_nothing_is_to_enable_something(owner):
    destination = a_destination(enabled=False)
    a_mapping(destination)
    assert "Enable a destination" in text(owner.get("/admin/"))
    destination.source.enabled = False
    destination.source.save()
    assert "Enable the source" in text(owner.get("/admin/"))


def test_a_card_of_the_catalog_says_what_it_is_for(owner, viewer):
    assert "Configure</span>" in text(owner.get(CATALOG))
    assert "See what it does</span>" in text(viewer.get(CATALOG))


@pytest.mark.parametrize("page", ["/admin/", "/admin/roles/", "/admin/fullstory_dest/source/"])
def test_the_first_link_of_a_page_skips_to_its_content(owner, page):
    body = text(owner.get(page)).split("<body")[1]
    assert 'href="#content"' in body[: body.index("</a>")]
    assert body.count('id="content"') == 1
