"""Form widgets."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.forms import Media
from django.forms.widgets import Script

from fullstory_dest.admin.base.posted_inputs import parse_ids


class RowSelect(AutocompleteSelect):
    """The admin's autocomplete select, styled like Unfold. Malformed IDs select no row."""

    @property
    def media(self) -> Media:
        scripts: list[Any] = [Script("fullstory_dest/base/row-select.js", type="module")]
        return super().media + Media(js=scripts)

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, parse_ids(value), attrs)

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        attrs = super().build_attrs(base_attrs, extra_attrs)
        return {**attrs, "class": f"unfold-admin-autocomplete {attrs.get('class', '')}"}
