"""``GET /api/v1/activity/``"""

import pytest

from fullstory_dest.services.publishing.publish import publish
from tests.api.conftest import client_of, someone
from tests.factories import a_set_up_source

ACTIVITY = "/api/v1/activity/"


def test_it_lists_changes_newest_first(owner):
    source = owner.post("/api/v1/sources/", {"name": "Shop"}).json()
    owner.patch(f"/api/v1/sources/{source['id']}/", {"name": "Store"})
    response = owner.get(ACTIVITY)
    assert response.status_code == 200
    changed, added = response.json()["results"]
    assert changed.pop("at") > added["at"]
    assert changed == {
        "by": "olive",
        "channel": "api",
        "verb": "changed",
        "kind": "source",
        "id": source["id"],
        "name": "Store",
        "exists": True,
        "fields": ["name"],
        "source": None,
        "destination": None,
        "environment": None,
        "reason": "",
    }
    assert (added["verb"], added["name"]) == ("added", "Shop")


def test_it_limits_the_number_of_changes(owner):
    publish(a_set_up_source().production)
    assert [entry["kind"] for entry in owner.get(ACTIVITY, {"limit": 1}).json()["results"]] == ["deployment"]
    assert owner.get(ACTIVITY, {"limit": 200}).status_code == 200


@pytest.mark.parametrize(
    ("query", "parameter"),
    [({"limit": 0}, "limit"), ({"limit": 201}, "limit"), ({"limit": "x"}, "limit"), ({"page": 2}, "page")],
)
def test_it_refuses_invalid_queries(owner, refused, query, parameter):
    refused(owner.get(ACTIVITY, query), 400, parameter)


def test_it_shows_only_rows_that_the_user_can_view(db):
    publish(a_set_up_source().production)
    sam = client_of(someone("sam", "view_deployment"))
    assert {entry["kind"] for entry in sam.get(ACTIVITY).json()["results"]} == {"deployment"}


def test_it_requires_permission_to_view(anonymous, nobody, refused):
    refused(nobody.get(ACTIVITY), 403)
    refused(anonymous.get(ACTIVITY), 401)
    refused(nobody.post(ACTIVITY, {}), 405)
