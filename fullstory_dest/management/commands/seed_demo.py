"""``manage.py seed_demo``"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.urls import reverse

from fullstory_dest.management.database_command import DatabaseCommand
from fullstory_dest.models import Deployment, Destination, Environment, Mapping, RetiredWriteKey, Source
from fullstory_dest.services.drafts.create_destination import create_destination
from fullstory_dest.services.environments.create_environment import create_environment
from fullstory_dest.services.public_url import public_url
from fullstory_dest.services.publishing.approvals import ApprovalRequiredError
from fullstory_dest.services.publishing.promote import promote
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.source_changes import source_changes
from fullstory_dest.services.spec import live_spec

ADMIN: Final = "admin"
WRITE_KEY: Final = "demo"
SHOP_KEY: Final = "demo-"
ORG_ID: Final = "o-DEMO-na1"
STAGING_ORG_ID: Final = "o-STAGING-na1"
#: The path of the demo's stand-in for FullStory's script.
SCRIPT_PATH: Final = "/demo/fs.js"


class Command(DatabaseCommand):
    help = "Creates the demo's admin user and two published sources, and prints their URLs."

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo site is off. Set DEVELOPMENT=1 or DEMO=1.")
        with source_changes():
            password = _admin_password()
            _seed_source()
            _seed_shop()
            moved = _follow_public_url()
        if moved:
            self.stdout.write(
                f"The demo is now at {settings.PUBLIC_URL}. Published release {moved.release.number}."
            )
        self.stdout.write(f"Admin:      {public_url(reverse('admin:index'))}")
        self.stdout.write(f"Username:   {ADMIN}")
        self.stdout.write(f"Password:   {password or '(changed since it was created)'}")
        self.stdout.write(f"Demo site:  {public_url(reverse('demo:site'))}")


def _seed_source() -> None:
    """Create the demo site's source, and publish it, unless its write key was used before."""
    if _is_new(WRITE_KEY):
        source = Source(name="Demo site")
        source.write_key = WRITE_KEY
        source.save()
        create_destination(source, settings=_settings())
        publish(source.production, note="Demo presets")


def _seed_shop() -> None:
    """Create a source with Staging and Production, and a release that waits on Staging to be promoted."""
    if not _is_new(SHOP_KEY + "production"):
        return
    source = Source(name="Demo shop")
    source.write_key = SHOP_KEY + "production"
    source.save()
    destination = create_destination(source, settings=_settings())
    staging = create_environment(
        Environment(
            source=source,
            name="Staging",
            write_key=SHOP_KEY + "staging",
            settings={"orgId": STAGING_ORG_ID},
        )
    )
    first = publish(staging, note="Demo presets").deployment.release
    promote(first, source.environments.get(slug="production"), note="Demo presets")
    Mapping(
        destination=destination,
        name="Orders",
        enabled=True,
        action="trackEventV2",
        trigger='type = "track" and event = "Order Completed"',
        fields={"name": "Order placed", "properties": {"@path": "$.properties"}},
        position=destination.mappings.count(),
    ).save()
    publish(staging, note="Track orders separately")


def _settings() -> dict[str, str]:
    return {"orgId": ORG_ID, "script": settings.PUBLIC_URL + SCRIPT_PATH}


def _is_new(write_key: str) -> bool:
    """Return whether no environment has, or had, a write key."""
    return not (
        Environment.objects.filter(write_key=write_key).exists()
        or RetiredWriteKey.objects.filter(write_key=write_key).exists()
    )


def _follow_public_url() -> Deployment | None:
    """Load the demo's script from a new PUBLIC_URL, in the drafts and in what is live. Returns the last deployment."""
    deployment = None
    script = settings.PUBLIC_URL + SCRIPT_PATH
    moved = set()
    for destination in Destination.objects.filter(source__archived_at=None):
        if _has_moved(destination.settings):
            moved.add(destination.source_id)
            destination.settings["script"] = script
            destination.save()
    note = f"New public URL: {settings.PUBLIC_URL}"
    for environment in Environment.objects.select_related("live__release").filter(source__archived_at=None):
        live = environment.live
        is_old = live and any(_has_moved(each["settings"]) for each in live_spec(live)["destinations"])
        if not live or not is_old or environment.source_id not in moved:
            continue
        with suppress(ApprovalRequiredError):
            if environment.source.environments.count() == 1:
                deployment = publish(environment, note=note).deployment
            else:
                # The release stays the same, so that nothing else goes live.
                environment.settings = {**environment.settings, "script": script}
                environment.save()
                deployment = promote(live.release, environment, note=note).deployment
    return deployment


def _has_moved(values: dict[str, Any]) -> bool:
    """Whether settings load the demo's script from a former PUBLIC_URL."""
    said: str = values.get("script", "")
    return said.endswith(SCRIPT_PATH) and said != settings.PUBLIC_URL + SCRIPT_PATH


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
