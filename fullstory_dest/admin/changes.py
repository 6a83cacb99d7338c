"""Differences and problems of a source, told in people's words and linked to where they can be mended."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fullstory_dest.admin.base import admin_url
from fullstory_dest.admin.forms import split_problem
from fullstory_dest.admin.marks import Part, marked
from fullstory_dest.catalog import ACTIONS_BY_KEY, SETTINGS_BY_KEY
from fullstory_dest.compiler.config import SourceSpec
from fullstory_dest.models import Destination, Mapping
from fullstory_dest.problem import Problem
from fullstory_dest.services.diff import Change, diff

LABELS: dict[str, str | Promise] = {
    "name": gettext_lazy("Name"),
    "slug": gettext_lazy("Slug"),
    "write_key": gettext_lazy("Write key"),
    "api_host": gettext_lazy("API host"),
    "honor_gpc": gettext_lazy("Honor Global Privacy Control"),
    "honor_dnt": gettext_lazy("Honor Do Not Track"),
    "enabled": gettext_lazy("Enabled"),
    "consent_categories": gettext_lazy("Consent categories"),
    "action": gettext_lazy("Action"),
    "trigger": gettext_lazy("Trigger"),
    "fields": gettext_lazy("Fields"),
    "order": gettext_lazy("Order of mappings"),
    **{key: gettext_lazy(setting.label) for key, setting in SETTINGS_BY_KEY.items()},
}

KINDS: dict[str, tuple[str | Promise, str]] = {
    "added": (gettext_lazy("Added"), "success"),
    "removed": (gettext_lazy("Removed"), "danger"),
    "changed": (gettext_lazy("Changed"), "info"),
    "reordered": (gettext_lazy("Reordered"), "info"),
}


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One difference, ready to be read: what kind, where (outermost first), and the text of both sides.

    The parts of a text say which of its words the other side has otherwise.
    """

    kind: str
    label: str | Promise
    color: str
    where: list[str]
    before: str
    after: str
    before_parts: list[Part]
    after_parts: list[Part]


def shown_changes(before: SourceSpec | None, after: SourceSpec) -> list[ChangeShown]:
    """What publishing ``after`` over ``before`` changes. Of a first publication: what it holds."""
    changes = diff(before, after)
    if before is None:
        changes = [change for change in changes if _item(change)]
    return [_shown(part) for change in changes for part in _parts(change)]


def _item(change: Change) -> dict[str, Any] | None:
    """The destination or mapping that was added or removed as a whole, if that is what changed."""
    value = change["after"] if change["kind"] == "added" else change["before"]
    whole = (
        change["kind"] != "changed" and isinstance(value, dict) and {"id", "name", "enabled"} <= value.keys()
    )
    return value if whole else None


def _parts(change: Change) -> Iterator[Change]:
    """A destination that was added or removed, and after it each of its mappings."""
    yield change
    for mapping in (_item(change) or {}).get("mappings", ()):
        sides = {"before": None, "after": None, "after" if change["kind"] == "added" else "before": mapping}
        yield {**change, "where": [*change["where"], mapping["name"]], **sides}  # type: ignore[typeddict-item]


def _shown(change: Change) -> ChangeShown:
    *outer, last = change["where"]
    key = "" if _item(change) else last
    kind = "reordered" if key == "order" else change["kind"]
    label, color = KINDS[kind]
    before, after = value_text(change["before"], key), value_text(change["after"], key)
    before_parts, after_parts = marked(before, after)
    return ChangeShown(
        kind=kind,
        label=label,
        color=color,
        where=[
            *(str(LABELS[part]) if part == "fields" else part for part in outer),
            last if "fields" in outer else str(LABELS.get(key, last)),
        ],
        before=before,
        after=after,
        before_parts=before_parts,
        after_parts=after_parts,
    )


def value_text(value: Any, key: str = "") -> str:
    """A value as people read it: text as it is, a list of names by lines, anything with structure as JSON."""
    match value:
        case None:
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case str():
            return ACTIONS_BY_KEY[value].title if key == "action" and value in ACTIONS_BY_KEY else value
        case list() if key == "order":
            return "\n".join(f"{number}. {name}" for number, name in enumerate(value, 1))
        case list() if key == "consent_categories":
            return ", ".join(value)
        case {"mappings": _mappings, "settings": dict(settings), "enabled": enabled}:
            consent = {key: value[key] for key in ("consent_categories",) if key in value}
            return "\n".join(_lines({**settings, **consent, "enabled": enabled}))
        case {"action": action, "trigger": trigger, "fields": dict(fields), "enabled": enabled}:
            lines = _lines({"action": action, "trigger": trigger, "enabled": enabled})
            inner = (f"  {name}: {json.dumps(part, ensure_ascii=False)}" for name, part in fields.items())
            return "\n".join([*lines, f"{LABELS['fields']}:", *inner])
        case _:
            return pretty(value)


def _lines(values: dict[str, Any]) -> list[str]:
    return [f"{LABELS.get(key, key)}: {value_text(value, key)}" for key, value in values.items()]


def pretty(value: Any) -> str:
    """JSON that people read."""
    return json.dumps(value, indent=2, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class ProblemShown:
    """One problem that keeps a source from being published, and the page on which to mend it."""

    message: str
    excerpt: str
    url: str
    place: str


def shown_problems(spec: SourceSpec, problems: Iterable[Problem]) -> list[ProblemShown]:
    """Problems of a spec, each with a link to its mapping or destination."""
    return [_problem(spec, problem) for problem in problems]


def _problem(spec: SourceSpec, problem: Problem) -> ProblemShown:
    message, excerpt = split_problem(problem.message)
    url = place = ""
    match problem.path:
        case ("destinations", int(index), "mappings", int(number), *_rest):
            mapping = spec["destinations"][index]["mappings"][number]
            url, place = admin_url(Mapping, "change", mapping["id"]), mapping["name"]
        case ("destinations", int(index), *_rest):
            destination = spec["destinations"][index]
            url, place = admin_url(Destination, "change", destination["id"]), destination["name"]
    return ProblemShown(message, excerpt, url, place)
