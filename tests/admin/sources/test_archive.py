"""The page that archives and restores a source."""

import pytest

from fullstory_dest.delivery import document_cache
from fullstory_dest.models import Source
from fullstory_dest.services.publishing.publish import publish
from tests.admin.pages import text, url
from tests.factories import a_set_up_source, a_source

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["rotate", "archive"])
def test_it_never_lets_an_editor_rotate_or_archive(as_role, page):
    source = a_source()
    assert as_role("editor").post(url("source", page, source.pk), {"grace_days": "1"}).status_code == 403
    assert as_role("publisher").get(url("source", page, 12345)).status_code == 404


def test_it_archives_and_restores_a_source(as_role):
    source = a_set_up_source(name="Gone Shop", write_key="key")
    publish(source.production)
    live = document_cache.get_live("key", "snippet")
    publisher = as_role("publisher")
    publisher.post(url("source", "archive", source.pk), {"wanted": "archive"})
    document_cache._cache.clear()
    inert = document_cache.get_live("key", "snippet")
    assert inert is not None
    assert inert != live
    for model in ("source", "destination", "mapping"):
        publisher.get(url(model))  # clears the message
        assert "Gone Shop" not in text(publisher.get(url(model)))
        assert "Gone Shop" in text(publisher.get(url(model) + "?archived=yes"))
    assert "Restore" in text(publisher.get(url("source", "archive", source.pk)))
    publisher.post(url("source", "archive", source.pk), {"wanted": "restore"})
    document_cache._cache.clear()
    assert document_cache.get_live("key", "snippet") == live
    assert Source.objects.get().archived_at is None


def test_it_offers_to_restore_an_archived_source(as_role):
    publisher, source = as_role("publisher"), a_set_up_source()
    archived = text(publisher.post(url("source", "archive", source.pk), {"wanted": "archive"}, follow=True))
    assert f'href="{url("source")}?archived=yes">View archived sources' in archived
    page = text(publisher.get(url("source", "overview", source.pk)))
    assert "Archived sources are hidden" in page
    assert f'href="{url("source", "archive", source.pk)}">Restore' in page
    assert "Next: publish" not in page


def test_it_archives_once_when_sent_twice(as_role):
    publisher, source = as_role("publisher"), a_source()
    page = url("source", "archive", source.pk)
    assert 'name="wanted" value="archive"' in text(publisher.get(page))
    for sent in ({"wanted": "archive"}, {"wanted": "archive"}, {}, {"wanted": "x"}):
        assert publisher.post(page, sent).status_code == 302
        source.refresh_from_db()
        assert source.archived_at is not None
    assert 'name="wanted" value="restore"' in text(publisher.get(page))
