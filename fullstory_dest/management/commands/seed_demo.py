"""``manage.py seed_demo``"""

from __future__ import annotations

import os
import secrets
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.urls import reverse

from fullstory_dest.management.database_command import DatabaseCommand
from fullstory_dest.models import Deployment, Destination, Source
from fullstory_dest.services.drafts.create_destination import create_destination
from fullstory_dest.services.public_url import public_url
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.source_changes import source_changes

ADMIN: Final = "admin"
WRITE_KEY: Final = "demo"
ORG_ID: Final = "o-DEMO-na1"
#: The path of the demo's stand-in for FullStory's script.
SCRIPT_PATH: Final = "/demo/fs.js"


class Command(DatabaseCommand):
    help = "Creates the demo's admin user and a published source, and prints their URLs."

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo site is off. Set DEVELOPMENT=1 or DEMO=1.")
        with source_changes():
            password = _admin_password()
            moved = _seed_source()
        if moved:
            self.stdout.write(
                f"The demo is now at {settings.PUBLIC_URL}. Published release {moved.release.number}."
            )
        self.stdout.write(f"Admin:      {public_url(reverse('admin:index'))}")
        self.stdout.write(f"Username:   {ADMIN}")
        self.stdout.write(f"Password:   {password or '(changed since it was created)'}")
        self.stdout.write(f"Demo site:  {public_url(reverse('demo:site'))}")


def _seed_source() -> Deployment | None:
    """Create and publish the demo's source, or follow a new PUBLIC_URL. Returns the deployment of the latter."""
    script = settings.PUBLIC_URL + SCRIPT_PATH
    source = Source.objects.filter(environments__write_key=WRITE_KEY).first()
    if source is None:
        source = Source(name="Demo site")
        source.write_key = WRITE_KEY
        source.save()
        create_destination(source, settings={"orgId": ORG_ID, "script": script})
        publish(source.production, note="Demo presets")
        return None
    moved = [destination for destination in source.destinations.all() if _has_moved(destination, script)]
    for destination in moved:
        destination.settings["script"] = script
        destination.save()
    if not moved:
        return None
    return publish(source.production, note=f"New public URL: {settings.PUBLIC_URL}").deployment


def _has_moved(destination: Destination, script: str) -> bool:
    """Whether a destination loads the demo's script from a former PUBLIC_URL."""
    said: str = destination.settings.get("script", "")
    return said.endswith(SCRIPT_PATH) and said != script


def _admin_password() -> str:
    """The admin's password; empty if it was changed. Creates the admin if absent.

    The password comes from ADMIN_PASSWORD, or is generated and stored in a file that only this user can read.
    """
    path = settings.DATA_DIR / "admin_password"
    password = os.environ.get("ADMIN_PASSWORD") or (path.read_text().strip() if path.exists() else "")
    users = get_user_model().objects
    if admin := users.filter(username=ADMIN).first():
        return password if password and admin.check_password(password) else ""
    if not password:
        password = secrets.token_urlsafe(12)
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(password + "\n")
    users.create_superuser(ADMIN, password=password)
    return password
