"""Delivery to pages that use a previous write key."""

import pytest
from django.test import Client

from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.sources.rotate_key import revoke_previous_key, rotate_key
from tests.factories import a_set_up_source

pytestmark = pytest.mark.django_db


def ask(key):
    return Client().get(f"/analytics.js/v1/{key}/analytics.min.js")


def test_it_serves_each_previous_key_its_own_source():
    one, other = (a_set_up_source(name=name, write_key=name) for name in ("one", "other"))
    for source in (one, other):
        publish(rotate_key(source.production))
    bodies = [ask(key).content for key in ("one", "other")]
    for source, body in zip((one, other), bodies, strict=True):
        source.refresh_from_db()
        assert source.write_key.encode() in body
    assert ask("unknown").status_code == 404


def test_it_stops_serving_a_revoked_key():
    environment = rotate_key(a_set_up_source(write_key="first").production)
    publish(environment)
    assert revoke_previous_key(environment, "first")
    assert ask("first").status_code == 404
    assert ask(environment.write_key).status_code == 200
