"""Copies a destination with its mappings to other sources: first what each would get, then all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from fullstory_dest.compiler.artifacts import canonical_json
from fullstory_dest.compiler.schema import DestinationSpec, MappingSpec, SourceSpec
from fullstory_dest.models import Destination, Source
from fullstory_dest.services.drafts.write_spec import write_destination, write_mappings
from fullstory_dest.services.row_locks import lock_tree
from fullstory_dest.services.spec import destination_spec


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """What one source would get.

    ``existing`` is its destination with the same namespace or name, which is changed; None where one is added.
    ``before`` and ``after`` hold only that destination; mappings that would be new have negative ids.
    """

    target: Source
    existing: Destination | None
    before: SourceSpec
    after: SourceSpec

    @property
    def changes(self) -> bool:
        return canonical_json(self.before) != canonical_json(self.after)


class OutdatedPlanError(Exception):
    """Someone changed a draft after the plan was looked at."""


def plan_copy(
    destination: Destination, targets: Iterable[Source], *, keep_settings: bool = False
) -> list[CopyPlan]:
    """What copying a destination to each of the sources would do. Changes nothing, in two queries.

    A target's destination with the same namespace (of several the enabled one), else with the same name, becomes the
    same as this one; whether it is enabled stays as it is. With ``keep_settings`` its FullStory settings and consent
    categories stay as well: its mappings alone are changed.
    """
    wanted = destination_spec(destination)
    targets = [target for target in targets if target.pk != destination.source_id]
    candidates: dict[int, list[Destination]] = {}
    for found in Destination.objects.filter(source__in=targets).order_by("id").prefetch_related("mappings"):
        candidates.setdefault(found.source_id, []).append(found)
    return [
        _plan(destination, wanted, target, candidates.get(target.pk, []), keep_settings) for target in targets
    ]


def plans_fingerprint(plans: Sequence[CopyPlan]) -> str:
    """Says whether two plans do the same, in whatever order."""
    ordered = sorted(plans, key=lambda plan: plan.target.pk)
    return canonical_json([[plan.target.pk, plan.before, plan.after] for plan in ordered])


@transaction.atomic
def copy_destination(
    destination: Destination,
    targets: Iterable[Source],
    *,
    keep_settings: bool = False,
    check: Callable[[list[CopyPlan]], None] = lambda plans: None,
) -> list[Destination]:
    """Copies a destination to each of the sources, or to none. Returns what each has now.

    ``check`` sees the plan when nobody can change it any more, and raises OutdatedPlanError if it is not the one that
    was looked at. Raises ValidationError where a target refuses what it would get.
    """
    keys = [target.pk for target in targets]
    lock_tree(Source, keys)
    locked = list(Source.objects.filter(pk__in=keys).order_by("pk"))
    plans = plan_copy(destination, locked, keep_settings=keep_settings)
    check(plans)
    return [_apply(plan) for plan in plans]


def _plan(
    destination: Destination,
    wanted: DestinationSpec,
    target: Source,
    candidates: list[Destination],
    keep_settings: bool,
) -> CopyPlan:
    existing = _counterpart(destination, candidates)
    if existing is None:
        mappings = [_with_id(mapping, -number) for number, mapping in enumerate(wanted["mappings"], 1)]
        after: DestinationSpec = {**wanted, "id": 0, "mappings": mappings}
        return CopyPlan(target, None, _target_spec(target, []), _target_spec(target, [after]))
    before = destination_spec(existing)
    after = {
        **(before if keep_settings else {**wanted, "id": existing.pk, "enabled": existing.enabled}),
        "mappings": _match_by_name(wanted["mappings"], before["mappings"]),
    }
    return CopyPlan(target, existing, _target_spec(target, [before]), _target_spec(target, [after]))


def _counterpart(destination: Destination, candidates: list[Destination]) -> Destination | None:
    """The destination of a target that is meant. Of those in doubt, the one that could not stand beside the copy."""

    def likeness(candidate: Destination) -> tuple[bool, bool, bool]:
        same_namespace = candidate.namespace == destination.namespace
        same_name = candidate.name == destination.name
        return same_namespace and candidate.enabled, same_namespace and same_name, same_name or same_namespace

    best = max(candidates, key=likeness, default=None)
    return best if best is not None and any(likeness(best)) else None


def _match_by_name(wanted: list[MappingSpec], existing: list[MappingSpec]) -> list[MappingSpec]:
    """The wanted mappings, each under the id of the first existing one with its name that is not taken yet."""
    free = list(existing)
    matched = []
    for number, mapping in enumerate(wanted, 1):
        same = next((other for other in free if other["name"] == mapping["name"]), None)
        if same is not None:
            free.remove(same)
        matched.append(_with_id(mapping, same["id"] if same else -number))
    return matched


def _with_id(mapping: MappingSpec, key: int) -> MappingSpec:
    return {**mapping, "id": key}


def _target_spec(target: Source, destinations: list[DestinationSpec]) -> SourceSpec:
    """A target as a spec, so that what compares sources can compare this. Its own values do not change."""
    return {
        "name": target.name,
        "slug": target.slug,
        "write_key": target.write_key,
        "api_host": target.api_host,
        "destinations": destinations,
    }


def _apply(plan: CopyPlan) -> Destination:
    (after,) = plan.after["destinations"]
    destination = plan.existing or Destination(source=plan.target)
    if not plan.existing or plan.changes:
        write_destination(destination, after)
        write_mappings(destination, after["mappings"])
    return destination
