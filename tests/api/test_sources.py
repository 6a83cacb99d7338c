"""``/api/v1/sources/``"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fullstory_dest.models import Mapping, Source
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.sources.archive import archive
from fullstory_dest.services.sources.rotate_key import rotate_key
from tests.factories import a_set_up_source, a_source

SOURCES = "/api/v1/sources/"


def test_it_creates_a_source_with_a_slug_and_a_write_key(owner):
    response = owner.post(SOURCES, {"name": "My Shop"})
    assert response.status_code == 201
    source = response.json()
    assert source.keys() == {
        "id",
        "name",
        "slug",
        "write_key",
        "enabled",
        "status",
        "api_host",
        "honor_gpc",
        "honor_dnt",
        "live_release",
        "scheduled_deployment",
        "created_at",
        "updated_at",
    }
    assert (source["slug"], source["enabled"], source["api_host"], source["live_release"]) == (
        "my-shop",
        True,
        "",
        None,
    )
    assert Source.objects.get().write_key == source["write_key"]


def test_it_accepts_an_existing_write_key(owner):
    body = {
        "name": "Shop",
        "slug": "s",
        "write_key": "abc",
        "enabled": False,
        "api_host": "api.segment.io/v1",
        "honor_gpc": True,
        "honor_dnt": True,
    }
    source = owner.post(SOURCES, body).json()
    assert body.items() <= source.items()


def test_it_records_who_made_a_change(owner):
    response = owner.post(SOURCES, {"name": "Shop"})
    assert Source.objects.get(pk=response.json()["id"]).history.get().history_user.username == "olive"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": None}, "/name"),
        ({"name": {"a": 1}}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"name": "x", "slug": "no spaces"}, "/slug"),
        ({"name": "x", "write_key": "a/b"}, "/write_key"),
        ({"name": "x", "write_key": ""}, "/write_key"),
        ({"name": "x", "api_host": "https://api.segment.io"}, "/api_host"),
        ({"name": "x", "enabled": "perhaps"}, "/enabled"),
    ],
)
def test_it_locates_invalid_values(owner, refused, body, pointer):
    refused(owner.post(SOURCES, body), 400, pointer)
    assert not Source.objects.exists()


def test_it_refuses_a_taken_slug_or_write_key(owner, refused):
    taken = a_source()
    body = {"name": "Other", "slug": taken.slug, "write_key": taken.write_key}
    refused(owner.post(SOURCES, body), 400, "/slug", "/write_key")


def test_it_suggests_a_key_for_a_misspelled_one(owner, refused):
    problem = refused(owner.post(SOURCES, {"name": "x", "writekey": "abc"}), 400, "/writekey")
    assert "did you mean 'write_key'?" in problem["detail"]


def test_it_accepts_its_response_as_a_request(owner):
    source = owner.get(f"{SOURCES}{a_source().pk}/").json()
    again = owner.put(f"{SOURCES}{source['id']}/", source).json()
    assert again | {"updated_at": None} == source | {"updated_at": None}


def test_it_changes_only_the_given_values(owner):
    source = a_source(api_host="api.segment.io/v1")
    response = owner.patch(f"{SOURCES}{source.pk}/", {"enabled": False})
    assert response.status_code == 200
    source.refresh_from_db()
    assert (source.enabled, source.api_host) == (False, "api.segment.io/v1")


def test_it_deletes_a_source_with_everything_below_it(owner):
    source = a_set_up_source()
    publish(source.production)
    assert owner.delete(f"{SOURCES}{source.pk}/").status_code == 204
    assert not Source.objects.exists()


def test_it_names_the_live_release(owner):
    source = a_set_up_source()
    publish(source.production)
    assert owner.get(f"{SOURCES}{source.pk}/").json()["live_release"] == 1
    assert owner.get(SOURCES).json()["results"][0]["live_release"] == 1


def test_it_lists_sources_by_id_in_pages(owner):
    for name in "cab":
        a_source(name=name)
    first = owner.get(SOURCES, {"page_size": 2}).json()
    assert (first["count"], first["previous"]) == (3, None)
    assert [source["name"] for source in first["results"]] == ["c", "a"]
    assert [source["name"] for source in owner.get(first["next"]).json()["results"]] == ["b"]


def test_it_filters_by_slug_write_key_and_enabled(owner):
    a_source(name="On", write_key="on")
    a_source(name="Off", enabled=False)

    def found(**query):
        return [source["name"] for source in owner.get(SOURCES, query).json()["results"]]

    assert found(slug="off") == ["Off"]
    assert found(write_key="on") == ["On"]
    assert found(enabled="true") == ["On"]
    assert found(enabled="false") == ["Off"]


def test_it_searches_sources_by_name_and_by_any_write_key(owner):
    shop = a_source(name="The Shop")
    a_source(name="Blog")
    old = shop.write_key
    rotate_key(shop.production)

    def found(term):
        return [source["name"] for source in owner.get(SOURCES, {"search": term}).json()["results"]]

    assert found("the sh") == ["The Shop"]
    assert found(old[:10]) == ["The Shop"]
    assert found("x" * 5_000) == []
    assert found("") == ["The Shop", "Blog"]


def test_it_reports_the_status_of_each_source(owner):
    live, changed = (a_set_up_source(name=name) for name in ("Live", "Changed"))
    publish(live.production)
    publish(changed.production)
    a_source(name="New")
    archive(a_source(name="Gone"))
    Mapping.objects.filter(destination__source=changed).first().delete()
    rows = owner.get(SOURCES).json()["results"]
    assert {row["name"]: row["status"] for row in rows} == {
        "Live": "live",
        "Changed": "changed",
        "New": "never_published",
        "Gone": "archived",
    }
    assert owner.get(f"{SOURCES}{changed.pk}/").json()["status"] == "changed"
    assert owner.patch(f"{SOURCES}{live.pk}/", {"enabled": False}).json()["status"] == "disabled"


def test_it_ignores_a_sent_status(owner):
    assert owner.post(SOURCES, {"name": "Shop", "status": "live"}).json()["status"] == "never_published"


def test_it_refuses_an_invalid_filter(owner, refused):
    problem = refused(owner.get(SOURCES, {"enabled": "perhaps"}), 400, "enabled")
    assert problem["errors"] == [{"parameter": "enabled", "detail": "expected true or false"}]


def test_it_lists_sources_with_a_constant_number_of_queries(owner):
    publish(a_set_up_source().production)
    with CaptureQueriesContext(connection) as one:
        owner.get(SOURCES)
    for number in range(5):
        publish(a_set_up_source(name=str(number)).production)
    with CaptureQueriesContext(connection) as many:
        owner.get(SOURCES)
    assert len(many) == len(one)


@pytest.mark.parametrize("key", ["7", "abc", "99999999999999999999999", "%00", "1.5", "-1"])
def test_it_answers_404_for_unknown_ids(owner, refused, key):
    refused(owner.get(f"{SOURCES}{key}/"), 404)
