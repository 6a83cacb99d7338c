"""Status of sources: how their drafts compare with the live release, and the next step."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal

from django.db.models import Exists, Max, OuterRef, Prefetch, QuerySet, Subquery
from django.utils.translation import gettext as _

from fullstory_dest.compiler.check import CompileError, check_source
from fullstory_dest.compiler.compile import in_environment
from fullstory_dest.compiler.files import canonical_json
from fullstory_dest.compiler.schema import SourceSpec
from fullstory_dest.models import (
    Deployment,
    Destination,
    Environment,
    Mapping,
    Release,
    ScriptRequestCount,
    Source,
    StoredStatus,
)
from fullstory_dest.services.accounts.permissions import CHANGE_LIVE_SOURCE, RESTORE_DRAFTS, VIEW_DRAFTS
from fullstory_dest.services.publishing.drafts_ahead import undoes_rollback
from fullstory_dest.services.spec import environment_spec, live_spec, source_spec

StatusCode = Literal[
    "archived", "disabled", "problems", "never_published", "ahead", "changed", "idle", "live"
]
NextStep = Literal[
    "destination",
    "fix",
    "mappings",
    "load",
    "enable",
    "enable_mapping",
    "publish",
    "install",
    "installed",
    "restore",
]


#: The parts of a status that are stored.
STORED: Final = (
    "live",
    "changed",
    "destinations",
    "mappings",
    "mappings_enabled",
    "any_destination_enabled",
    "problems",
    "ahead",
    "drift",
)


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """The status of a source: its live deployment, whether the drafts differ from it, and counts of drafts."""

    source: Source
    live: Deployment | None
    #: Whether the drafts differ from the live release, or none exists.
    changed: bool
    destinations: int
    mappings: int
    #: Enabled mappings of enabled destinations.
    mappings_enabled: int
    any_destination_enabled: bool
    #: Whether the drafts have problems that prevent publishing.
    problems: bool
    #: Whether publishing the drafts would undo a rollback.
    ahead: bool
    #: Whether environments have different releases, or settings that changed after their deployment.
    drift: bool
    #: The last time that a page requested the script. Requests are kept for a month.
    last_request: datetime | None = None

    @property
    def code(self) -> StatusCode:
        """The most urgent status that applies."""
        if self.source.archived_at:
            return "archived"
        if not self.source.enabled:
            return "disabled"
        if self.problems:
            return "problems"
        if self.live is None:
            return "never_published"
        if self.ahead:
            return "ahead"
        if self.changed:
            return "changed"
        return "idle" if self.idle else "live"

    @property
    def idle(self) -> bool:
        """Whether no events are sent to FullStory because everything that could send them is disabled."""
        return bool(self.destinations) and (not self.any_destination_enabled or self.no_mapping_enabled)

    @property
    def no_mapping_enabled(self) -> bool:
        """Whether there are mappings, but none of them is enabled."""
        return bool(self.mappings) and not self.mappings_enabled

    @property
    def label(self) -> str:
        """The status in the user's language."""
        number = {"number": self.live.release.number if self.live else 0}
        match self.code:
            case "archived":
                return _("Archived")
            case "disabled":
                return _("Disabled")
            case "problems":
                return _("Problems")
            case "never_published":
                return _("Never published")
            case "ahead":
                return _("Drafts ahead of #%(number)s") % number
            case "changed":
                return _("Unpublished changes")
            case "idle":
                return _("Sends no events")
            case "live":
                return _("Published #%(number)s") % number

    @property
    def step(self) -> NextStep:
        """The next step for the user."""
        if self.source.archived_at:
            return "restore"
        if not self.destinations:
            return "destination"
        if self.problems:
            return "fix"
        if self.live is None and not self.mappings:
            return "mappings"
        if self.ahead and self.source.enabled:
            return "load"
        if not self.source.enabled or not self.any_destination_enabled:
            return "enable"
        if self.no_mapping_enabled:
            return "enable_mapping"
        if self.changed:
            return "publish"
        return "installed" if self.last_request else "install"

    @property
    def step_permissions(self) -> tuple[str, ...]:
        """The permissions that the next step requires. Viewers of drafts can do some steps."""
        match self.step:
            case "restore":
                return CHANGE_LIVE_SOURCE
            case "destination":
                return ("fullstory_dest.add_destination",)
            case "mappings":
                return ("fullstory_dest.add_mapping",)
            case "load":
                return RESTORE_DRAFTS
            case "enable":
                return ("fullstory_dest.change_destination",) if self.source.enabled else CHANGE_LIVE_SOURCE
            case "enable_mapping":
                return ("fullstory_dest.change_mapping",)
            case "fix" | "publish" | "install":
                return VIEW_DRAFTS
            case "installed":
                return ()


