"""The diagram of a source: events on the left, mappings in the middle, FullStory calls on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from fullstory_dest.admin.links import admin_url
from fullstory_dest.admin.mappings.summary import INACTIVE_REASON_LABELS
from fullstory_dest.catalog import ACTIONS_BY_KEY
from fullstory_dest.fql import MatchableEvents
from fullstory_dest.models import Mapping
from fullstory_dest.services.previews.event_routes import MappingRoute

#: Event names of one type that get a node each. More than these share one node.
NAMES_APART: Final = 3


@dataclass(slots=True)
class Node:
    """An event or a call. ``row`` is its vertical position, counted from 0; it can lie between two rows."""

    label: str
    detail: str = ""
    row: float = 0
    rows: list[int] = field(default_factory=list)
    dim: bool = True

    def belong(self, row: int, *, dim: bool) -> None:
        """Connect to the mapping in a row. Inactive (dim) mappings set the position only if no active one does."""
        if self.dim and not dim:
            self.rows, self.dim = [], False
        if self.dim == dim:
            self.rows.append(row)

    @property
    def middle(self) -> float:
        return sum(self.rows) / len(self.rows)


@dataclass(slots=True)
class Row:
    """A mapping in the diagram, or the name of the destination above its mappings."""

    row: int
    label: str
    url: str = ""
    detail: str = ""
    route: str = ""
    inactive_reason: str = ""
    warn: bool = False
    also: str = ""
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line from left to right, as a path in an SVG that is 100 wide and has one unit of height per row."""

    path: str
    dim: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """The diagram. ``height`` is the number of rows."""

    height: int
    events: list[Node]
    rows: list[Row]
    calls: list[Node]
    left: list[Line]
    right: list[Line]


def draw(routes: Sequence[MappingRoute]) -> Picture:
    """Lay out the mappings in the order in which they run, with events and calls beside their mappings."""
    rows: list[Row] = []
    events: dict[tuple[str, str], Node] = {}
    calls: dict[str, Node] = {}
    left: list[tuple[Node, int, bool]] = []
    right: list[tuple[Node, int, bool]] = []
    destination = None
    for route in routes:
        if route.destination["id"] != destination:
            destination = route.destination["id"]
            rows.append(Row(len(rows), route.destination["name"], heading=True))
        number, dim = len(rows), route.inactive_reason is not None
        from_events = [
            events.setdefault(key, Node(*key)) for reached in route.events for key in _labels(reached)
        ]
        call = _(" or ").join(route.calls)
        to = calls.setdefault(call, Node(call))
        for node in from_events:
            node.belong(number, dim=dim)
            left.append((node, number, dim))
        to.belong(number, dim=dim)
        right.append((to, number, dim))
        rows.append(_row(number, route, from_events, to))
    height = max(len(rows), len(events), len(calls), 1)
    for column in (events, calls):
        _place(list(column.values()), height)
    return Picture(
        height,
        sorted(events.values(), key=lambda node: node.row),
        rows,
        sorted(calls.values(), key=lambda node: node.row),
        [_line(node.row, number, dim) for node, number, dim in left],
        [_line(number, node.row, dim) for node, number, dim in right],
    )


def _row(number: int, route: MappingRoute, events: Sequence[Node], to: Node) -> Row:
    names = " · ".join(f"{node.label} {node.detail}".strip() for node in events)
    also = [mapping["name"] for mapping in route.overlapping]
    action = ACTIONS_BY_KEY.get(route.mapping["action"])
    return Row(
        row=number,
        label=route.mapping["name"],
        url=admin_url(Mapping, "change", route.mapping["id"]),
        detail=action.title if action else route.mapping["action"],
        route=_("%(events)s → %(call)s") % {"events": names or _("no event"), "call": to.label},
        inactive_reason=str(INACTIVE_REASON_LABELS[route.inactive_reason]) if route.inactive_reason else "",
        warn=route.inactive_reason in ("trigger", "contradiction", "type") or bool(also),
        also=_("Can run on the same events as %(names)s") % {"names": ", ".join(also[:3])}
        + (_(" and %(count)s more") % {"count": len(also) - 3} if len(also) > 3 else "")
        if also
        else "",
    )


def _labels(reached: MatchableEvents) -> list[tuple[str, str]]:
    """The labels of the events that a trigger can match: pairs of type and name."""
    kind = reached.type or (_("any type") if reached.names else _("any event"))
    if len(reached.names) > NAMES_APART:
        return [(kind, _("%(count)s names") % {"count": len(reached.names)})]
    return [(kind, name) for name in reached.names] or [(kind, "")]


def _place(nodes: list[Node], height: int) -> None:
    """Put each node beside the middle of its mappings, without overlaps."""
    nodes.sort(key=lambda node: node.middle)
    lowest = -1.0
    for node in nodes:
        lowest = node.row = max(node.middle, lowest + 1)
    highest = float(height)
    for node in reversed(nodes):
        highest = node.row = min(node.row, highest - 1)


def _line(start: float, end: float, dim: bool) -> Line:
    return Line(f"M0 {start + 0.5:g}C50 {start + 0.5:g} 50 {end + 0.5:g} 100 {end + 0.5:g}", dim)
