"""API tokens."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from fullstory_dest.models import ApiToken
from fullstory_dest.services.accounts.tokens import create_token, record_token_use, revoke_token
from tests.api.conftest import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def olive():
    return get_user_model().objects.create_superuser("olive")


@pytest.mark.parametrize(("days", "lifetime"), [(None, None), (30, timedelta(days=30))])
def test_it_creates_a_token_with_a_lifetime(olive, days, lifetime):
    row, token = create_token(olive, "CI", days=days)
    assert (row.user, row.name) == (olive, "CI")
    assert token not in str(ApiToken.objects.values())
    if lifetime is None:
        assert row.expiry is None
    else:
        assert abs(row.expiry - timezone.now() - lifetime) < timedelta(minutes=1)


def test_it_rejects_a_revoked_token(olive):
    row, token = create_token(olive, "CI")
    client = client_of()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    assert client.get("/api/v1/sources/").status_code == 200
    revoke_token(row)
    assert client.get("/api/v1/sources/").status_code == 401


def test_it_records_the_use_of_each_token_once_a_minute(olive, django_assert_num_queries):
    row, other = create_token(olive, "CI")[0], create_token(olive, "Laptop")[0]
    record_token_use(row)
    row.refresh_from_db()
    assert timezone.now() - row.used_at < timedelta(minutes=1)
    with django_assert_num_queries(0):
        record_token_use(row)
    other.refresh_from_db()
    assert other.used_at is None
    record_token_use(other)
    assert ApiToken.objects.filter(used_at=None).count() == 0
