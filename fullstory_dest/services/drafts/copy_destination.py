"""Copying of a destination with its mappings to other sources, with a plan of the changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from fullstory_dest.compiler.files import canonical_json
from fullstory_dest.compiler.schema import DestinationSpec, MappingSpec, SourceSpec
from fullstory_dest.models import Destination, Source
from fullstory_dest.services.drafts.write_spec import write_destination, write_mappings
from fullstory_dest.services.row_locks import lock_tree
from fullstory_dest.services.source_changes import source_changes
from fullstory_dest.services.spec import destination_spec, source_spec


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """The changes to a source.

    ``existing`` is its destination with the same namespace or name, or None if one is added. ``before`` and ``after``
    have only that destination. New mappings have negative IDs.
    """

    target: Source
    existing: Destination | None
    before: SourceSpec
    after: SourceSpec

    @property
    def changes(self) -> bool:
        return canonical_json(self.before) != canonical_json(self.after)


class OutdatedPlanError(Exception):
    """A draft has changed since the plan was reviewed."""


def plan_copy(
    destination: Destination, targets: Iterable[Source], *, keep_settings: bool = False
) -> list[CopyPlan]:
    """Plan the copying of a destination to each of the sources, without changing anything. This takes two queries.

    A target's destination with the same namespace (the enabled one, if there are several) or else with the same name is
    replaced, but stays enabled or disabled. With ``keep_settings``, only its mappings are replaced.
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
    """Return a fingerprint of plans. It's the same for plans with the same changes, in any order."""
    ordered = sorted(plans, key=lambda plan: plan.target.pk)
    parts = [[plan.target.pk, plan.before, plan.after] for plan in ordered]
    return hashlib.sha256(canonical_json(parts).encode()).hexdigest()


@source_changes()
def copy_destination(
    destination: Destination,
    targets: Iterable[Source],
    *,
    keep_settings: bool = False,
    check: Callable[[list[CopyPlan]], None] = lambda plans: None,
) -> list[Destination]:
    """Copy a destination to all of the sources, or to none if one fails. Returns the destination of each source.

    ``check`` gets the plan after the rows are locked, and raises OutdatedPlanError if it isn't the reviewed one. Raises
    ValidationError if a target would become invalid.
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
    """Return the target's destination to replace. It prefers one that would conflict with the copy."""

    def likeness(candidate: Destination) -> tuple[bool, bool, bool]:
        same_namespace = candidate.namespace == destination.namespace
        same_name = candidate.name == destination.name
        return same_namespace and candidate.enabled, same_namespace and same_name, same_name or same_namespace

    best = max(candidates, key=likeness, default=None)
    return best if best is not None and any(likeness(best)) else None


def _match_by_name(wanted: list[MappingSpec], existing: list[MappingSpec]) -> list[MappingSpec]:
    """Return the wanted mappings, each with the ID of the first unused existing mapping of the same name."""
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
    """Return a target as a spec for comparisons. The source's own values don't change."""
    return {**source_spec(target, []), "destinations": destinations}


def _apply(plan: CopyPlan) -> Destination:
    (after,) = plan.after["destinations"]
    destination = plan.existing or Destination(source=plan.target)
    if not plan.existing or plan.changes:
        write_destination(destination, after)
        write_mappings(destination, after["mappings"])
    return destination
