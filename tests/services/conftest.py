"""Users who use the admin and REST at the same time."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

# Marks sessions as extended at login. Otherwise the first request saves them, which fails while the database is locked.
import fullstory_dest.admin.accounts.session  # noqa: F401
from fullstory_dest.models import ApiToken


@pytest.fixture
def people(transactional_db) -> list[Client]:
    """Clients of four superusers, for the admin and REST."""
    clients = []
    for number in range(4):
        user = User.objects.create_user(f"person {number}", is_staff=True, is_superuser=True)
        _, token = ApiToken.objects.create(user)
        client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})
        client.force_login(user)
        clients.append(client)
    return clients


@pytest.fixture
def _impatient(monkeypatch, settings):
    """Set a short lock timeout."""
    settings.LOCK_TIMEOUT_SECONDS = 0.3
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.3)
    if connection.vendor == "sqlite":
        connection.close()
        yield
        connection.close()
    else:
        monkeypatch.delitem(connection.settings_dict["OPTIONS"], "timeout")
        yield
