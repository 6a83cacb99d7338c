"""Display of a source's differences and problems, linked to the pages that fix them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fullstory_dest.admin.base.forms import split_problem
from fullstory_dest.admin.base.json_field import pretty
from fullstory_dest.admin.base.labels import LABELS, field_label
from fullstory_dest.admin.base.text_diff import Part, marked, marked_markup, plain
from fullstory_dest.admin.links import admin_url
from fullstory_dest.admin.mappings.editor_labels import EDITOR_WORDS
from fullstory_dest.admin.mappings.summary import (
    Words,
    definition_list,
    described_trigger,
    field_rows,
    trigger_text_in_words,
    value_in_words,
)
from fullstory_dest.catalog import ACTIONS_BY_KEY
from fullstory_dest.compiler.schema import DeployedSpec, SourceSpec
from fullstory_dest.models import Destination, Mapping
from fullstory_dest.problem import Problem
from fullstory_dest.services.publishing.diff import Change, diff

KINDS: dict[str, tuple[str | Promise, str]] = {
    "added": (gettext_lazy("Added"), "success"),
    "removed": (gettext_lazy("Removed"), "danger"),
    "changed": (gettext_lazy("Changed"), "info"),
    "reordered": (gettext_lazy("Reordered"), "info"),
}


#: The most differences shown in full by default. Two releases can differ in hundreds of places.
CHANGES_SHOWN: Final = 60


@dataclass(frozen=True)
class DiffItem:
    """One difference to display. ``words`` are the editor's labels.

    Properties are computed on first use. Unless ``in_full``, the page shows only the heading, without both sides.
    """

    change: Change
    words: Words
    in_full: bool = True

    @cached_property
    def subject(self) -> str:
        """The kind of difference: ``destination``, ``mapping`` or ``field``, or the key whose value differs."""
        where = self.change["where"]
        if len(where) == 4:
            return "field"
        if _item(self.change):
            return "mapping" if len(where) == 2 else "destination"
        return where[-1]

    @property
    def kind(self) -> str:
        return "reordered" if self.subject == "order" else self.change["kind"]

    @property
    def label(self) -> str | Promise:
        return KINDS[self.kind][0]

    @property
    def color(self) -> str:
        return KINDS[self.kind][1]

    @property
    def where(self) -> list[str]:
        """The path of names to the difference, outermost first."""
        where = self.change["where"]
        if self.subject == "field":
            return [*where[:2], str(LABELS["fields"]), field_label(where[3])]
        return [*where[:-1], str(LABELS.get(self.subject, where[-1]))]

    @cached_property
    def before(self) -> str:
        """The exact text before, JSON for a field. Empty if it was added."""
        return "" if self.change["kind"] == "added" else self._text(self.change["before"])

    @cached_property
    def after(self) -> str:
        """The exact text after, JSON for a field. Empty if it was removed."""
        return "" if self.change["kind"] == "removed" else self._text(self.change["after"])

    def _text(self, value: Any) -> str:
        return pretty(value) if self.subject == "field" else value_text(value, self.subject)

    @cached_property
    def parts(self) -> tuple[list[Part], list[Part]]:
        """The parts of both texts. Differing words are marked unless ``in_words`` already marks them."""
        return (
            marked(self.before, self.after)
            if self.in_words is None
            else (plain(self.before), plain(self.after))
        )

    @cached_property
    def in_words(self) -> tuple[SafeString, SafeString] | None:
        """Readable markup of both sides of a mapping, trigger or field, with differing words marked.

        None for everything else, for triggers that can't be parsed, and for texts that ``read_alike``.
        """
        return marked_markup(*self._sides) if self._sides and not self.read_alike else None

    @property
    def read_alike(self) -> bool:
        """Whether both sides have the same meaning and only a trigger's formatting differs."""
        return self._sides is not None and self._sides[0] == self._sides[1]

    @cached_property
    def _sides(self) -> tuple[SafeString, SafeString] | None:
        before = SafeString() if self.change["kind"] == "added" else self._in_words(self.change["before"])
        after = SafeString() if self.change["kind"] == "removed" else self._in_words(self.change["after"])
        return None if before is None or after is None else (before, after)

    def _in_words(self, value: Any) -> SafeString | None:
        match self.subject:
            case "mapping":
                return _mapping_in_words(value, self.words)
            case "trigger":
                return trigger_text_in_words(value, self.words)
            case "field":
                return value_in_words(value, self.words)
        return None


