"""The steps of the setup, for tests to walk through."""

from django.urls import reverse

from fullstory_dest.models import Destination, Source

NASTY = "<script>alert(1)</script>"


def step(name: str, *keys) -> str:
    return reverse(f"admin:fullstory_dest_setup_{name}", args=keys)


def walk_to_mappings(client) -> Destination:
    client.post(step("source"), {"name": "Shop"})
    client.post(step("settings", Source.objects.get().pk), {"name": "FullStory", "setting_orgId": "o-1"})
    return Destination.objects.get()
