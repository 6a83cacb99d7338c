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


def served_keys(source):
    return set(source.retired_keys.served().values_list("write_key", flat=True))


@pytest.mark.parametrize(("given", "days"), [({}, 30), ({"grace_days": 1}, 1), ({"grace_days": 365}, 365)])
def test_it_keeps_the_previous_key_for_the_grace_period(given, days):
    source = a_source(write_key="first")
    rotated = rotate_key(source, **given)
    assert rotated == source
    assert rotated.write_key != "first"
    source.refresh_from_db()
    assert source.write_key == rotated.write_key
    kept = RetiredWriteKey.objects.get()
    assert (kept.source, kept.write_key) == (source, "first")
    assert abs(kept.expires_at - timezone.now() - timedelta(days=days)) < timedelta(minutes=1)


def test_it_ends_the_previous_key_without_a_grace_period():
    source = rotate_key(a_source(), grace_days=0)
    assert source.retired_keys.count() == 1
    assert served_keys(source) == set()


@pytest.mark.parametrize("days", [-1, 366])
def test_it_refuses_a_grace_period_out_of_range(days):
    source = a_source(write_key="first")
    with pytest.raises(ValueError, match="expected 0 to 365 days"):
        rotate_key(source, grace_days=days)
    source.refresh_from_db()
    assert source.write_key == "first"
    assert not RetiredWriteKey.objects.exists()


def test_it_rotates_only_the_expected_key():
    source = a_source(write_key="first")
    with pytest.raises(WriteKeyChangedError):
        rotate_key(source, expected_write_key="other")
    assert not RetiredWriteKey.objects.exists()
    assert rotate_key(source, expected_write_key="first").write_key != "first"


def test_it_revokes_one_of_two_previous_keys():
    source = rotate_key(rotate_key(a_source(write_key="first")), grace_days=5)
    (second,) = served_keys(source) - {"first"}
    assert revoke_previous_key(source, "first")
    assert served_keys(source) == {second}
    assert not revoke_previous_key(source, "first")
    assert revoke_previous_key(source, second)
    assert served_keys(source) == set()


def test_it_revokes_only_the_keys_of_the_source():
    source, other = rotate_key(a_source(write_key="first")), a_source(name="Other")
    assert not revoke_previous_key(other, "first")
    assert not revoke_previous_key(source, source.write_key)
    assert served_keys(source) == {"first"}