def diff_items(
    before: SourceSpec | DeployedSpec | None,
    after: SourceSpec | DeployedSpec,
    *,
    everything: bool = False,
    already: int = 0,
) -> list[DiffItem]:
    """The differences between two specs. Without ``before``, the destinations and mappings of the first publish.

    The first ``CHANGES_SHOWN`` differences of the page are in full, or all with ``everything``. ``already`` is the
    number of differences that the page shows before these.
    """
    changes = diff(before, after)
    if before is None:
        changes = [change for change in changes if _item(change)]
    parts = (part for change in changes for part in _parts(change))
    return [
        DiffItem(part, EDITOR_WORDS, in_full=everything or number <= CHANGES_SHOWN)
        for number, part in enumerate(parts, already + 1)
    ]


def _item(change: Change) -> dict[str, Any] | None:
    """The destination or mapping that the change added or removed, if any."""
    value = change["after"] if change["kind"] == "added" else change["before"]
    whole = (
        change["kind"] != "changed"
        # Deeper values are user data, which can have the same keys.
        and len(change["where"]) <= 2
        and isinstance(value, dict)
        and {"id", "name", "enabled"} <= value.keys()
    )
    return value if whole else None


def _parts(change: Change) -> Iterator[Change]:
    """The change itself and, for an added or removed destination, one for each of its mappings."""
    yield change
    for mapping in (_item(change) or {}).get("mappings", ()):
        sides = {"before": None, "after": None, "after" if change["kind"] == "added" else "before": mapping}
        yield {**change, "where": [*change["where"], mapping["name"]], **sides}  # type: ignore[typeddict-item]


def _mapping_in_words(mapping: dict[str, Any], words: Words) -> SafeString:
    """The readable markup of an added or removed mapping."""
    rows: list[tuple[str, str]] = [
        (format_html("{}", LABELS[key]), value)
        for key, value in (
            ("enabled", value_text(mapping["enabled"])),
            ("trigger", described_trigger(mapping["trigger"], words)),
            ("action", value_text(mapping["action"], "action")),
        )
    ]
    return definition_list([*rows, *field_rows(mapping["fields"], words)])


def value_text(value: Any, key: str = "") -> str:
    """The display text of a value: strings unchanged, lists one item per line, other structures as JSON."""
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


@dataclass(frozen=True, slots=True)
class LinkedProblem:
    """A problem that prevents publishing, and the page that fixes it."""

    message: str
    excerpt: str
    url: str
    place: str


def linked_problems(spec: SourceSpec, problems: Iterable[Problem]) -> list[LinkedProblem]:
    """Problems of a spec, each with a link to its mapping or destination."""
    return [_problem(spec, problem) for problem in problems]


def _problem(spec: SourceSpec, problem: Problem) -> LinkedProblem:
    message, excerpt = split_problem(problem.message)
    url = place = ""
    match problem.path:
        case ("destinations", int(index), "mappings", int(number), *_rest):
            mapping = spec["destinations"][index]["mappings"][number]
            url, place = admin_url(Mapping, "change", mapping["id"]), mapping["name"]
        case ("destinations", int(index), *_rest):
            destination = spec["destinations"][index]
            url, place = admin_url(Destination, "change", destination["id"]), destination["name"]
    return LinkedProblem(message, excerpt, url, place)
