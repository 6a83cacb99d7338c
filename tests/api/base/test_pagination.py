"""Pages of lists."""

import pytest

from fullstory_dest.models import Source

SOURCES = "/api/v1/sources/"


@pytest.fixture
def _many_sources(db):
    Source.objects.bulk_create(
        Source(name=f"Shop {number}", slug=f"shop-{number}", write_key=f"key-{number}")
        for number in range(502)
    )


@pytest.mark.usefixtures("_many_sources")
@pytest.mark.parametrize(
    ("asked", "rows"), [("", 100), (2, 2), (500, 500), (501, 500), (10**30, 500), (0, 100), ("all", 100)]
)
def test_it_limits_a_page_to_500_rows(owner, asked, rows):
    page = owner.get(SOURCES, {"page_size": asked} if asked != "" else {}).json()
    assert (page["count"], len(page["results"])) == (502, rows)


@pytest.mark.usefixtures("_many_sources")
def test_it_links_pages_by_the_public_url(owner, settings):
    settings.PUBLIC_URL = "https://fs.example.com"
    first = owner.get(SOURCES, {"page_size": 500}).json()
    assert (first["previous"], first["next"]) == (
        None,
        f"https://fs.example.com{SOURCES}?page=2&page_size=500",
    )
    second = owner.get(SOURCES, {"page_size": 500, "page": 2}).json()
    assert (second["previous"], second["next"]) == (f"https://fs.example.com{SOURCES}?page_size=500", None)
    assert len(second["results"]) == 2
