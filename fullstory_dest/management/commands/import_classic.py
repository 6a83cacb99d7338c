"""``manage.py import_classic FILE [--source SOURCE] [--migrate]``"""

from __future__ import annotations

import codecs
import json
import sys
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from fullstory_dest.management.database_command import DatabaseCommand
from fullstory_dest.management.named_source import SOURCE_HELP, get_source
from fullstory_dest.models import ClassicDestination, Migration
from fullstory_dest.services.classic.import_classic import ImportClassicError, import_classic
from fullstory_dest.services.classic.migrate_classic import migrate
from fullstory_dest.services.source_changes import source_changes
from fullstory_dest.strict_json import JSONError, read_json

#: Settings documents have about 100 kB.
MAXIMUM_BYTES: Final = 10_000_000


class Command(DatabaseCommand):
    help = "Imports the settings of a classic FullStory destination from a JSON file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            metavar="FILE",
            help=(
                "a settings document, the argument of analytics.initialize, a Public API response or bare settings; "
                "- for standard input"
            ),
        )
        parser.add_argument(
            "--source",
            metavar="SOURCE",
            help=f"{SOURCE_HELP}; by default, the one with the document's write key",
        )
        parser.add_argument(
            "--migrate",
            dest="and_migrate",
            action="store_true",
            help="also create a destination and mappings as drafts, and report the outcome of each setting",
        )

    def handle(self, *, file: str, source: str | None, and_migrate: bool, **options: Any) -> None:
        document = _read(file)
        # Nothing is reported before everything is committed.
        with source_changes():
            try:
                classic = import_classic(document, source=get_source(source) if source else None)
            except ImportClassicError as error:
                raise CommandError(f"{file}: {error}") from error
            migration = _migrated(classic) if and_migrate else None
        self.stdout.write(f"Imported {classic} (write key {classic.source.write_key}).")
        if migration:
            self._report(migration)

    def _report(self, migration: Migration) -> None:
        for row in migration.report:
            setting = f"{row['setting']} = {json.dumps(row['value'])}"
            self.stdout.write(f"  {setting}: {row['outcome']}. {row['detail']}")
        if migration.destination and not migration.destination.enabled:
            self.stdout.write("The new destination is disabled. Enable it to replace the classic one.")
        slug = migration.classic.source.slug
        self.stdout.write(f'Drafts created. Publish them with "manage.py publish {slug}".')


def _migrated(classic: ClassicDestination) -> Migration:
    try:
        return migrate(classic)
    except ValidationError as error:
        raise CommandError(
            f"Nothing was imported, because it can't be migrated: {'; '.join(error.messages)}"
        ) from error


def _read(file: str) -> object:
    """The JSON in a file. Raises CommandError with the problem."""
    try:
        content = _content(file)
    except (OSError, ValueError) as error:  # ValueError: an invalid file name.
        raise CommandError(f"{file}: {getattr(error, 'strerror', None) or error}") from error
    if len(content) > MAXIMUM_BYTES:
        raise CommandError(f"{file}: larger than {MAXIMUM_BYTES // 1_000_000} MB.")
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        raise CommandError(f"{file}: empty file.")
    try:
        return read_json(content)
    except JSONError as error:
        raise CommandError(f"{file}: {error}") from error


def _content(file: str) -> bytes:
    """The content of a file or of standard input, cut one byte after the limit."""
    if file == "-":
        if sys.stdin is None:
            raise CommandError("-: no standard input.")
        # Python's decoding depends on the locale. A replaced standard input can lack bytes.
        if buffer := getattr(sys.stdin, "buffer", None):
            return bytes(buffer.read(MAXIMUM_BYTES + 1))
        return sys.stdin.read(MAXIMUM_BYTES + 1).encode(errors="surrogatepass")
    with Path(file).open("rb") as opened:
        return opened.read(MAXIMUM_BYTES + 1)
