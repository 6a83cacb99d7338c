"""Absolute URLs start with PUBLIC_URL, whatever the request headers contain."""

import re
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import get_script_prefix, reverse, set_script_prefix

from fullstory_dest.models import ApiToken, Mapping
from fullstory_dest.services.public_url import public_url
from tests.admin.pages import text
from tests.factories import a_mapping, a_source

#: Requests as proxies forward them: plain http, with the proxy's host and port, or an unrelated port.
ODD = ({}, {"SERVER_NAME": "10.0.0.7", "SERVER_PORT": "8000"}, {"HTTP_HOST": "fs.example.com:8123"})


@pytest.fixture(params=["https://fs.example.com", "https://fs.example.com:8443", "https://example.com/fsd"])
def public(request, settings):
    """A PUBLIC_URL, with the settings derived from it."""
    url = settings.PUBLIC_URL = request.param
    path = url.partition("//")[2].partition("/")[2]
    settings.ALLOWED_HOSTS = ["*"]
    settings.FORCE_SCRIPT_NAME = f"/{path}" if path else None
    prefix = get_script_prefix()
    set_script_prefix(f"/{path}")
    yield url
    set_script_prefix(prefix)


@pytest.fixture(params=ODD)
def owner(request, db) -> Client:
    user = User.objects.create_superuser("olive")
    _, token = ApiToken.objects.create(user)
    client = Client(headers={"Authorization": f"Bearer {token}"}, **request.param)
    client.force_login(user)
    return client


def test_it_links_pages_of_rest_below_it(owner, public):
    for name in "abc":
        a_source(name=name)
    first = owner.get("/api/v1/sources/", {"page_size": 1}).json()
    assert first["next"] == f"{public}/api/v1/sources/?page=2&page_size=1"
    second = owner.get("/api/v1/sources/", {"page_size": 1, "page": 2}).json()
    assert second["previous"] == f"{public}/api/v1/sources/?page_size=1"
    assert second["next"] == f"{public}/api/v1/sources/?page=3&page_size=1"


def test_it_links_invitations_below_it(owner, public):
    nora = User.objects.create_user("nora", is_staff=True)
    made = owner.post(f"/admin/auth/user/{nora.pk}/password-link/")
    shown = text(owner.get(made["Location"].removeprefix("/fsd")))
    (link,) = re.findall(r'<pre id="password-link"[^>]*>([^<]+)<', shown)
    assert link.startswith(f"{public}/admin/password/")


def test_it_prints_urls_below_it(public, settings, tmp_path, db):
    settings.DATA_DIR, settings.DEMO = tmp_path, True
    printed = StringIO()
    call_command("seed_demo", stdout=printed)
    assert f"Admin:      {public}/admin/\n" in printed.getvalue()
    assert f"Demo site:  {public}/demo/\n" in printed.getvalue()


def test_it_redirects_to_relative_urls(owner, public):
    for path in ("/", "/api/v1/", "/admin", "/admin/login/"):
        assert owner.get(path)["Location"].startswith(get_script_prefix()), path


def test_it_redirects_to_https_at_its_host(public, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_SSL_HOST = public.split("/")[2]
    answer = Client(HTTP_HOST="fs.example.com:8123").get("/admin/login/?next=/")
    assert answer["Location"] == f"{public}/admin/login/?next=/"


def test_it_returns_to_the_page_that_the_browser_showed(owner, public):
    mapping = a_mapping()
    back = f"{public}/admin/fullstory_dest/mapping/?enabled__exact=1"
    form = {"enabled": ""}
    path = reverse("admin:fullstory_dest_mapping_switch", args=[mapping.pk]).removeprefix("/fsd")
    answer = owner.post(path, form, headers={"referer": back})
    assert answer["Location"] == back


def test_it_records_the_channel_of_a_change_below_a_path(owner, public):
    mapping = a_mapping()
    owner.patch(f"/api/v1/mappings/{mapping.pk}/", {"name": "New"}, content_type="application/json")
    assert Mapping.objects.get().history.first().history_channel == "api"


@pytest.mark.parametrize("path", ["/a/b?c=1", "http://internal:8000/a/b?c=1", "//internal/a/b?c=1"])
def test_it_replaces_the_host_of_a_path(settings, path):
    settings.PUBLIC_URL = "https://fs.example.com:8443/fsd"
    assert public_url(path) == "https://fs.example.com:8443/fsd/a/b?c=1"
