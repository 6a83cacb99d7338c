"""Computing of the statuses of sources, from their drafts and what is live."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import lru_cache

from django.db.models import Exists, OuterRef, Prefetch

from fullstory_dest.compiler.check import CompileError, check_source
from fullstory_dest.compiler.compile import in_environment
from fullstory_dest.compiler.files import canonical_json
from fullstory_dest.compiler.schema import SourceSpec
from fullstory_dest.models import Deployment, Destination, Environment, Mapping, Release, StoredStatus
from fullstory_dest.services.publishing.drafts_ahead import undoes_rollback
from fullstory_dest.services.sources.drift import summarize_environments
from fullstory_dest.services.sources.status import STORED, SourceStatus
from fullstory_dest.services.spec import environment_spec, live_spec, source_spec


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
        self.changed = self._is_changed()

    def _is_changed(self) -> bool:
        """Compare with the first environment, or if nothing is live there, with the first release that is live."""
        if self.live:
            return canonical_json(live_spec(self.live)) != self.deployed
        others = (each.live.release.spec for each in self.environments if each.live)
        published = next(others, None)
        return published is None or canonical_json(published) != canonical_json(self.spec)

    @property
    def may_undo_rollback(self) -> bool:
        return self.changed and self.live is not None and self.live.kind == Deployment.Kind.ROLLBACK

    def status(self, published: SourceSpec | None) -> StoredStatus:
        """Return the status. ``published`` is the spec of the latest release, if the drafts may undo a rollback."""
        environments = summarize_environments(self.environments)
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
            # The live release was checked with the first environment's settings when it was published there.
            problems=(self.changed or self.live is None) and _has_problems(self.deployed),
            ahead=bool(
                self.live and published and undoes_rollback(self.spec, self.live.release.spec, published)
            ),
            drift=len({each["release"] for each in environments}) > 1
            or any(each["settings_changed"] for each in environments),
            environments=environments,
        )
        values = {name: getattr(stored, name) for name in STORED}
        stored.code = SourceStatus(source=self.source, **values).code
        return stored


@lru_cache(maxsize=2_000)
def _has_problems(spec: str) -> bool:
    """Return whether a spec in ``canonical_json`` can't be compiled. It's cached because lists check many sources."""
    try:
        check_source(json.loads(spec))
    except CompileError:
        return True
    return False
