"""Every screen takes at most 15 queries, and home and lists at most 10, however many rows there are."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fullstory_dest.models import Review, StoredStatus
from tests.admin.screens import Who, screens
from tests.bench.admin_screens import is_list
from tests.factories_large import Site, fill

pytestmark = pytest.mark.django_db

MOST = 15
MOST_OF_LISTS = 10


def test_it_limits_queries_of_home_and_lists():
    site = fill(40, mappings=3, test_cases=6, releases=2, versions=2, environments=3)
    # Open reviews take home one more query.
    Review.objects.update(state=Review.State.DECLINED, closed_at=timezone.now())
    counts = _queries(site)
    lists = {name: count for name, count in counts.items() if is_list(name)}
    assert {name: count for name, count in lists.items() if count > MOST_OF_LISTS} == {}
    assert "index" in lists
    assert "source_changelist" in lists


def test_it_reads_only_stored_statuses(client):
    site = fill(20, mappings=3, test_cases=6, releases=2, versions=2)
    client.force_login(site.owner)
    # What no drafts lead to, so that it's found only where it's stored.
    StoredStatus.objects.filter(source=site.source).update(code="problems", problems=True)
    response = client.get(reverse("admin:index"), {"state": "problems"})
    assert [state.source for state in response.context["states"]] == [site.source]
    assert client.get(f"/api/v1/sources/{site.source.pk}/").json()["status"] == "problems"
    found = client.get("/api/v1/sources/").json()["results"]
    assert {source["id"]: source["status"] for source in found}[site.source.pk] == "problems"


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
