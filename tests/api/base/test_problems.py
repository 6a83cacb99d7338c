"""No request causes a 500. Every refusal is a problem document."""

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, OperationalError
from django.db.models import ProtectedError

from fullstory_dest.compiler.check import CompileError
from fullstory_dest.models import Source
from fullstory_dest.problem import Problem
from fullstory_dest.services.previews.engine import PreviewBusyError, PreviewError
from fullstory_dest.services.publishing.deploy import (
    LiveDeploymentChangedError,
    OutdatedReviewError,
    RollBackError,
)
from fullstory_dest.services.publishing.publish_with_test_cases import FailingTestCasesError, PublishBusyError
from fullstory_dest.services.sources.rotate_key import WriteKeyChangedError
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
def test_it_refuses_a_body_that_is_not_a_json_object(owner, refused, body):
    problem = refused(post(owner, body), 400, "")
    assert problem["type"] == "urn:problem-type:fullstory-dest:malformed"
    assert problem["title"] == "Malformed request body"


def test_it_locates_mistakes_in_json(owner, refused):
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
def test_it_locates_values_that_cannot_be_stored(owner, refused, value, pointer):
    refused(post(owner, b'{"name": ' + value + b"}"), 400, pointer)


def test_it_limits_the_number_of_listed_mistakes(owner, refused):
    response = post(owner, b'{"name": [' + b"NaN," * 1000 + b"1]}")
    assert len(response.json()["errors"]) == 20
    response = owner.post(SOURCES, {f"key{number}": 1 for number in range(1000)})
    assert len(response.json()["errors"]) == 100


def test_it_accepts_emoji(owner):
    assert post(owner, rb'{"name": "Shop \ud83d\ude00"}').json()["name"] == "Shop \N{GRINNING FACE}"


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "?"]
)
def test_it_refuses_bodies_of_other_content_types(owner, refused, content_type):
    refused(post(owner, b'{"name": "x"}', content_type), 415)


@pytest.mark.parametrize("charset", ["utf-8", "latin-1", "bz2", "nonsense", ""])
def test_it_accepts_any_charset(owner, charset):
    response = post(owner, b'{"name": "x"}', f"application/json; charset={charset}")
    assert response.status_code == 201


def test_it_refuses_a_body_beyond_the_limit(owner, refused, settings):
    body = b'{"name": "' + b"x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + b'"}'
    refused(post(owner, body), 413)


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing/", "/api/v1/sources", "/api/v1/sources/1/nothing/", "/api/v1/%00"]
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_it_answers_404_with_a_problem_for_unknown_urls(owner, refused, settings, method, path):
    settings.DEBUG = True  # With DEBUG, Django raises an error where it would redirect
    refused(getattr(owner, method)(path), 404)


def test_it_lists_allowed_methods_for_a_wrong_one(owner, refused):
    response = owner.patch(SOURCES, {})
    refused(response, 405)
    assert response["Allow"] == "GET, POST, HEAD, OPTIONS"
    refused(owner.generic("TRACE", SOURCES), 405)
    refused(owner.generic("NONSENSE", SOURCES), 405)


def test_it_answers_with_a_problem_for_any_accept_header(owner, refused):
    refused(owner.get(SOURCES, HTTP_ACCEPT="text/html"), 406)
    refused(owner.get(f"{SOURCES}7/", HTTP_ACCEPT="application/json; indent=2"), 404)


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=999999999999999999999", "page=%00", "format=xml"]
)
def test_it_answers_404_to_an_invalid_page(owner, refused, query):
    refused(owner.get(f"{SOURCES}?{query}"), 404)


@pytest.mark.parametrize("size", ["0", "x", "-1", "99999999999999999999", "%00"])
def test_it_ignores_an_invalid_page_size(owner, size):
    assert owner.get(f"{SOURCES}?page_size={size}").status_code == 200


def test_it_answers_with_about_blank_for_plain_statuses(owner, refused):
    problem = refused(owner.get(f"{SOURCES}7/"), 404)
    assert (problem["type"], problem["title"]) == ("about:blank", "Not Found")


@pytest.mark.parametrize(
    ("error", "status", "kind", "retry"),
    [
        (CompileError([Problem((), "is wrong")]), 409, "cannot-compile", None),
        (FailingTestCasesError("Fails", ("Bought",)), 409, "test-cases-fail", None),
        (OutdatedReviewError(), 409, "conflict", None),
        (LiveDeploymentChangedError("deployment 2 is live"), 409, "conflict", None),
        (WriteKeyChangedError("the key was rotated"), 409, "conflict", None),
        (RollBackError("it is live"), 409, "cannot-roll-back", None),
        (PreviewBusyError(), 429, "busy", "1"),
        (PreviewError("it is too large"), 422, "cannot-preview", None),
        (PublishBusyError(), 503, "busy", "5"),
        (OperationalError("database is locked"), 503, "busy", "5"),
        (ProtectedError("It is used.", {Source(pk=1)}), 409, "in-use", None),
        (RequestDataTooBig("It is too large."), 413, "too-large", None),
    ],
)
def test_it_gives_each_error_a_type(owner, monkeypatch, error, status, kind, retry):
    def save(self, *args, **kwargs):
        raise error

    monkeypatch.setattr(Source, "save", save)
    response = owner.post(SOURCES, {"name": "Shop"})
    problem = response.json()
    assert problem["type"] == f"urn:problem-type:fullstory-dest:{kind}"
    assert problem["detail"]
    assert (response.status_code, response.get("Retry-After")) == (status, retry)


def test_it_reports_a_lost_race_as_a_conflict(owner, refused, monkeypatch):
    def save(self, *args, **kwargs):
        raise IntegrityError("UNIQUE constraint failed: fullstory_dest_source.slug")

    monkeypatch.setattr(Source, "save", save)
    problem = refused(owner.post(SOURCES, {"name": "Shop"}), 409)
    assert "UNIQUE" not in problem["detail"]


def test_it_reports_a_protected_deletion_as_a_conflict(owner, refused, monkeypatch):
    destination = a_destination()

    def delete(self, *args, **kwargs):
        raise ProtectedError("protected", {destination})

    monkeypatch.setattr(Source, "delete", delete)
    problem = refused(owner.delete(f"{SOURCES}{destination.source_id}/"), 409)
    assert "destinations" in problem["detail"]


def test_it_answers_404_for_a_row_deleted_during_the_request(owner, refused, monkeypatch):
    source = a_source()

    def save(self, *args, **kwargs):
        raise Source.DoesNotExist

    monkeypatch.setattr(Source, "save", save)
    refused(owner.patch(f"{SOURCES}{source.pk}/", {"name": "Other"}), 404)
