"""Rotating a write key, and revoking previous keys."""

from datetime import timedelta

import pytest
from django.utils import timezone

from fullstory_dest.models import RetiredWriteKey
from fullstory_dest.services.sources.rotate_key import (
    WriteKeyChangedError,
    revoke_previous_key,
    rotate_key,
)
from tests.factories import a_source

pytestmark = pytest.mark.django_db


def served_keys(environment):
    return set(environment.retired_keys.served().values_list("write_key", flat=True))


@pytest.mark.parametrize(("given", "days"), [({}, 30), ({"grace_days": 1}, 1), ({"grace_days": 365}, 365)])
def test_it_keeps_the_previous_key_for_the_grace_period(given, days):
    environment = a_source(write_key="first").production
    rotated = rotate_key(environment, **given)
    assert rotated == environment
    assert rotated.write_key != "first"
    environment.refresh_from_db()
    assert environment.write_key == rotated.write_key
    kept = RetiredWriteKey.objects.get()
    assert (kept.environment, kept.write_key) == (environment, "first")
    assert abs(kept.expires_at - timezone.now() - timedelta(days=days)) < timedelta(minutes=1)


def test_it_ends_the_previous_key_without_a_grace_period():
    environment = rotate_key(a_source().production, grace_days=0)
    assert environment.retired_keys.count() == 1
    assert served_keys(environment) == set()


@pytest.mark.parametrize("days", [-1, 366])
def test_it_refuses_a_grace_period_out_of_range(days):
    environment = a_source(write_key="first").production
    with pytest.raises(ValueError, match="expected 0 to 365 days"):
        rotate_key(environment, grace_days=days)
    environment.refresh_from_db()
    assert environment.write_key == "first"
    assert not RetiredWriteKey.objects.exists()


def test_it_rotates_only_the_expected_key():
    environment = a_source(write_key="first").production
    with pytest.raises(WriteKeyChangedError):
        rotate_key(environment, expected_write_key="other")
    assert not RetiredWriteKey.objects.exists()
    assert rotate_key(environment, expected_write_key="first").write_key != "first"


def test_it_revokes_one_of_two_previous_keys():
    environment = rotate_key(rotate_key(a_source(write_key="first").production), grace_days=5)
    (second,) = served_keys(environment) - {"first"}
    assert revoke_previous_key(environment, "first")
    assert served_keys(environment) == {second}
    assert not revoke_previous_key(environment, "first")
    assert revoke_previous_key(environment, second)
    assert served_keys(environment) == set()


def test_it_revokes_only_the_keys_of_the_source():
    environment, other = rotate_key(a_source(write_key="first").production), a_source(name="Other").production
    assert not revoke_previous_key(other, "first")
    assert not revoke_previous_key(environment, environment.write_key)
    assert served_keys(environment) == {"first"}
