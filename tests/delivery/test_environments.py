"""Delivery of a source with several environments, each by its own write key."""

import pytest
from django.test import Client

from fullstory_dest.delivery import document_cache
from fullstory_dest.services.environments.delete_environment import delete_environment
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.sources.rotate_key import rotate_key
from tests.factories import a_mapping, a_set_up_source, a_staging_environment

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    """A source with a Staging environment. Nothing is live yet."""
    source = a_set_up_source(write_key="PRODUCTION")
    a_staging_environment(source, write_key="STAGING", settings={"orgId": "o-STAGING-na1"})
    return source


def ask(path):
    document_cache._cache.clear()
    return Client().get(path)


def config(key):
    return ask(f"/v1/sources/{key}/config").json()


def test_it_serves_each_environment_its_documents(source, django_assert_num_queries):
    staging = publish(source.first_environment).deployment
    a_mapping(source.destinations.get(), name="Another")
    production = publish(source.production).deployment
    for key, deployment in (("STAGING", staging), ("PRODUCTION", production)):
        for path, document in {
            f"/analytics.js/v1/{key}/analytics.min.js": deployment.snippet,
            f"/v1/projects/{key}/settings": deployment.settings_document,
            f"/v1/sources/{key}/config": deployment.config_document,
            f"/v1/sources/{key}/releases/{deployment.digest}.js": deployment.snippet,
        }.items():
            with django_assert_num_queries(1):
                response = ask(path)
            assert response.content == bytes(document.body), path


def test_it_serves_nothing_where_nothing_is_live(source):
    publish(source.first_environment)
    assert config("PRODUCTION") == {"writeKey": "PRODUCTION", "apiHost": "", "destinations": []}
    assert config("STAGING")["destinations"]


def test_it_serves_no_environment_of_a_disabled_source(source):
    for environment in (source.first_environment, source.production):
        publish(environment)
    source.enabled = False
    source.save()
    assert config("PRODUCTION")["destinations"] == config("STAGING")["destinations"] == []


def test_it_refuses_the_digest_of_another_environment(source):
    staging = publish(source.first_environment).deployment
    publish(source.production)
    assert ask(f"/v1/sources/STAGING/releases/{staging.digest}.js").status_code == 200
    assert ask(f"/v1/sources/PRODUCTION/releases/{staging.digest}.js").status_code == 404


def test_it_serves_a_previous_key_its_own_environment(source):
    for environment in (source.first_environment, source.production):
        publish(environment)
    rotated = rotate_key(source.first_environment)
    publish(rotated)
    assert config("STAGING") == config(rotated.write_key)
    assert config("STAGING")["writeKey"] == rotated.write_key
    assert config("STAGING")["destinations"][0]["settings"]["orgId"] == "o-STAGING-na1"
    assert config("PRODUCTION")["writeKey"] == "PRODUCTION"


def test_it_serves_no_key_of_a_deleted_environment(source):
    current = rotate_key(source.first_environment).write_key
    publish(source.production)
    delete_environment(source.first_environment)
    for key in ("STAGING", current):
        for path in (f"/v1/sources/{key}/config", f"/analytics.js/v1/{key}/analytics.min.js"):
            assert ask(path).status_code == 404
    assert config("PRODUCTION")["destinations"]
