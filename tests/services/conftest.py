"""Users who use the admin and REST at the same time."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

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