def with_statuses(page: QuerySet[Source]) -> QuerySet[Source]:
    """Return a page of sources, in its order, together with their stored statuses, for ``source_statuses``.

    The page is a subquery, so that the database doesn't look for statuses of the sources on earlier pages.
    """
    requests = ScriptRequestCount.objects.filter(source=OuterRef("pk")).order_by().values("source")
    return (
        Source.objects.filter(pk__in=page.values("pk"))
        .order_by(*page.query.order_by)
        .select_related("stored_status__live__release", "stored_status__live__created_by")
        .defer("stored_status__live__release__spec", "stored_status__live__release__compiled")
        .annotate(last_request=Subquery(requests.annotate(last=Max("last_at")).values("last")))
    )


def source_statuses(sources: Iterable[Any]) -> list[SourceStatus]:
    """Return the stored status of each source of ``with_statuses``, without a query."""
    return [
        SourceStatus(
            source=source,
            last_request=source.last_request,
            **{name: getattr(source.stored_status, name) for name in STORED},
        )
        for source in sources
    ]


def source_status(source: Source) -> SourceStatus:
    """Return the status of one source, in one query if it isn't from ``with_statuses``."""
    loaded = hasattr(source, "last_request")
    [status] = source_statuses([source] if loaded else with_statuses(Source.objects.filter(pk=source.pk)))
    return replace(status, source=source)


def compute_statuses(sources: Collection[int]) -> list[StoredStatus]:
    """Compute the statuses of the sources with these IDs from their drafts. This takes three or four queries."""
    environments = defaultdict(list)
    for environment in (
        Environment.objects.filter(source__in=sources)
        .select_related("source", "live__release")
        .defer("live__release__compiled")
        .order_by("source_id", "position", "id")
    ):
        environments[environment.source_id].append(environment)
    mappings = Prefetch("mappings", Mapping.objects.order_by("position"))
    destinations = defaultdict(list)
    for destination in (
        Destination.objects.filter(source__in=sources).order_by("id").prefetch_related(mappings)
    ):
        destinations[destination.source_id].append(destination)
    drafts = {key: _Drafts(each, destinations[key]) for key, each in environments.items()}
    published = _published_specs([key for key, each in drafts.items() if each.may_undo_rollback])
    return [each.status(published.get(key)) for key, each in drafts.items()]


def _published_specs(sources: Collection[int]) -> dict[int, SourceSpec]:
    """Return the spec of the latest release of each source."""
    if not sources:
        return {}
    newer = Release.objects.filter(source=OuterRef("source"), number__gt=OuterRef("number"))
    latest = Release.objects.filter(~Exists(newer), source__in=sources)
    return dict(latest.values_list("source", "spec"))


class _Drafts:
    """The drafts of a source, compared with what is live in its environments, which are in promotion order."""

    def __init__(self, environments: Sequence[Environment], destinations: Sequence[Destination]) -> None:
        first = environments[0]
        self.source, self.live = first.source, first.live
        self.environments, self.destinations = environments, destinations
        self.spec = source_spec(self.source, destinations)
        self.deployed = canonical_json(in_environment(self.spec, environment_spec(first)))
        self.changed = self.live is None or canonical_json(live_spec(self.live)) != self.deployed

    @property
    def may_undo_rollback(self) -> bool:
        return self.changed and self.live is not None and self.live.kind == Deployment.Kind.ROLLBACK

    def status(self, published: SourceSpec | None) -> StoredStatus:
        """Return the status. ``published`` is the spec of the latest release, if the drafts may undo a rollback."""
        running = [destination for destination in self.destinations if destination.enabled]
        stored = StoredStatus(
            source=self.source,
            live=self.live,
            changed=self.changed,
            destinations=len(self.destinations),
            any_destination_enabled=bool(running),
            mappings=sum(len(destination.mappings.all()) for destination in self.destinations),
            mappings_enabled=sum(
                mapping.enabled for destination in running for mapping in destination.mappings.all()
            ),
            # The live release was checked when it was published.
            problems=self.changed and _has_problems(self.deployed),
            ahead=bool(
                self.live and published and undoes_rollback(self.spec, self.live.release.spec, published)
            ),
            drift=len(self.environments) > 1 and _drifts(self.environments),
        )
        values = {name: getattr(stored, name) for name in STORED}
        stored.code = SourceStatus(source=self.source, **values).code
        return stored


def _drifts(environments: Sequence[Environment]) -> bool:
    """Return whether environments have different releases, or settings that changed after their deployment."""
    live = [environment.live for environment in environments]
    return len({each and each.release_id for each in live}) > 1 or any(
        environment.live and environment.live.environment_spec != environment_spec(environment)
        for environment in environments
    )


@lru_cache(maxsize=2_000)
def _has_problems(spec: str) -> bool:
    """Return whether a spec in ``canonical_json`` can't be compiled. It's cached because lists check many sources."""
    try:
        check_source(json.loads(spec))
    except CompileError:
        return True
    return False
