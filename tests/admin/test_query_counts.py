"""Every screen takes at most 15 queries, however many rows there are."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.admin.screens import Who, screens
from tests.factories_large import Site, fill

pytestmark = pytest.mark.django_db

MOST = 15


def test_it_takes_at_most_15_queries_on_every_screen():
    small = fill(20, mappings=4, test_cases=6, releases=2, versions=2)
    _queries(small)  # Fills the caches of a new worker and of source statuses.
    few = _queries(small)
    large = fill(40, mappings=20, test_cases=30, releases=60, versions=30)
    assert {name: count for name, count in _queries(large).items() if count > MOST} == {}
    many = _queries(large)
    assert {name: count for name, count in many.items() if count > MOST} == {}
    grown = {name: (few[name], many[name]) for name in few.keys() & many if many[name] > few[name]}
    assert grown == {}


def _queries(site: Site) -> dict[str, int]:
    """The number of queries of each screen."""
    clients: dict[Who, Client] = {"owner": Client(), "nobody": Client()}
    clients["owner"].force_login(site.owner)
    counts = {}
    for screen in screens(site):
        with CaptureQueriesContext(connection) as queries:
            response = screen.get(clients)
        assert response.status_code == 200, screen.address
        counts[screen.name] = len(queries)
    return counts
