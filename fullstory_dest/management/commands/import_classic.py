"""``manage.py import_classic FILE [--source SOURCE] [--migrate]``"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from fullstory_dest.management.named_source import SOURCE_HELP, named_source
from fullstory_dest.models import ClassicDestination
from fullstory_dest.services.import_classic import ImportClassicError, import_classic
from fullstory_dest.services.migrate_classic import migrate


class Command(BaseCommand):
    help = (
        "Imports the settings of a classic FullStory destination from a JSON file: a Segment settings "
        "document, an answer of Segment's Public API, or the bare settings."
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

    @transaction.atomic
    def handle(self, *, file: str, source: str | None, and_migrate: bool, **options: Any) -> None:
        document = _read(file)
        try:
            classic = import_classic(document, source=named_source(source) if source else None)
        except ImportClassicError as error:
            raise CommandError(f"{file}: {error}") from error
        self.stdout.write(f"Imported {classic} (write key {classic.source.write_key}).")
        if and_migrate:
            self._migrate(classic)

    def _migrate(self, classic: ClassicDestination) -> None:
        try:
            migration = migrate(classic)
        except ValidationError as error:
            raise CommandError(f"cannot be migrated: {'; '.join(error.messages)}") from error
        for row in migration.report:
            setting = f"{row['setting']} = {json.dumps(row['value'])}"
            self.stdout.write(f"  {setting}: {row['outcome']}. {row['detail']}")
        if migration.destination and not migration.destination.enabled:
            self.stdout.write("The new destination is disabled: enable it when it shall take over.")
        self.stdout.write(f'Migrated as drafts. Publish them with "manage.py publish {classic.source.slug}".')


def _read(file: str) -> object:
    """The JSON in a file."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
        return json.loads(text)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file}: not UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise CommandError(f"{file}: not JSON: {error}") from error
    except RecursionError as error:
        raise CommandError(f"{file}: nested too deeply") from error
