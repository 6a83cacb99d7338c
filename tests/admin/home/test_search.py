"""The search on every page."""

import pytest

from fullstory_dest.services.sources.rotate_key import rotate_key
from tests.admin.pages import text, url
from tests.factories import a_destination, a_mapping, a_source, a_staging_environment

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    destination = a_destination(
        a_source(name="Shop", write_key="shop-key"), name="Web", settings={"orgId": "o-ORG-na1"}
    )
    return a_mapping(destination, name="Purchases", trigger='event = "Order Completed"')


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("sho", "Shop"),
        ("shop-key", "Shop"),
        ("o-org", "Web"),
        ("web", "Web"),
        ("purch", "Purchases"),
        ("order completed", "Purchases"),
        ("roles", "Roles"),
    ],
)
def test_it_finds_pages_and_rows_by_name_key_and_event(viewer, shop, term, found):
    assert found in text(viewer.get("/admin/search/", {"s": term, "extended": "1"}))


@pytest.mark.parametrize("grace_days", [0, 30])
def test_it_finds_a_source_by_its_previous_write_key(viewer, shop, grace_days):
    rotate_key(shop.destination.source.production, grace_days=grace_days)
    rotate_key(shop.destination.source.production)
    for term in ("shop-key", "SHOP-k"):
        page = text(viewer.get("/admin/search/", {"s": term, "extended": "1"}))
        assert "previously shop-key" in page
        (state,) = viewer.get("/admin/", {"q": term}).context["states"]
        assert state.source == shop.destination.source
        (row,) = viewer.get(url("source"), {"q": term}).context["cl"].result_list
        assert row == shop.destination.source


def test_it_finds_one_of_several_environments(viewer, shop, django_assert_max_num_queries):
    source = shop.destination.source
    assert "Environment of Shop" not in text(viewer.get("/admin/search/", {"s": "produ"}))
    staging = a_staging_environment(source)
    with django_assert_max_num_queries(10):
        page = text(viewer.get("/admin/search/", {"s": "stag"}))
    assert "Environment of Shop" in page
    assert url("environment", "change", staging.pk) in page
    assert "Environment of Shop" in text(viewer.get("/admin/search/", {"s": "produ"}))


def test_it_finds_only_rows_that_a_user_can_view(sign_in, shop):
    page = text(sign_in("nobody").get("/admin/search/", {"s": "o"}))
    for name in ("Shop", "Purchases", "Web"):
        assert name not in page


def test_it_finds_nothing_that_is_archived(owner, shop):
    from fullstory_dest.services.sources.archive import archive

    archive(shop.destination.source)
    for term in ("shop", "web", "purch"):
        assert "No results for" in text(owner.get("/admin/search/", {"s": term}))


@pytest.mark.parametrize(
    "typed", [{}, {"s": ""}, {"s": "\x00"}, {"s": "x" * 5000}, {"s": "%_\\'", "page": "abc"}]
)
def test_it_answers_any_search(owner, shop, typed):
    assert owner.get("/admin/search/", typed).status_code == 200


def test_it_takes_few_queries(owner, shop, django_assert_max_num_queries):
    owner.get("/admin/")
    with django_assert_max_num_queries(9):
        owner.get("/admin/search/", {"s": "o"})
