"""Nothing that a client sends is a 500: every refusal is a problem document."""

import pytest
from django.db import IntegrityError
from django.db.models import ProtectedError

from fullstory_dest.models import Source
from tests.factories import a_destination, a_source

SOURCES = "/api/v1/sources/"


def post(client, body, content_type="application/json"):
    return client.generic("POST", SOURCES, body, content_type)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{'name': 'x'}",
        b'{"name": "x"} y',
        b"\xff\xfe",
        b'{"name": "\xff"}',
        b"[]",
        b"null",
        b"7",
        b'"name"',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"name": ' + b"[" * 500 + b"]" * 500 + b"}",
    ],
)
def test_a_body_that_is_not_an_object_is_refused(owner, refused, body):
    problem = refused(post(owner, body), 400, "")
    assert problem["type"] == "urn:problem-type:fullstory-dest:malformed"
    assert problem["title"] == "Malformed request body"


def test_it_tells_where_the_json_is_wrong(owner, refused):
    (error,) = refused(post(owner, b'{"name": x}'), 400, "")["errors"]
    assert error == {"pointer": "", "detail": "Invalid JSON: Expecting value", "position": 9}


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        (rb'"\u0000"', "/name"),
        (rb'"\ud800"', "/name"),
        (rb'{"\udfff": 1}', "/name"),
        (rb'{"a/b": ["", "x\u0000y"]}', "/name/a~1b/1"),
        (b"1e999", "/name"),
        (b"[-1e999]", "/name/0"),
        (b"NaN", "/name"),
        (b"-Infinity", "/name"),
        (b"9" * 400, "/name"),
        (b"9" * 10_000, "/name"),
        (b"-" + b"9" * 10_000, "/name"),
        (b'{"a": 1, "a": 2}', "/name/a"),
    ],
)
def test_what_could_not_be_stored_or_sent_on_is_refused_where_it_stands(owner, refused, value, pointer):
    refused(post(owner, b'{"name": ' + value + b"}"), 400, pointer)


def test_it_does_not_list_mistakes_without_end(owner, refused):
    response = post(owner, b'{"name": [' + b"NaN," * 1000 + b"1]}")
    assert len(response.json()["errors"]) == 20
    response = owner.post(SOURCES, {f"key{number}": 1 for number in range(1000)})
    assert len(response.json()["errors"]) == 100


def test_an_emoji_is_welcome(owner):
    assert post(owner, rb'{"name": "Shop \ud83d\ude00"}').json()["name"] == "Shop \N{GRINNING FACE}"


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "?"]
)
def test_what_does_not_say_that_it_is_json_is_refused(owner, refused, content_type):
    refused(post(owner, b'{"name": "x"}', content_type), 415)


@pytest.mark.parametrize("charset", ["utf-8", "latin-1", "bz2", "nonsense", ""])
def test_a_charset_changes_nothing(owner, charset):
    response = post(owner, b'{"name": "x"}', f"application/json; charset={charset}")
    assert response.status_code in (201, 400)


def test_a_body_beyond_the_limit_is_refused(owner, refused, settings):
    body = b'{"name": "' + b"x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + b'"}'
    refused(post(owner, body), 413)


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing/", "/api/v1/sources", "/api/v1/sources/1/nothing/", "/api/v1/%00"]
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_address_with_nothing_at_it_is_a_problem_too(owner, refused, settings, method, path):
    settings.DEBUG = True  # Django then fails where it would have redirected
    refused(getattr(owner, method)(path), 404)


def test_a_method_that_there_is_not_is_refused_with_those_that_there_are(owner, refused):
    response = owner.patch(SOURCES, {})
    refused(response, 405)
    assert response["Allow"] == "GET, POST, HEAD, OPTIONS"
    refused(owner.generic("TRACE", SOURCES), 405)
    refused(owner.generic("NONSENSE", SOURCES), 405)


def test_what_a_client_accepts_does_not_change_the_form_of_a_refusal(owner, refused):
    refused(owner.get(SOURCES, HTTP_ACCEPT="text/html"), 406)
    refused(owner.get(f"{SOURCES}7/", HTTP_ACCEPT="application/json; indent=2"), 404)


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=999999999999999999999", "page=%00", "format=xml"]
)
def test_a_page_that_is_not_there_is_not_found(owner, refused, query):
    refused(owner.get(f"{SOURCES}?{query}"), 404)


@pytest.mark.parametrize("size", ["0", "x", "-1", "99999999999999999999", "%00"])
def test_a_page_size_that_is_none_is_the_usual_one(owner, size):
    assert owner.get(f"{SOURCES}?page_size={size}").status_code == 200


def test_a_status_without_a_type_of_ours_is_about_blank(owner, refused):
    problem = refused(owner.get(f"{SOURCES}7/"), 404)
    assert (problem["type"], problem["title"]) == ("about:blank", "Not Found")


def test_a_change_that_loses_a_race_is_a_conflict(owner, refused, monkeypatch):
    def save(self, *args, **kwargs):
        raise IntegrityError("UNIQUE constraint failed: fullstory_dest_source.slug")

    monkeypatch.setattr(Source, "save", save)
    problem = refused(owner.post(SOURCES, {"name": "Shop"}), 409)
    assert "UNIQUE" not in problem["detail"]


def test_deleting_what_is_needed_is_a_conflict(owner, refused, monkeypatch):
    destination = a_destination()

    def delete(self, *args, **kwargs):
        raise ProtectedError("protected", {destination})

    monkeypatch.setattr(Source, "delete", delete)
    problem = refused(owner.delete(f"{SOURCES}{destination.source_id}/"), 409)
    assert "destinations" in problem["detail"]


def test_what_is_deleted_meanwhile_is_not_found(owner, refused, monkeypatch):
    source = a_source()

    def save(self, *args, **kwargs):
        raise Source.DoesNotExist

    monkeypatch.setattr(Source, "save", save)
    refused(owner.patch(f"{SOURCES}{source.pk}/", {"name": "Other"}), 404)
