"""Rollbacks, and drafts that would undo one."""

import pytest

from fullstory_dest.models import Environment, Mapping
from fullstory_dest.services.drafts.restore_drafts import restore_drafts
from fullstory_dest.services.publishing.deploy import LiveDeploymentChangedError, RollBackError, content
from fullstory_dest.services.publishing.drafts_ahead import are_drafts_ahead
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.roll_back import roll_back
from fullstory_dest.services.sources.rotate_key import rotate_key
from fullstory_dest.services.spec import source_spec
from tests.factories import a_mapping, a_set_up_source, live

pytestmark = pytest.mark.django_db


def rename(source, name):
    mapping = source.destinations.get().mappings.get(action="trackEventV2")
    mapping.name = name
    mapping.save()


def deployment(source, number):
    """The first deployment of a release."""
    return source.production.deployments.filter(release__number=number).earliest("pk")


@pytest.fixture
def source():
    """A source with two releases. In the second, a mapping has another name."""
    source = a_set_up_source()
    publish(source.production)
    rename(source, "Renamed")
    publish(source.production)
    return source


def is_ahead(source):
    return are_drafts_ahead(live(source), source_spec(source))


def test_it_deploys_the_same_bytes_again(source, django_user_model):
    user = django_user_model.objects.create_user("ann")
    first, second = deployment(source, 1), deployment(source, 2)
    back = roll_back(first, by=user, note="Broken", expected_live=second.pk).deployment
    assert (back.kind, back.restored, back.created_by, back.note) == ("rollback", first, user, "Broken")
    assert (back.release, back.environment_spec) == (first.release, first.environment_spec)
    assert (content(back), back.build) == (content(first), first.build)
    assert live(source) == back
    assert source.releases.count() == 2, "a rollback makes no release"


def test_it_restores_the_values_of_the_environment(source):
    first = live(source)
    source.api_host, source.production.settings = "events.example.com", {"debug": True}
    source.save()
    second = publish(source.production).deployment
    assert second.release == first.release
    assert second.environment_spec["settings"] == {"debug": True}
    back = roll_back(first).deployment
    assert back.environment_spec == {"write_key": source.write_key, "api_host": "", "settings": {}}
    assert content(back) == content(first)
    environment = Environment.objects.get()
    assert (environment.api_host, environment.settings) == ("events.example.com", {"debug": True})
    again = publish(environment)
    assert (again.created, again.deployment.release, content(again.deployment)) == (
        True,
        first.release,
        content(second),
    )


def test_it_publishes_the_same_drafts_after_a_rollback(source):
    roll_back(deployment(source, 1))
    result = publish(source.production)
    assert (result.created, result.deployment.kind) == (True, "publish")
    assert result.deployment.release.number == 2, "the drafts are those of the latest release"
    assert live(source) == result.deployment


def test_it_publishes_nothing_if_drafts_are_rolled_back_too(source):
    back = roll_back(deployment(source, 1)).deployment
    rename(source, "Track Custom Event V2")
    result = publish(source.production)
    assert (result.created, result.deployment) == (False, back)
    rename(source, "Another")
    assert publish(source.production).deployment.release.number == 3


def test_it_refuses_a_rollback_to_what_is_live(source):
    first, second = deployment(source, 1), deployment(source, 2)
    with pytest.raises(RollBackError, match="release 2 is already live"):
        roll_back(second)
    roll_back(first)
    with pytest.raises(RollBackError, match="is live and has the same content"):
        roll_back(first)
    assert source.production.deployments.count() == 3


def test_it_refuses_a_rollback_of_an_unexpected_deployment(source):
    first, second = deployment(source, 1), deployment(source, 2)
    with pytest.raises(
        LiveDeploymentChangedError,
        match=f"deployment {second.pk} is live now instead of deployment {first.pk}",
    ):
        roll_back(first, expected_live=first.pk)
    assert live(source) == second


def test_it_notices_drafts_that_undo_a_rollback(source):
    assert not is_ahead(source)
    roll_back(deployment(source, 1))
    assert is_ahead(source)
    rotate_key(source.production)
    assert is_ahead(source)
    rename(source, "Track Custom Event V2")
    assert not is_ahead(source)
    rename(source, "Another")
    assert not is_ahead(source), "it was never published"


def test_it_accepts_drafts_after_the_rollback_was_loaded(source):
    first = deployment(source, 1)
    Mapping.objects.filter(action="viewedPageV2").delete()
    publish(source.production)
    roll_back(first)
    assert is_ahead(source)
    # The deleted mapping gets a new ID.
    restore_drafts(first.release)
    assert not is_ahead(source)
    a_mapping(source.destinations.get(), name="New")
    assert not is_ahead(source)


def test_it_notices_only_changes_of_a_rolled_back_source():
    source = a_set_up_source()
    assert not is_ahead(source)
    publish(source.production)
    rename(source, "Renamed")
    assert not is_ahead(source)
