"""The response to a preview link: never stored, and always a script."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from fullstory_dest.models import PreviewLink
from fullstory_dest.services.previews.preview_link import (
    create_preview_link,
    preview_token,
    revoke_preview_link,
)
from tests.factories import a_set_up_source, an_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def link():
    return create_preview_link(a_set_up_source().production, by=an_owner(), page_url="https://shop.example/")


def path_of(link):
    return f"/v1/preview/{preview_token(link)}.js"


def test_it_serves_a_script_that_no_cache_stores(client, link):
    response = client.get(path_of(link) + "?1", headers={"if-none-match": "*", "accept-encoding": "br"})
    assert response.status_code == 200
    assert b"fullstoryPreview" in response.content
    headers = response.headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Length"] == str(len(response.content))
    assert not {"ETag", "Last-Modified", "Set-Cookie", "Content-Encoding"} & set(headers)


def test_it_answers_other_methods(client, link, django_assert_num_queries):
    assert client.head(path_of(link)).content == b""
    with django_assert_num_queries(0):
        assert client.options(path_of(link)).status_code == 204
        assert client.post(path_of(link)).status_code == 405


def test_it_reads_the_drafts_in_few_queries(client, link, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        client.get(path_of(link))


def test_it_serves_a_reason_instead_of_an_error(client, link, django_assert_num_queries):
    def reason(path):
        response = client.get(path)
        assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
        assert len(response.content) < 100
        return response.content.decode()

    with django_assert_num_queries(0):
        assert "the link is invalid" in reason("/v1/preview/1.forged.js")
    revoke_preview_link(link)
    assert "the link was revoked" in reason(path_of(link))
    PreviewLink.objects.update(revoked_at=None, expires_at=timezone.now() - timedelta(seconds=1))
    assert "the link has expired" in reason(path_of(link))
    link.environment.source.delete()
    assert "its source was deleted or archived" in reason(path_of(link))


@pytest.mark.parametrize("token", ["<script>", "x" * 101, "%3Cimg"])
def test_it_explains_malformed_tokens(client, token):
    assert b"the link is invalid" in client.get(f"/v1/preview/{token}.js").content


@pytest.mark.parametrize("token", ["a/b", "x" * 301])
def test_it_answers_404_for_what_is_not_a_token(client, token):
    assert client.get(f"/v1/preview/{token}.js").status_code == 404
