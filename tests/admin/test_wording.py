"""Pages use the product's words instead of Django's."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.admin.pages import text, url
from tests.factories import a_destination, a_mapping, a_source

pytestmark = pytest.mark.django_db

CATALOG = "/admin/fullstory_dest/source/catalog/"


def test_it_redirects_lists_of_tables(owner):
    assert owner.get("/admin/fullstory_dest/")["Location"] == reverse("admin:index")
    assert owner.get("/admin/auth/")["Location"] == reverse("admin:auth_user_changelist")
    assert Client().get("/admin/auth/", follow=True).request["PATH_INFO"] == "/admin/login/"


def test_it_shows_how_many_of_all_rows_it_lists(owner):
    a_source(name="Shop")
    a_source(name="Blog")
    page = text(owner.get(url("source") + "?q=Shop"))
    assert "1 of 2" in page
    assert "Show all" in page


def test_it_reports_an_empty_search_in_the_command_palette(owner):
    page = text(owner.get("/admin/search/?s=nowhere"))
    assert 'id="command-results-list"' in page, "where the palette's script looks for it"
    assert "No results for" in page


def test_it_suggests_enabling_disabled_items(owner):
    destination = a_destination(enabled=False)
    a_mapping(destination)
    assert "Enable destination" in text(owner.get("/admin/"))
    destination.source.enabled = False
    destination.source.save()
    assert "Enable source" in text(owner.get("/admin/"))


def test_it_suggests_whom_to_ask_for_the_next_step(owner, editor, viewer):
    source = a_source()
    assert "No destinations yet" in text(owner.get("/admin/"))
    assert "0 of 0" not in text(owner.get("/admin/"))
    overview = url("source", "overview", source.pk)
    for page in ("/admin/", overview):
        assert "Ask an editor to add a destination." in text(viewer.get(page))
        assert "Ask an" not in text(editor.get(page))
    destination = a_destination(source, enabled=False)
    assert "Ask an editor to add mappings." in text(viewer.get("/admin/"))
    mapping = a_mapping(destination)
    assert "Ask an editor to enable a destination." in text(viewer.get("/admin/"))
    destination.enabled, mapping.enabled = True, False
    destination.save()
    mapping.save()
    assert "Ask an editor to enable a mapping." in text(viewer.get(overview))
    source.enabled = False
    source.save()
    for client in (viewer, editor):
        for page in ("/admin/", overview):
            shown = text(client.get(page))
            assert "Ask a publisher to enable the source." in shown
            assert "Enable source" not in shown
            assert ">Enable<" not in shown
    assert "Enable source" in text(owner.get("/admin/"))


def test_it_shows_breadcrumbs_from_home_to_a_mapping(viewer):
    source = a_source(name="eShop")
    mapping = a_mapping(a_destination(source, name="Main"), name="Orders")
    to_source = [reverse("admin:index"), url("source", "overview", source.pk)]
    to_destination = url("destination", "change", mapping.destination_id)
    for page in ("change", "history"):
        crumbs = (
            text(viewer.get(url("mapping", page, mapping.pk)))
            .split('class="fsd-crumbs"')[1]
            .split("</nav>")[0]
        )
        assert re.findall(r'href="([^"]*)">([^<]*)', crumbs) == [
            *zip(to_source, ["Home", "eShop"], strict=True),
            (to_destination, "Main"),
        ]
    crumbs = text(viewer.get(to_destination)).split('class="fsd-crumbs"')[1].split("</nav>")[0]
    assert re.findall(r'href="([^"]*)"', crumbs) == to_source


def test_it_shows_breadcrumbs_for_deleted_parents(owner):
    mapping = a_mapping()
    first = mapping.history.first()
    other = a_destination(
        mapping.destination.source, name="Other", settings={"orgId": "o-2", "namespace": "FS2"}
    )
    gone, mapping.destination = mapping.destination, other
    mapping.save()
    gone.delete()
    page = text(owner.get(url("mapping", "simple_history", mapping.pk, first.pk)))
    assert 'class="fsd-crumbs"' in page


def test_it_describes_the_target_of_a_catalog_card(owner, viewer):
    assert "Configure</span>" in text(owner.get(CATALOG))
    assert "View details</span>" in text(viewer.get(CATALOG))


@pytest.mark.parametrize("page", ["/admin/", "/admin/roles/", "/admin/fullstory_dest/source/"])
def test_it_skips_to_the_content_with_the_first_link(owner, page):
    body = text(owner.get(page)).split("<body")[1]
    assert 'href="#content"' in body[: body.index("</a>")]
    assert body.count('id="content"') == 1
