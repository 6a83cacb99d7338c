"""Every screen reads with at most 10 queries, however many rows there are. Some also save the session."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fullstory_dest.models import StoredStatus
from tests.admin.screens import Screen, Who, screens
from tests.factories_large import Site, fill

pytestmark = pytest.mark.django_db

MOST = 10


def test_it_limits_queries_of_home_and_lists():
    site = fill(40, mappings=3, test_cases=6, releases=2, versions=2, environments=3)
    counts = _queries(site, of=_is_list)
    assert {name: count for name, count in counts.items() if count > MOST} == {}
    assert {"index", "source_changelist"} <= counts.keys()


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


def test_it_takes_at_most_10_queries_on_every_screen():
    small = fill(20, mappings=4, test_cases=6, releases=2, versions=2)
    ContentType.objects.get_for_models(
        *apps.get_models()
    )  # A new worker would look them up in the first pass.
    few = _queries(small)
    large = fill(40, mappings=20, test_cases=30, releases=60, versions=30)
    many = _queries(large)
    assert {name: count for name, count in many.items() if count > MOST} == {}
    grown = {name: (few[name], many[name]) for name in few.keys() & many if many[name] > few[name]}
    assert grown == {}


def _is_list(screen: Screen) -> bool:
    page = screen.name.partition(" ")[0]
    return page == "index" or page.endswith("changelist")


def _queries(site: Site, *, of: Callable[[Screen], bool] = lambda screen: True) -> dict[str, int]:
    """The number of queries with which each screen reads."""
    clients: dict[Who, Client] = {"owner": Client(), "nobody": Client()}
    clients["owner"].force_login(site.owner)
    counts = {}
    for screen in filter(of, screens(site)):
        with CaptureQueriesContext(connection) as queries:
            response = screen.get(clients)
        assert response.status_code == 200, screen.address
        counts[screen.name] = sum("SELECT" in query["sql"] for query in queries)
    return counts
