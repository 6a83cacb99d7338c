"""``manage.py import_classic FILE [--source SOURCE] [--migrate]``"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from fullstory_dest.management.named_source import SOURCE_HELP, get_source
from fullstory_dest.models import ClassicDestination, Migration
from fullstory_dest.services.classic.import_classic import ImportClassicError, import_classic
from fullstory_dest.services.classic.migrate_classic import migrate
from fullstory_dest.strict_json import JSONError, read_json

#: Settings documents have some 100 kB.
MAXIMUM_BYTES: Final = 10_000_000


class Command(BaseCommand):
    help = (
        "Imports the settings of a classic FullStory destination from a JSON file: a Segment settings document, the "
        "object that a classic bundle hands to analytics.initialize, an answer of Segment's Public API, or the bare "
        "settings."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a JSON file, or - for standard input")
        parser.add_argument(
            "--source", metavar="SOURCE", help=f"{SOURCE_HELP}; without it the document tells"
        )
        parser.add_argument(
            "--migrate",
            dest="and_migrate",
            action="store_true",
            help="also make a destination and mappings of it, as drafts, and say what became of each setting",
        )

    def handle(self, *, file: str, source: str | None, and_migrate: bool, **options: Any) -> None:
        document = _read(file)
        # All or nothing, and nothing is reported before it is committed.
        with transaction.atomic():
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
            self.stdout.write("The new destination is disabled: enable it when it shall take over.")
        slug = migration.classic.source.slug
        self.stdout.write(f'Migrated as drafts. Publish them with "manage.py publish {slug}".')


def _migrated(classic: ClassicDestination) -> Migration:
    try:
        return migrate(classic)
    except ValidationError as error:
        raise CommandError(
            f"nothing was imported: it cannot be migrated: {'; '.join(error.messages)}"
        ) from error


def _read(file: str) -> object:
    """The JSON in a file. Raises CommandError, saying what is wrong with the file."""
    try:
        content = _content(file)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have.
        raise CommandError(f"{file}: {getattr(error, 'strerror', None) or error}") from error
    if len(content) > MAXIMUM_BYTES:
        raise CommandError(
            f"{file}: larger than {MAXIMUM_BYTES // 1_000_000} MB, which no settings document is"
        )
    if not content.strip():
        raise CommandError(f"{file}: empty")
    try:
        return read_json(content)
    except JSONError as error:
        raise CommandError(f"{file}: {error}") from error


def _content(file: str) -> bytes:
    """What a file, or standard input, holds; of a very large one the beginning, which is too long in itself."""
    if file == "-":
        if sys.stdin is None:
            raise CommandError("-: there is no standard input")
        # Python's own decoding would depend on the locale. What a caller put in its place may have no bytes.
        if buffer := getattr(sys.stdin, "buffer", None):
            return bytes(buffer.read(MAXIMUM_BYTES + 1))
        return sys.stdin.read(MAXIMUM_BYTES + 1).encode(errors="surrogatepass")
    with Path(file).open("rb") as opened:
        return opened.read(MAXIMUM_BYTES + 1)
