"""Pages of lists."""

import pytest

from fullstory_dest.models import TestCase
from tests.factories import a_source

TEST_CASES = "/api/v1/test-cases/"


@pytest.fixture
def _many_test_cases(db):
    source = a_source()
    TestCase.objects.bulk_create(
        TestCase(source=source, name=f"Event {number}", event={"type": "page"}) for number in range(502)
    )


@pytest.mark.usefixtures("_many_test_cases")
@pytest.mark.parametrize(
    ("asked", "rows"), [("", 100), (2, 2), (500, 500), (501, 500), (10**30, 500), (0, 100), ("all", 100)]
)
def test_it_limits_a_page_to_500_rows(owner, asked, rows):
    page = owner.get(TEST_CASES, {"page_size": asked} if asked != "" else {}).json()
    assert (page["count"], len(page["results"])) == (502, rows)


@pytest.mark.usefixtures("_many_test_cases")
def test_it_links_pages_by_the_public_url(owner, settings):
    settings.PUBLIC_URL = "https://fs.example.com"
    first = owner.get(TEST_CASES, {"page_size": 500}).json()
    assert (first["previous"], first["next"]) == (
        None,
        f"https://fs.example.com{TEST_CASES}?page=2&page_size=500",
    )
    second = owner.get(TEST_CASES, {"page_size": 500, "page": 2}).json()
    assert (second["previous"], second["next"]) == (f"https://fs.example.com{TEST_CASES}?page_size=500", None)
    assert len(second["results"]) == 2
