"""``manage.py import_classic``"""

import json
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from fullstory_dest.models import ClassicDestination, Migration, Source
from tests.factories import a_set_up_source, a_source

pytestmark = pytest.mark.django_db

CLASSIC = {"org": "o-1ABCD-na1", "trackAllPages": True}
SETTINGS_DOCUMENT = {"integrations": {"FullStory": CLASSIC, "Segment.io": {"apiKey": "abc123"}}}


def import_classic(*arguments: str | Path) -> str:
    output = StringIO()
    call_command("import_classic", *map(str, arguments), stdout=output)
    return output.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path, json.dumps(CLASSIC))


def written(folder: Path, text: str) -> Path:
    path = folder / "classic.json"
    path.write_text(text)
    return path


def test_it_imports_onto_a_source(file: Path) -> None:
    source = a_source(write_key="mine")
    printed = import_classic(file, "--source", "mine")
    assert printed == "Imported FullStory (Classic) on Shop (write key mine).\n"
    assert source.classic_destinations.get().settings == CLASSIC


def test_it_names_the_source_after_a_settings_document(tmp_path: Path) -> None:
    import_classic(written(tmp_path, json.dumps(SETTINGS_DOCUMENT)))
    assert Source.objects.get().write_key == "abc123"


def test_it_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(json.dumps(SETTINGS_DOCUMENT)))
    import_classic("-")
    assert ClassicDestination.objects.get().settings == CLASSIC


def test_it_migrates_and_reports_the_outcome_of_each_setting(file: Path) -> None:
    source = a_source()
    printed = import_classic(file, "--source", source.slug, "--migrate")
    destination = source.destinations.get()
    assert destination.settings["orgId"] == "o-1ABCD-na1"
    assert Migration.objects.get().destination == destination
    assert '  org = "o-1ABCD-na1": setting.' in printed
    assert "  trackAllPages = true: mapping." in printed
    assert printed.endswith('Publish them with "manage.py publish shop".\n')


def test_it_reports_that_a_second_destination_is_disabled(file: Path) -> None:
    source = a_set_up_source()
    printed = import_classic(file, "--source", source.slug, "--migrate")
    assert "The new destination is disabled" in printed
    assert [destination.enabled for destination in source.destinations.all()] == [True, False]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Invalid JSON: Expecting property name"),
        ("[]", "expected a JSON object, found an array"),
        ('{"integrations": {"Other": {}}}', "expected integrations.FullStory, found Other"),
        ('{"org": 1}', "/org: expected a string, found a number"),
        ('{"something": "else"}', "expected a settings document"),
    ],
)
def test_it_refuses_a_document_without_a_classic_destination(tmp_path: Path, text: str, message: str) -> None:
    source = a_source()
    with pytest.raises(CommandError, match="classic.json: .*" + message):
        import_classic(written(tmp_path, text), "--source", source.slug)
    assert not ClassicDestination.objects.exists()


def test_it_refuses_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "classic.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CommandError, match="UTF-8"):
        import_classic(tmp_path / "classic.json")


def test_it_reports_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        import_classic(tmp_path / "classic.json")


def test_it_refuses_an_unknown_source(file: Path) -> None:
    with pytest.raises(CommandError, match="No source has the slug"):
        import_classic(file, "--source", "nothing")


def test_it_refuses_settings_that_name_no_source(file: Path) -> None:
    with pytest.raises(CommandError, match="has no write key"):
        import_classic(file)


def test_it_imports_nothing_if_the_migration_fails(tmp_path: Path) -> None:
    source = a_source()
    invalid: dict[str, Any] = {"org": "not an organization"}
    with pytest.raises(CommandError, match=r"can't be migrated: .*orgId"):
        import_classic(written(tmp_path, json.dumps(invalid)), "--source", source.slug, "--migrate")
    assert not ClassicDestination.objects.exists()


def test_it_reports_nothing_after_a_failed_migration(tmp_path: Path) -> None:
    source, output = a_source(), StringIO()
    path = written(tmp_path, '{"org": "not an organization"}')
    with pytest.raises(CommandError):
        call_command("import_classic", str(path), "--source", source.slug, "--migrate", stdout=output)
    assert output.getvalue() == ""


def test_it_reads_a_byte_order_mark_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"\xef\xbb\xbf" + json.dumps(SETTINGS_DOCUMENT).encode()
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(content), "ascii"))
    import_classic("-")
    assert ClassicDestination.objects.get().settings == CLASSIC


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\xef\xbb\xbf\n", "empty"),
        (json.dumps(CLASSIC).encode("utf-16"), "UTF-16"),
        (json.dumps(CLASSIC).encode("utf-16-le"), "UTF-16"),
        (b"1" * 5000, "is too large"),
        (b"[" * 100_000, "100 nested levels"),
        (b" " * 10_000_001, "larger than 10 MB"),
    ],
)
def test_it_reports_why_it_cannot_read_a_file(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "classic.json").write_bytes(content)
    with pytest.raises(CommandError, match=message):
        import_classic(tmp_path / "classic.json")
    with pytest.raises(CommandError, match="Is a directory"):
        import_classic(tmp_path)


def test_it_imports_options_of_analytics_initialize(tmp_path: Path) -> None:
    initialize = {"Hotjar": {"hjid": "1"}, **SETTINGS_DOCUMENT["integrations"]}
    import_classic(written(tmp_path, json.dumps(initialize)))
    assert ClassicDestination.objects.get().settings == CLASSIC
    assert Source.objects.get().write_key == "abc123"
