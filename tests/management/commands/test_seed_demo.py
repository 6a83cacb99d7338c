"""``manage.py seed_demo``"""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from fullstory_dest.models import Destination, Environment, Source
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.sources.status import source_status

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    monkeypatch.delenv("ADMIN_PASSWORD", raising=False)
    return tmp_path / "data"


def seed() -> str:
    output = StringIO()
    call_command("seed_demo", stdout=output)
    return output.getvalue()


def printed_password(printed: str) -> str:
    found = re.search("^Password: +(.*)$", printed, re.MULTILINE)
    assert found
    return found[1]


def demo_source() -> Source:
    return Source.objects.get(environments__write_key="demo")


def demo_destination() -> Destination:
    return demo_source().destinations.get()


def test_it_publishes_a_source_with_the_three_v2_presets() -> None:
    seed()
    source = demo_source()
    assert (source.name, source.write_key, source.enabled) == ("Demo site", "demo", True)
    destination = source.destinations.get()
    assert destination.settings == {"orgId": "o-DEMO-na1", "script": "http://127.0.0.1:8000/demo/fs.js"}
    assert [(mapping.name, mapping.enabled) for mapping in destination.mappings.all()] == [
        ("Identify User V2", True),
        ("Track Custom Event V2", True),
        ("Viewed Page V2", True),
    ]
    assert source.releases.get().number == 1
    assert not publish(source.production).created


def test_it_prints_the_urls_and_the_login() -> None:
    printed = seed()
    assert "Admin:      http://127.0.0.1:8000/admin/\n" in printed
    assert "Username:   admin\n" in printed
    assert "Demo site:  http://127.0.0.1:8000/demo/\n" in printed
    admin = User.objects.get(username="admin")
    assert admin.is_superuser
    assert admin.check_password(printed_password(printed))


def test_it_saves_the_password_in_a_file_only_its_owner_can_read(data_folder: Path) -> None:
    password = printed_password(seed())
    file = data_folder / "admin_password"
    assert file.read_text() == password + "\n"
    assert file.stat().st_mode & 0o777 == 0o600


def test_it_takes_the_password_from_the_environment(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", "from the environment")
    assert printed_password(seed()) == "from the environment"
    assert User.objects.get(username="admin").check_password("from the environment")
    assert not (data_folder / "admin_password").exists()


def test_it_changes_nothing_on_a_second_run() -> None:
    first = seed()
    destination = demo_destination()
    destination.name = "Mine"
    destination.save()
    assert seed() == first
    assert demo_destination().name == "Mine"
    assert demo_source().releases.count() == 1


def test_it_does_not_print_a_changed_password() -> None:
    seed()
    admin = User.objects.get(username="admin")
    admin.set_password("something else")
    admin.save()
    assert printed_password(seed()) == "(changed since it was created)"
    admin.refresh_from_db()
    assert admin.check_password("something else")


def test_it_reuses_the_saved_password_for_a_new_database() -> None:
    password = printed_password(seed())
    User.objects.all().delete()
    assert printed_password(seed()) == password


def test_it_follows_a_new_public_url_and_publishes(settings: Any) -> None:
    seed()
    settings.PUBLIC_URL = "http://demo.example:9000"
    printed = seed()
    assert "The demo is now at http://demo.example:9000. Published release 2." in printed
    assert demo_destination().settings["script"] == "http://demo.example:9000/demo/fs.js"
    live = demo_source().production.live
    assert live.release.number == 2
    [destination] = json.loads(bytes(live.config_document.body))["destinations"]
    assert destination["settings"]["env"]["script"] == "http://demo.example:9000/demo/fs.js"
    assert "moved" not in seed()


def test_it_keeps_a_custom_script(settings: Any) -> None:
    seed()
    destination = demo_destination()
    destination.settings["script"] = "cdn.example.com/fs.js"
    destination.save()
    settings.PUBLIC_URL = "http://demo.example:9000"
    seed()
    assert demo_destination().settings["script"] == "cdn.example.com/fs.js"
    assert demo_source().releases.count() == 1


def test_it_refuses_to_run_without_the_demo_site(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="The demo site is off"):
        seed()
    assert not User.objects.exists()


def test_it_shows_a_release_that_waits_on_staging() -> None:
    seed()
    shop = Source.objects.get(slug="demo-shop")
    live = {each.slug: (each.live.release.number, each.write_key) for each in shop.environments.all()}
    assert live == {"staging": (2, "demo-staging"), "production": (1, "demo-production")}
    assert source_status(shop).drift


def test_it_does_not_recreate_deleted_sources() -> None:
    seed()
    Source.objects.all().delete()
    seed()
    assert not Source.objects.exists()


def test_it_keeps_the_releases_of_the_shop_at_a_new_public_url(settings: Any) -> None:
    seed()
    Environment.objects.filter(slug="production").update(required_approvals=1)
    settings.PUBLIC_URL = "http://demo.example:9000"
    seed()
    shop = Source.objects.get(slug="demo-shop")
    live = {each.slug: each.live for each in shop.environments.all()}
    assert {slug: each.release.number for slug, each in live.items()} == {"staging": 2, "production": 1}
    assert b"demo.example:9000" in bytes(live["staging"].config_document.body)
    assert b"demo.example:9000" not in bytes(live["production"].config_document.body)
