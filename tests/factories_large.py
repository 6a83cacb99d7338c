"""A site after years of use: many sources in every state, with many rows below them.

Rows are created in bulk, without checks, in seconds. Saving each one would take minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Final

from django.contrib.auth.models import Group, User
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max, Model, OuterRef, Q, Subquery, prefetch_related_objects
from django.utils import timezone
from django.utils.crypto import get_random_string

from fullstory_dest.admin.mappings.autocomplete import EVENTS
from fullstory_dest.catalog import PRESETS
from fullstory_dest.catalog.sample_events import SAMPLE_EVENTS
from fullstory_dest.compiler.check import check_source
from fullstory_dest.compiler.compile import compile_checked, compile_source
from fullstory_dest.compiler.schema import CompiledSource, SourceSpec
from fullstory_dest.models import (
    ApiToken,
    ClassicDestination,
    Deployment,
    Destination,
    Document,
    Environment,
    Mapping,
    Migration,
    Release,
    RetiredWriteKey,
    Review,
    ScriptRequestCount,
    Source,
    StoredStatus,
    TestCase,
)
from fullstory_dest.services.accounts.tokens import create_token
from fullstory_dest.services.classic.migrate_classic import migrate
from fullstory_dest.services.previews.test_cases import ExpectedCall, run_test_cases, to_expected_calls
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.reviews import approve, request_review
from fullstory_dest.services.sources.stored_status import store_statuses
from fullstory_dest.services.spec import drafts_in, environment_spec, source_spec
from tests.factories import ORG, destination_spec
from tests.factories import source_spec as source_spec_of

BATCH: Final = 500
#: The names of environments, from the last one.
ENVIRONMENTS: Final = ("Production", "Staging", "Development")
#: Sources differ in their mappings. Sources of one kind are equal, so that each kind is compiled once.
KINDS: Final = 10
#: The models of a source's rows that ``multiply`` copies.
COPIED: Final[tuple[type[Any], ...]] = (
    *(
        Source,
        Environment,
        Destination,
        Mapping,
        TestCase,
        Release,
        Deployment,
        StoredStatus,
        ScriptRequestCount,
    ),
)


@dataclass(frozen=True, slots=True)
class Site:
    """Rows to request screens for. The source has the most of everything, and unpublished changes."""

    owner: User
    colleague: User
    superuser: User
    source: Source
    destination: Destination
    mapping: Mapping
    environment: Environment
    review: Review
    release: Release
    old_release: Release
    deployment: Deployment
    old_deployment: Deployment
    test_case: TestCase
    classic: ClassicDestination
    migration: Migration
    token: ApiToken


def fill(
    sources: int,
    *,
    mappings: int = 20,
    test_cases: int = 100,
    releases: int = 60,
    versions: int = 60,
    environments: int = 1,
) -> Site:
    """Add sources with a destination and this many mappings each, and one with this many test cases and releases.

    Of 20 sources, one was never published, two have unpublished changes, one is disabled and one is archived. Every
    fifth has test cases, and every third several releases. They are live in all environments.
    """
    serial = get_random_string(6)
    owner = _people(serial, sources)
    made = _sources(serial, sources, environments)
    _destinations(made, mappings, by=owner)
    prefetch_related_objects(made, "environments", "destinations__mappings")
    _test_cases(made[::5], 5, by=owner)
    _test_cases(made[:1], test_cases - 5, by=owner)
    published = [source for number, source in enumerate(made) if number % 20 != 19]
    _releases(published, 1, by=owner)
    _releases(published[::3], 3, by=owner)
    _releases(published[:1], releases, by=owner)
    _touch(made)
    store_statuses([source.pk for source in made])
    site = _the_largest(made[0], versions, by=owner, serial=serial)
    _seen(made)
    if connection.vendor == "postgresql":
        # Autovacuum does this later.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return site


def _people(serial: str, count: int) -> User:
    """Create an owner, and users of every role with tokens."""
    groups = list(Group.objects.order_by("id"))
    owner = User.objects.create_user(f"owner-{serial}", is_staff=True)
    owner.groups.add(Group.objects.get(name="owner"))
    for number in range(min(count, 60)):
        colleague = User.objects.create_user(f"colleague-{serial}-{number}", is_staff=True)
        colleague.groups.add(groups[number % len(groups)])
        create_token(owner if number % 2 else colleague, f"Token {number}")
    return owner


def _sources(serial: str, count: int, environments: int) -> list[Source]:
    now = timezone.now()
    made = Source.objects.bulk_create(
        [
            Source(
                name=f"Shop {number} {serial}",
                slug=f"shop-{number}-{serial.lower()}",
                enabled=number % 20 != 17,
                archived_at=now if number % 20 == 18 else None,
            )
            for number in range(count)
        ],
        batch_size=BATCH,
    )
    Source.history.bulk_history_create(made, batch_size=BATCH)
    rows = Environment.objects.bulk_create(
        [
            Environment(source=source, name=name, slug=name.lower(), position=position)
            for source in made
            for position, name in enumerate(reversed(ENVIRONMENTS[:environments]))
        ],
        batch_size=BATCH,
    )
    Environment.history.bulk_history_create(rows, batch_size=BATCH)
    return made


def _destinations(sources: Sequence[Source], mappings: int, *, by: User) -> None:
    made = Destination.objects.bulk_create(
        [Destination(source=source, settings={"orgId": ORG}) for source in sources], batch_size=BATCH
    )
    Destination.history.bulk_history_create(made, batch_size=BATCH, default_user=by)
    rows = Mapping.objects.bulk_create(
        [
            Mapping(
                destination=destination,
                position=position,
                **_mapping(position, destination.source_id % KINDS),
            )
            for destination in made
            for position in range(mappings)
        ],
        batch_size=BATCH,
    )
    Mapping.history.bulk_history_create(rows, batch_size=BATCH, default_user=by)


def _mapping(position: int, kind: int) -> dict[str, Any]:
    """The recommended presets, followed by mappings for single events."""
    if position < 3:
        preset = PRESETS[position]
        return {
            "name": preset.name,
            "enabled": True,
            "action": preset.action.key,
            "trigger": preset.trigger,
            "fields": preset.fields,
        }
    event = EVENTS[position % len(EVENTS)]
    currency = ("EUR", "USD")[position % 2]
    rare = f'event = "{event}" or contains(event, "{event.split()[0]}") and properties.total > {kind}'
    common = f'!(properties.currency != "{currency}" or context.locale = "de")'
    return {
        "name": f"{event} {position}",
        "enabled": position % 7 != 6,
        "action": "trackEventV2",
        "trigger": f'type = "track" and ({rare} or {common})',
        "fields": {
            "name": {"@template": f"{event} in {{{{properties.currency}}}}"},
            "properties": {
                "order": {"@path": "$.properties.orderId"},
                "total": {
                    "@if": {
                        "exists": {"@path": "$.properties.revenue"},
                        "then": {"@path": "$.properties.revenue"},
                        "else": {"@path": "$.properties.total"},
                    }
                },
                "path": {"@path": "$.context.page.path"},
                "plan": {"@case": {"operator": "lower", "value": {"@path": "$.context.locale"}}},
            },
        },
    }


def _test_cases(sources: Sequence[Source], count: int, *, by: User) -> None:
    """Events, half of them tracked. Two of three expect the calls of the current drafts."""
    events = [SAMPLE_EVENTS[kind] for kind in ("track", "track", "track", "identify", "page", "group")]
    expected: dict[int, list[list[ExpectedCall]]] = {}
    for source in sources:
        start = source.test_cases.count()
        rows = [
            TestCase(
                source=source,
                name=f"Test case {number:03}",
                event={**events[number % len(events)], "messageId": f"m-{number}"},
            )
            for number in range(start, start + max(count, 0))
        ]
        kind = source.pk % KINDS
        if kind not in expected:
            runs = run_test_cases(rows, compile_source(drafts_in(source.production)))
            expected[kind] = [to_expected_calls(run.calls) for run in runs]
        for number, (row, calls) in enumerate(zip(rows, expected[kind], strict=True)):
            row.expected = calls if number % 3 else None
        TestCase.objects.bulk_create(rows, batch_size=BATCH)
        TestCase.history.bulk_history_create(rows, batch_size=BATCH, default_user=by)


def _releases(sources: Sequence[Source], count: int, *, by: User) -> None:
    """Deploy this many releases, each with a different snippet. They share the other documents."""
    if not sources:
        return
    shared = publish(sources[0].first_environment, by=by).deployment
    last = Release.objects.filter(source__in=sources).order_by().values("source")
    numbers = dict(last.annotate(last=Max("number")).values_list("source", "last"))
    snippets: list[Document] = []
    rows: list[Release] = []
    deployments: list[Deployment] = []
    for source in sources:
        spec = source_spec(source, source.destinations.all())
        compiled = _compiled(spec, source.pk % KINDS)
        for _ in range(count):
            numbers[source.pk] = numbers.get(source.pk, 0) + 1
            snippet = Document(
                digest=get_random_string(64, "0123456789abcdef"), content_type="text/javascript", body=b"",
                gzip=b"", brotli=b"",
            )  # fmt: skip
            snippets.append(snippet)
            release = Release(
                source=source,
                number=numbers[source.pk],
                note=f"What we agreed on in week {numbers[source.pk]}",
                spec=spec,
                compiled=compiled,
                created_by=by,
            )
            rows.append(release)
            deployments.extend(
                Deployment(
                    environment=environment,
                    release=release,
                    kind=Deployment.Kind.PUBLISH,
                    note=release.note,
                    environment_spec=environment_spec(environment),
                    build=shared.build,
                    snippet=snippet,
                    plugin_id=shared.plugin_id,
                    settings_document_id=shared.settings_document_id,
                    config_document_id=shared.config_document_id,
                    created_by=by,
                )
                for environment in source.environments.all()
            )
    Document.objects.bulk_create(snippets, batch_size=BATCH)
    Release.objects.bulk_create(rows, batch_size=BATCH)
    Deployment.objects.bulk_create(deployments, batch_size=BATCH)
    latest = Deployment.objects.filter(environment=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    # Unlike the default manager, this doesn't store statuses.
    Environment._base_manager.filter(source__in=sources).update(
        live=Subquery(latest), live_build=shared.build
    )


@cache
def _compiled_kind(kind: int, mappings: int) -> CompiledSource:
    rows = [{"id": position, **_mapping(position, kind)} for position in range(mappings)]
    return compile_checked(check_source(source_spec_of(destination_spec(*rows))))


def _compiled(spec: SourceSpec, kind: int) -> CompiledSource:
    """The compiled mappings of a spec, taken from its kind with other IDs."""
    [destination] = spec["destinations"]
    ids = [mapping["id"] for mapping in destination["mappings"] if mapping["enabled"]]
    [compiled] = _compiled_kind(kind, len(destination["mappings"]))["destinations"]
    mappings = [{**mapping, "id": key} for key, mapping in zip(ids, compiled["mappings"], strict=True)]
    return {"destinations": [{**compiled, "id": destination["id"], "mappings": mappings}]}


def _touch(sources: Sequence[Source]) -> None:
    """Change some drafts: edit a mapping, and disable another."""
    now = timezone.now()
    changed = [source for number, source in enumerate(sources) if number % 20 in (0, 7)]
    below = Q(destination__source__in=changed)
    rows = Mapping._base_manager.filter(below)
    rows.filter(position=1).update(
        fields={"name": {"@path": "$.event"}, "properties": {"all": {"@path": "$.properties"}}},
        updated_at=now,
    )
    rows.filter(position=2).update(enabled=False, updated_at=now)


def _the_largest(source: Source, versions: int, *, by: User, serial: str) -> Site:
    destination = source.destinations.get()
    mapping = destination.mappings.order_by("-position")[0]
    test_case = source.test_cases.order_by("name")[0]
    for row in (source, destination, mapping, test_case):
        history = type(row).history  # type: ignore[attr-defined]
        for number in range(versions):
            row.name = f"{row.name.split(' · ')[0]} · {number}"
            history.bulk_history_create([row], update=True, default_user=by)
    classics = ClassicDestination.objects.bulk_create(
        [
            ClassicDestination(source=each, settings={"org": "ABC12"})
            for each in Source.objects.filter(name__endswith=serial)[:300]
        ]
    )
    ClassicDestination.history.bulk_history_create(classics, batch_size=BATCH)
    RetiredWriteKey.objects.create(
        environment=source.production,
        write_key=f"old-{serial}",
        expires_at=timezone.now() + timedelta(days=30),
    )
    return Site(
        owner=by,
        colleague=User.objects.filter(username__startswith=f"colleague-{serial}")[0],
        superuser=User.objects.create_superuser(f"superuser-{serial}"),
        source=Source.objects.get(pk=source.pk),
        destination=Destination.objects.get(pk=destination.pk),
        mapping=Mapping.objects.get(pk=mapping.pk),
        environment=Environment.objects.filter(source=source).latest("position"),
        review=_review(source),
        release=source.releases.latest("number"),
        old_release=source.releases.earliest("number"),
        deployment=Deployment.objects.filter(environment__source=source).latest("pk"),
        old_deployment=Deployment.objects.filter(environment__source=source).earliest("pk"),
        test_case=TestCase.objects.get(pk=test_case.pk),
        classic=classics[0],
        # Into a new source, because this one's destination already exists.
        migration=_migration(serial, by),
        token=ApiToken.objects.filter(user=by).first() or create_token(by, "Mine")[0],
    )


def _review(source: Source) -> Review:
    """A review with an approval."""
    colleagues = User.objects.filter(groups__name="publisher").order_by("pk")
    review = request_review(source.production, by=colleagues[0], note="Please have a look")
    approve(review, by=colleagues[1], reviewed=review.fingerprint)
    return review


def _migration(serial: str, by: User) -> Migration:
    source = Source(name=f"Moved {serial}")
    source.save()
    classic = ClassicDestination(source=source, settings={"org": "ABC12"})
    classic.save()
    return migrate(classic, by=by)


def _seen(sources: Sequence[Source]) -> None:
    """A month of requests, from a few origins a day."""
    now = timezone.now()
    days = [now - timedelta(days=number) for number in range(30)]
    ScriptRequestCount.objects.bulk_create(
        [
            ScriptRequestCount(
                source=source, day=day.date(), origin=f"https://shop-{origin}.example", count=7, last_at=day
            )
            for source in sources
            for day in (days if source == sources[0] else days[:2])
            for origin in range(20 if source == sources[0] else 2)
        ],
        batch_size=BATCH,
    )


def multiply(copies: int) -> None:
    """Add this many copies of all sources, with all their rows, to a PostgreSQL database. They share documents.

    The database copies them. Creating 100,000 sources would take minutes.
    """
    steps = {model: model._default_manager.aggregate(Max("pk"))["pk__max"] for model in COPIED}
    with transaction.atomic(), connection.cursor() as cursor:
        # Copies refer to rows that are copied later, and all references are right.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for model in (*COPIED, *(model.history.model for model in COPIED if hasattr(model, "history"))):
            copied = _copied_columns(model, steps)
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({', '.join(copied)})"
                f" SELECT {', '.join(copied.values())}"
                f" FROM {model._meta.db_table}, generate_series(1, %s) copy",
                [copies],
            )
        for statement in connection.ops.sequence_reset_sql(no_style(), COPIED):
            cursor.execute(statement)
    with connection.cursor() as cursor:
        # Autovacuum does this later.
        cursor.execute("VACUUM ANALYZE")


def _copied_columns(model: type[Model], steps: dict[type[Model], int]) -> dict[str, str]:
    """The SQL of each column of a copied row. Its IDs and unique texts differ by the number of the ``copy``."""
    columns = {}
    tracked = getattr(model, "instance_type", model)
    for column in model._meta.concrete_fields:
        target = column.related_model or (tracked if column.name == "id" else None)
        if column.name == "history_id":
            continue
        name = f'"{column.column}"'
        if target in steps:
            columns[name] = f"{name} + copy * {steps[target]}"
        elif column.name in ("slug", "write_key") or (column.name == "name" and tracked is Source):
            columns[name] = f"{name} || '-' || copy"
        elif column.name != "id":
            columns[name] = name
    return columns
