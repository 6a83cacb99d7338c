"""Indexes for searches and large lists, on PostgreSQL. SQLite reads all rows."""

from django.core.management import CommandError
from django.db import DatabaseError, migrations, transaction

#: Columns in which the admin searches.
COLUMNS = (
    ("source", "name"),
    ("source", "slug"),
    ("environment", "write_key"),
    ("retiredwritekey", "write_key"),
    ("destination", "name"),
    ("mapping", "name"),
    ("mapping", "trigger"),
    ("release", "note"),
    ("testcase", "name"),
)


def add_indexes(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(schema_editor.connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError as error:
        raise CommandError(
            "Searches need PostgreSQL's extension pg_trgm, which couldn't be created. Have a superuser run "
            "CREATE EXTENSION pg_trgm in this database, then migrate again."
        ) from error
    for model, column in COLUMNS:
        # What Django compares for icontains.
        schema_editor.execute(
            f"CREATE INDEX {model}_{column}_search ON fullstory_dest_{model} "
            f"USING gin (UPPER({column}::text) gin_trgm_ops)"
        )
    # Releases are large. Counting and sorting them reads only this.
    schema_editor.execute(
        "CREATE INDEX release_columns ON fullstory_dest_release (source_id) "
        "INCLUDE (id, number, created_by_id, created_at)"
    )


def remove_indexes(apps, schema_editor):
    """Remove the indexes. The extension stays, because others might use it."""
    if schema_editor.connection.vendor == "postgresql":
        for model, column in COLUMNS:
            schema_editor.execute(f"DROP INDEX {model}_{column}_search")
        schema_editor.execute("DROP INDEX release_columns")


class Migration(migrations.Migration):
    dependencies = [("fullstory_dest", "0002_roles")]

    operations = [migrations.RunPython(add_indexes, remove_indexes)]
