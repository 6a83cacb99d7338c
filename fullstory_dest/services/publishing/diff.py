"""Comparison of two specs of a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypedDict

from fullstory_dest.compiler.schema import DeployedSpec, DestinationSpec, SourceSpec

_missing: Any = object()
_SOURCE_KEYS = ("name", "slug", "write_key", "api_host", "honor_gpc", "honor_dnt")


class Change(TypedDict):
    """A difference. `where` has the names of the destination, the mapping and the field. Missing sides are null."""

    kind: Literal["added", "removed", "changed"]
    where: list[str]
    before: Any
    after: Any


def diff(before: SourceSpec | DeployedSpec | None, after: SourceSpec | DeployedSpec) -> list[Change]:
    """Return the changes from one spec to another. Destinations and mappings are matched by ID."""
    return [
        *_values(before or {}, after, [], _SOURCE_KEYS),
        *_items(before["destinations"] if before else [], after["destinations"], [], _destination),
    ]


def _destination(before: DestinationSpec, after: DestinationSpec, where: list[str]) -> Iterator[Change]:
    yield from _values(before, after, where, ("name", "enabled", "consent_categories"))
    keys = dict.fromkeys([*before["settings"], *after["settings"]])
    yield from _values(before["settings"], after["settings"], where, tuple(keys))
    yield from _items(before["mappings"], after["mappings"], where, _mapping)
    kept = [mapping["id"] for mapping in before["mappings"]]
    common = {mapping["id"] for mapping in after["mappings"]} & set(kept)
    order_before = [mapping["name"] for mapping in before["mappings"] if mapping["id"] in common]
    order_after = [mapping["name"] for mapping in after["mappings"] if mapping["id"] in common]
    if [key for key in kept if key in common] != [m["id"] for m in after["mappings"] if m["id"] in common]:
        yield {"kind": "changed", "where": [*where, "order"], "before": order_before, "after": order_after}


def _mapping(before: Mapping[str, Any], after: Mapping[str, Any], where: list[str]) -> Iterator[Change]:
    yield from _values(before, after, where, ("name", "enabled", "action", "trigger"))
    keys = dict.fromkeys([*before["fields"], *after["fields"]])
    yield from _values(before["fields"], after["fields"], [*where, "fields"], tuple(keys))


def _values(
    before: Mapping[str, Any], after: Mapping[str, Any], where: list[str], keys: tuple[str, ...]
) -> Iterator[Change]:
    for key in keys:
        old, new = before.get(key, _missing), after.get(key, _missing)
        if old != new:
            kind: Literal["added", "removed", "changed"] = (
                "added" if old is _missing else "removed" if new is _missing else "changed"
            )
            yield {
                "kind": kind,
                "where": [*where, key],
                "before": None if old is _missing else old,
                "after": None if new is _missing else new,
            }


def _items(before: Any, after: Any, where: list[str], inner: Any) -> Iterator[Change]:
    """Yield the differences between two lists of items with an ID and a name."""
    old_items = {item["id"]: item for item in before}
    new_items = {item["id"]: item for item in after}
    for key in dict.fromkeys([*old_items, *new_items]):
        old, new = old_items.get(key), new_items.get(key)
        if old is None and new is not None:
            yield {"kind": "added", "where": [*where, new["name"]], "before": None, "after": new}
        elif new is None and old is not None:
            yield {"kind": "removed", "where": [*where, old["name"]], "before": old, "after": None}
        elif old is not None and new is not None:
            yield from inner(old, new, [*where, new["name"]])
