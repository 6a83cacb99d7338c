"""Messages for requests that can't be read and for server errors."""

import pytest
from django.conf import settings as given
from django.contrib.auth.models import User
from django.test import Client

from fullstory_dest.admin.base import filters
from tests.admin.pages import text, url
from tests.factories import a_mapping

pytestmark = pytest.mark.django_db


def test_it_reports_a_form_that_is_too_large(owner):
    address = url("mapping", "change", a_mapping().pk)
    response = owner.post(
        address, "name=" + "x" * 2_700_000, content_type="application/x-www-form-urlencoded"
    )
    page = text(response)
    assert response.status_code == 413
    assert "The form is larger than 2.5 MB." in page.replace("\xa0", " ")
    assert "Go back in your browser to find your input." in page


def test_it_reports_a_multipart_form_that_is_too_large(owner):
    response = owner.post(url("mapping", "change", a_mapping().pk), {"fields": "x" * 10_000_000})
    assert (response.status_code, "Go back in your browser to find your input." in text(response)) == (
        413,
        True,
    )


def test_it_reports_a_large_request_to_scripts_in_json(owner):
    response = owner.post(
        url("mapping", "run_event"), {"event": "x" * 2_700_000}, headers={"x-requested-with": "fetch"}
    )
    assert (response.status_code, response["Content-Type"]) == (413, "application/json")
    assert response.json()["detail"].startswith("Form too large.")


def test_it_reports_a_form_with_too_many_inputs(owner):
    address = url("mapping", "change", a_mapping().pk)
    response = owner.post(address, "a=1&" * 2000, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413
    assert f"more than {given.DATA_UPLOAD_MAX_NUMBER_FIELDS} inputs" in text(response)


def test_it_accepts_as_many_rows_as_a_bulk_action_allows(owner):
    keys = [a_mapping().pk, *range(10_000, 10_000 + filters.MAXIMUM_ROWS - 1)]
    asked = {"action": "delete_selected", "_selected_action": keys, "index": "0", "select_across": "0"}
    response = owner.post(url("mapping"), asked)
    assert (response.status_code, "Delete 1 mapping" in text(response)) == (200, True)


@pytest.mark.parametrize("address", ["/admin/login/", "/admin/fullstory_dest/source/add/"])
def test_it_refuses_a_form_with_an_unsupported_charset(client, address):
    browser = Client(enforce_csrf_checks=True)
    browser.get("/admin/login/")
    kind = "application/x-www-form-urlencoded; charset=utf-7"
    response = browser.generic("POST", address, b"a=b", kind)
    assert (response.status_code, "Bad request" in text(response)) == (400, True)


def test_it_reports_a_server_error_in_plain_words(owner, monkeypatch):
    def fail(*arguments: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("fullstory_dest.admin.sources.admin.SourceAdmin.get_queryset", fail)
    browser = Client(raise_request_exception=False)
    browser.force_login(User.objects.get(username="olga"))
    response = browser.get(url("source"))
    assert (response.status_code, "Something went wrong" in text(response)) == (500, True)


def test_it_handles_an_unreadable_request_outside_the_admin():
    response = Client().generic(
        "POST", "/api/v1/sources/", b"a=b", "application/x-www-form-urlencoded; charset=utf-7"
    )
    assert response.status_code < 500


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("name=" + "x" * 2_700_000, "application/x-www-form-urlencoded", 413),
        ("a=1&" * 2000, "application/x-www-form-urlencoded", 413),
        ("--x", "multipart/form-data; boundary=" + "x" * 300, 400),
        ('{"text": "' + "x" * 2_700_000 + '"}', "application/json", 413),
    ],
)
def test_it_reports_the_same_in_development(owner, settings, body, kind, status):
    settings.DEBUG = True
    response = owner.post(url("mapping", "trigger"), body, content_type=kind)
    assert response.status_code == status
    assert "Traceback" not in text(response)
    assert "Request information" not in text(response)
    assert "Go back in your browser to find your input." in text(response)


def test_it_reports_a_url_that_is_too_long(owner):
    response = owner.get(url("mapping"), {"archived": "[" * 200_000})
    assert (response.status_code, "URL too long" in text(response)) == (414, True)
    assert owner.get(url("mapping"), {"archived": "[" * 9_000}).status_code == 200


@pytest.mark.parametrize("page", ["trigger", "check"])
def test_it_refuses_a_form_where_json_is_expected(owner, page):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.get(username="olga"))
    browser.get(url("mapping"))
    token = browser.cookies["csrftoken"].value
    response = browser.post(url("mapping", page), {"text": "x", "csrfmiddlewaretoken": token})
    assert (response.status_code, "Bad request" in text(response)) == (400, True)
