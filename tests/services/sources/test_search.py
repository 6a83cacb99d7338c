"""Searching sources."""

import pytest

from fullstory_dest.models import Environment, Source
from fullstory_dest.services.sources.rotate_key import rotate_key
from fullstory_dest.services.sources.search import MAXIMUM_TERM, source_search_q
from tests.factories import a_source

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("term", "is_found"),
    [
        ("shop", True),
        ("HOP", True),
        ("rlin-sl", True),
        ("NewK", True),
        ("ewK", False),
        ("OldK", True),
        ("ldK", False),
        ("zzz", False),
        ("sh\0op", False),
        ("x" * (MAXIMUM_TERM + 1), False),
    ],
)
def test_it_finds_sources_by_name_slug_and_keys(term, is_found):
    source = a_source(name="Shop", slug="berlin-slug", write_key="oldkey")
    rotate_key(source.production)
    Environment.objects.filter(source=source).update(write_key="newkey")
    a_source(name="Other", slug="other", write_key="else")
    assert list(Source.objects.filter(source_search_q(term))) == ([source] if is_found else [])


def test_it_accepts_a_term_of_the_maximum_length():
    assert not Source.objects.filter(source_search_q("x" * MAXIMUM_TERM)).exists()
