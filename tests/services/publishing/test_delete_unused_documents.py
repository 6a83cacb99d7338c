"""Deletion of documents that no deployment uses."""

from datetime import timedelta

import pytest
from django.utils import timezone

from fullstory_dest.models import Document, Source
from fullstory_dest.services.publishing.delete_unused_documents import RETENTION, delete_unused_documents
from fullstory_dest.services.publishing.deploy import content
from fullstory_dest.services.publishing.publish import publish
from tests.concurrency import at_once
from tests.factories import a_set_up_source


def later() -> object:
    return timezone.now() + RETENTION + timedelta(seconds=1)


@pytest.mark.django_db
def test_it_keeps_documents_of_deployments_and_waits_for_the_rest() -> None:
    kept, gone = a_set_up_source(name="Kept"), a_set_up_source(name="Gone")
    deployment = publish(kept.production).deployment
    publish(gone.production)
    Source.objects.get(pk=gone.pk).delete()
    assert delete_unused_documents() == 0
    assert delete_unused_documents(later()) == 3
    # Both use the plugin.
    names = set(content(deployment))
    assert set(Document.objects.values_list("pk", flat=True)) == names


@pytest.mark.django_db
def test_it_keeps_a_document_that_is_published_again() -> None:
    source = a_set_up_source()
    plugin = publish(source.production).deployment.plugin_id
    source.delete()
    delete_unused_documents()
    assert publish(a_set_up_source(name="Next").production).deployment.plugin_id == plugin
    assert Document.objects.get(pk=plugin).unused_since is None
    delete_unused_documents(later())
    assert Document.objects.filter(pk=plugin).exists()


@pytest.mark.django_db(transaction=True)
def test_it_lets_a_concurrent_publish_succeed() -> None:
    source = a_set_up_source(name="First")
    for number in range(5):
        publish(source.production)
        source.delete()
        delete_unused_documents()
        source = a_set_up_source(name=f"Shop {number}")
        production = source.production
        published, deleted = at_once(
            lambda: publish(production),  # noqa: B023
            lambda: delete_unused_documents(later()),
        )
        assert not isinstance(published, Exception), published
        assert isinstance(deleted, int), deleted
        for name in ("snippet", "plugin", "settings_document", "config_document"):
            assert getattr(published.deployment, name).body
            assert Document.objects.filter(pk=getattr(published.deployment, f"{name}_id")).exists()
