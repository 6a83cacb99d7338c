"""Publishing in one environment leaves the others alone, and each has its own key and settings."""

import json

import pytest
from django.db import connection

from fullstory_dest.compiler.check import CompileError
from fullstory_dest.compiler.files import canonical_json
from fullstory_dest.models import Environment, Mapping, Release
from fullstory_dest.services.publishing.deploy import content
from fullstory_dest.services.publishing.promote import promote
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.roll_back import RollBackError, roll_back
from fullstory_dest.services.sources.rotate_key import rotate_key
from fullstory_dest.services.sources.status import source_status
from fullstory_dest.services.spec import environment_spec
from tests.concurrency import at_once
from tests.factories import (
    ORG,
    a_destination,
    a_mapping,
    a_set_up_source,
    a_source,
    a_staging_environment,
    live,
)

STAGING_ORG = "o-STAGING-eu1"


@pytest.fixture
def source(db):
    """A source with a Staging environment that overrides the FS Org."""
    source = a_set_up_source(write_key="PRODUCTION", api_host="api.segment.io/v1")
    a_staging_environment(source, write_key="STAGING", settings={"orgId": STAGING_ORG, "debug": True})
    return source


def config(deployment):
    return json.loads(bytes(deployment.config_document.body))


def documents(deployment):
    return [
        bytes(document.body)
        for document in (
            deployment.snippet,
            deployment.plugin,
            deployment.settings_document,
            deployment.config_document,
        )
    ]


def rename(source, name):
    mapping = Mapping.objects.filter(destination__source=source).earliest("pk")
    mapping.name = name
    mapping.save()


def test_it_publishes_to_staging_only(source):
    production = publish(source.production).deployment
    before = documents(production)
    rename(source, "Renamed")
    staging = publish(source.first_environment).deployment
    assert staging.release.number == 2
    assert live(source) == production
    assert documents(live(source)) == before
    assert source.first_environment.live == staging
    assert (config(staging)["writeKey"], config(live(source))["writeKey"]) == ("STAGING", "PRODUCTION")


def test_it_deploys_one_release_to_both(source):
    staging = publish(source.first_environment).deployment
    # The drafts have changed since then.
    Mapping.objects.filter(action="viewedPageV2").delete()
    production = promote(staging.release, source.production).deployment
    assert (production.kind, production.release) == ("promote", staging.release)
    assert Release.objects.count() == 1
    mappings = [
        canonical_json([each["mappings"] for each in config(deployment)["destinations"]])
        for deployment in (staging, production)
    ]
    assert mappings[0] == mappings[1]
    for deployment, key, org, api_host, debug in (
        (staging, "STAGING", STAGING_ORG, "", True),
        (production, "PRODUCTION", ORG, "api.segment.io/v1", None),
    ):
        found = config(deployment)
        assert (found["writeKey"], found["apiHost"]) == (key, api_host)
        [destination] = found["destinations"]
        assert (destination["settings"]["orgId"], destination["settings"].get("debug")) == (org, debug)
        assert mappings[0].encode()[1:-1] in bytes(deployment.settings_document.body)
    for document in documents(production):
        assert b"STAGING" not in document


def test_it_reuses_the_release_of_equal_drafts(source):
    staging = publish(source.first_environment)
    production = publish(source.production)
    assert production.created
    assert production.deployment.release == staging.deployment.release
    # A reload from the database sorts the keys of objects on PostgreSQL, which changes no byte.
    assert not publish(source.first_environment).created
    assert not publish(source.production).created


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"api_host": "events.example.com"}, b'"apiHost":"events.example.com"'),
        ({"settings": {"orgId": "o-OTHER-na1"}}, b'"orgId":"o-OTHER-na1"'),
        ({"settings": {}}, f'"orgId":"{ORG}"'.encode()),
    ],
)
def test_it_counts_changed_values_of_an_environment(source, values, found):
    for environment in (source.first_environment, source.production):
        publish(environment)
    source.refresh_from_db()
    assert source_status(source).code == "live"
    environment = source.first_environment
    for name, value in values.items():
        setattr(environment, name, value)
    environment.save()
    source.refresh_from_db()
    assert source_status(source).code == "changed"
    result = publish(environment)
    assert (result.created, result.deployment.release.number) == (True, 1)
    assert result.deployment.environment_spec == environment_spec(environment)
    assert found in bytes(result.deployment.config_document.body)
    assert not publish(source.production).created
    source.refresh_from_db()
    assert source_status(source).code == "live"


def test_it_counts_overrides_that_change_no_document(db):
    environment = a_staging_environment(a_source())
    publish(environment)
    environment.settings = {"debug": True}
    environment.save()
    result = publish(environment)
    assert result.created
    assert result.deployment.environment_spec["settings"] == {"debug": True}


def test_it_deploys_a_rotated_key_of_one_environment(source):
    for environment in (source.first_environment, source.production):
        publish(environment)
    rotated = rotate_key(source.first_environment)
    result = publish(rotated)
    assert config(result.deployment)["writeKey"] == rotated.write_key
    assert not publish(source.production).created


def test_it_rolls_back_one_environment(source):
    staging, production = source.first_environment, source.production
    first = publish(staging).deployment
    publish(production)
    rename(source, "Renamed")
    publish(staging)
    second = publish(production).deployment
    back = roll_back(first).deployment
    assert back.environment == staging
    assert (content(back), back.environment_spec) == (content(first), first.environment_spec)
    assert live(source) == second
    assert source.first_environment.live == back
    with pytest.raises(RollBackError):
        roll_back(first)


def test_it_refuses_overrides_that_the_drafts_cannot_use(source):
    publish(source.first_environment)
    a_destination(source, name="Second", settings={"orgId": "o-2-na1", "namespace": "FS2"})
    release = publish(source.production).deployment.release
    Environment.objects.filter(pk=source.first_environment.pk).update(settings={"namespace": "Staging"})
    source.refresh_from_db()
    for deploy in (
        lambda: publish(source.first_environment),
        lambda: promote(release, source.first_environment),
    ):
        with pytest.raises(CompileError, match="both have the namespace Staging"):
            deploy()
    assert source.first_environment.deployments.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_it_publishes_to_two_environments_at_once(attempt):
    source = a_set_up_source()
    staging, production = a_staging_environment(source), source.production
    for environment in (staging, production):
        publish(environment)
    rename(source, f"Renamed {attempt}")
    results = at_once(lambda: publish(staging), lambda: publish(production), lambda: publish(staging))
    assert [getattr(result, "created", result) for result in results].count(True) == 2
    assert {result.deployment.release.number for result in results} == {2}
    assert source.releases.count() == 2
    for environment in source.environments.all():
        assert environment.live.release.number == 2
        assert environment.live.environment == environment


@pytest.mark.django_db(transaction=True)
def test_it_publishes_to_one_and_rolls_back_another_at_once():
    source = a_set_up_source()
    staging, production = a_staging_environment(source), source.production
    first = publish(production).deployment
    a_mapping(source.destinations.get(), name="Another")
    publish(production)
    published, rotated, rolled_back = at_once(
        lambda: publish(staging), lambda: rotate_key(production), lambda: roll_back(first)
    )
    assert (published.deployment.environment, rolled_back.deployment.environment) == (staging, production)
    assert live(source) == rolled_back.deployment
    assert source.write_key == rotated.write_key


@pytest.mark.django_db
def test_it_promotes_with_a_bounded_number_of_queries(source, django_assert_max_num_queries):
    release = publish(source.first_environment).deployment.release
    with django_assert_max_num_queries(21 if connection.vendor == "sqlite" else 23):
        promote(release, source.production)
