"""The list of mappings on their destination's page, some of which somebody may have deleted since it was opened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.forms import parse_ids
from fullstory_dest.models import Destination, Mapping
from fullstory_dest.services.reorder_mappings import reorder
from fullstory_dest.services.toggle import switch

Row = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class DeletedRow:
    """A mapping that was on the page and is deleted. ``wanted`` is how it was switched there; None: as it was."""

    told: str
    wanted: bool | None


class MappingRows(BaseInlineFormSet):  # type: ignore[type-arg]
    """Leaves out the rows of mappings that are gone: Django would take them for new ones, and blame the next row.

    Where such a row was switched, the form is refused, once, and says so: sent again, it has no such row.
    So it is where rows were moved over another order than the page showed.
    """

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        self.gone: list[DeletedRow] = []
        if data is not None:
            prefix = kwargs.get("prefix") or self.get_default_prefix()
            data, rows = without_gone(data, prefix)
            self.gone = list(_told(kwargs["instance"], rows)) if rows else []
        super().__init__(data, *args, **kwargs)

    def save_existing(self, form: Any, obj: Mapping, commit: bool = True) -> Mapping:
        """Leaves it to ``save_rows``, which writes many at once."""
        return obj

    def save_rows(self) -> None:
        """Switches and reorders the mappings as the page had them, where it was touched. After ``save``."""
        rows = [row for row in self.initial_forms if row not in self.deleted_forms]
        for enabled in (True, False):
            switched = [
                row.instance.pk
                for row in rows
                if "enabled" in row.changed_data and row.cleaned_data["enabled"] is enabled
            ]
            switch(Mapping, switched, enabled=enabled)
        if any("order" in row.changed_data for row in rows):
            rows.sort(key=lambda row: _order(row.cleaned_data.get("order"), row.instance.position))
            reorder(self.instance, [row.instance.pk for row in rows])

    def clean(self) -> None:
        super().clean()
        lost = [row for row in self.gone if row.wanted is not None]
        if lost:
            raise ValidationError(
                [
                    (
                        _("%(told)s You had switched it on, which cannot be saved any more.")
                        if row.wanted
                        else _("%(told)s You had switched it off, which is not needed any more.")
                    )
                    % {"told": row.told}
                    for row in lost
                ]
                + [_("Nothing was saved yet, and the rest of what you typed is here: save again to save it.")]
            )
        self._refuse_another_order()

    def _refuse_another_order(self) -> None:
        rows = self.initial_forms
        now = {row["order"].html_initial_name: str(row.instance.position) for row in rows}
        if not any("order" in row.changed_data for row in rows):
            return
        if all(self.data.get(name, "") == position for name, position in now.items()):
            return
        # Saved again, the form was typed over the order that it tells of now.
        data: Any = self.data
        self.data = data = data.copy()
        for name, position in now.items():
            data[name] = position
        for row in rows:
            row.data = data
        names = [f"“{row.instance.name}”" for row in sorted(rows, key=lambda row: row.instance.position)]
        raise ValidationError(
            [
                _("Somebody put the mappings in another order while you were editing: %(order)s.")
                % {"order": ", ".join(names)},
                _("Nothing was saved yet, and your numbers are below: save again to have them so."),
            ]
        )


def without_gone(data: Any, prefix: str) -> tuple[Any, list[Row]]:
    """What was sent for a list, without the rows of mappings that are gone, and those rows."""
    pattern = re.compile(rf"(initial-)?{re.escape(prefix)}-(\d{{1,4}})-(.+)", re.DOTALL)
    others: Row = {}
    rows: dict[int, Row] = {}
    for name, values in data.lists():
        if match := pattern.fullmatch(name):
            initial, number, field = match.groups()
            rows.setdefault(int(number), {})[f"{initial or ''}{field}"] = values
        else:
            others[name] = values
    keys = {number: int(key) for number, row in rows.items() for key in parse_ids(row.get("id", ())[:1])}
    there = set(Mapping.objects.filter(pk__in=keys.values()).values_list("pk", flat=True))
    gone = [number for number, key in keys.items() if key not in there]
    if not gone:
        return data, []
    left = data.copy()
    left.clear()
    for name, values in others.items():
        left.setlist(name, values)
    for place, number in enumerate(sorted(rows.keys() - set(gone))):
        for field, values in rows[number].items():
            initial, field = ("initial-", field[8:]) if field.startswith("initial-") else ("", field)
            left.setlist(f"{initial}{prefix}-{place}-{field}", values)
    for count in (f"{prefix}-TOTAL_FORMS", f"{prefix}-INITIAL_FORMS"):
        if found := parse_ids([left.get(count, "")]):
            left[count] = str(max(0, int(found[0]) - len(gone)))
    return left, [rows[number] for number in sorted(gone)]


def _told(destination: Destination, rows: list[Row]) -> Iterator[DeletedRow]:
    """Who deleted these mappings of a destination, and when, as the history has it."""
    keys = [int(row["id"][0]) for row in rows]
    records = {
        record.id: record
        for record in Mapping.history.filter(id__in=keys, history_type="-", destination_id=destination.pk)
        .select_related("history_user")
        .order_by("history_id")
    }
    for key, row in zip(keys, rows, strict=True):
        record = records.get(key)
        told = (
            _("%(who)s deleted “%(mapping)s” at %(when)s, while you were editing.")
            % {
                "who": record.history_user or _("Someone"),
                "mapping": record.name,
                "when": date_format(timezone.localtime(record.history_date), "H:i"),
            }
            if record
            else _("One of the mappings is not there any more.")
        )
        wanted = "enabled" in row
        switched = row.get("initial-enabled", [str(wanted)]) != [str(wanted)] and "DELETE" not in row
        yield DeletedRow(told, wanted if switched else None)


def _order(typed: int | None, position: int) -> tuple[bool, int, int]:
    """Sorts by the typed number; rows whose number was emptied come last; equal ones keep their order."""
    return (typed is None, typed or 0, position)
