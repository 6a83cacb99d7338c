"""Searching sources."""

import pytest

from fullstory_dest.models import Environment, Source
from fullstory_dest.services.sources.rotate_key import rotate_key
from fullstory_dest.services.sources.search import source_search_q
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
        ("x" * 1_001, False),
    ],
)
def test_it_finds_sources_by_name_slug_and_keys(term, is_found):
    source = a_source(name="Shop", slug="berlin-slug", write_key="oldkey")
    rotate_key(source.production)
    Environment.objects.filter(source=source).update(write_key="newkey")
    a_source(name="Other", slug="other", write_key="else")
    assert list(Source.objects.filter(source_search_q(term))) == ([source] if is_found else [])


@pytest.mark.parametrize(("length", "queries"), [(1_000, 2), (1_001, 0)])
def test_it_searches_for_at_most_1000_characters(length, queries, django_assert_num_queries):
    with django_assert_num_queries(queries):
        assert not Source.objects.filter(source_search_q("x" * length)).exists()
