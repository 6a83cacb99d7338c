"""The page that rotates and revokes write keys."""

from datetime import timedelta

import pytest
from django.utils import timezone

from fullstory_dest.delivery import document_cache
from fullstory_dest.models import RetiredWriteKey
from fullstory_dest.services.publishing.publish import publish
from tests.admin.pages import text, url
from tests.factories import a_set_up_source, a_source

pytestmark = pytest.mark.django_db


def test_it_rotates_a_write_key_with_a_grace_period(as_role):
    source = a_set_up_source(write_key="old")
    release = publish(source.production).deployment
    publisher = as_role("publisher")
    assert "Grace period" in text(publisher.get(url("source", "rotate", source.pk)))
    publisher.post(url("source", "rotate", source.pk), {"grace_days": "7", "write_key": "old"})
    source.refresh_from_db()
    assert source.write_key != "old"
    for kind in ("snippet", "settings_document", "config_document"):
        assert document_cache.get_live("old", kind) == document_cache.get_live(source.write_key, kind)
    assert document_cache.get_pinned("old", release.digest) == document_cache.get_pinned(
        source.write_key, release.digest
    )
    assert "old" in text(publisher.get(url("source", "change", source.pk)))
    publisher.post(url("source", "rotate", source.pk), {"end": "old"})
    document_cache._cache.clear()
    assert document_cache.get_live("old", "snippet") is None
    assert document_cache.get_pinned("old", release.digest) is None


@pytest.mark.parametrize("days", ["", "abc", "-1", "366", "9" * 30])
def test_it_refuses_an_invalid_grace_period(owner, days):
    source = a_source(write_key="old")
    assert (
        owner.post(url("source", "rotate", source.pk), {"grace_days": days, "write_key": "old"}).status_code
        == 200
    )
    source.refresh_from_db()
    assert source.write_key == "old"


def test_it_expires_a_previous_write_key_and_reserves_it(owner):
    source = a_set_up_source(write_key="old")
    publish(source.production)
    owner.post(url("source", "rotate", source.pk), {"grace_days": "1", "write_key": "old"})
    RetiredWriteKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert document_cache.get_live("old", "snippet") is None
    response = owner.post(url("source", "add"), {"name": "Thief", "write_key": "old"})
    assert "This write key was used before." in text(response)


def test_it_looks_up_the_current_write_key_in_one_query(django_assert_num_queries):
    source = a_set_up_source(write_key="now")
    publish(source.production)
    with django_assert_num_queries(1):
        document_cache.get_live("now", "snippet")


def test_it_shows_the_new_write_key_to_copy_after_a_rotation(as_role):
    publisher, source = as_role("publisher"), a_set_up_source()
    sent = {"grace_days": "7", "write_key": source.write_key}
    shown = text(publisher.post(url("source", "rotate", source.pk), sent, follow=True))
    source.refresh_from_db()
    assert f'<pre id="new-key" class="fsd-code-block" tabindex="0">{source.write_key}</pre>' in shown
    assert f'href="{url("source", "install", source.pk)}">Open install instructions' in shown
    assert "new-key" not in text(publisher.get(url("source", "change", source.pk)))


@pytest.mark.parametrize("key", [{}, {"write_key": ""}])
def test_it_refuses_a_rotation_without_the_write_key_seen(as_role, key):
    source = a_source(write_key="old")
    response = as_role("publisher").post(url("source", "rotate", source.pk), {"grace_days": "7", **key})
    assert response.status_code == 400
    assert "The form didn&#x27;t include the current write key" in text(response)
    assert 'name="write_key" value="old"' in text(response)
    assert 'value="7"' in text(response)
    source.refresh_from_db()
    assert source.write_key == "old"
