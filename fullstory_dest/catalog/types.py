"""Types of the catalog's entries."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

FieldType = Literal["string", "object"]
SettingType = Literal["string", "boolean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A setting of a destination. A string must match all of ``pattern``, which ``hint`` describes in words.

    ``taken`` has values that are rejected although they match, because browsers or scripts already use them.
    """

    key: str
    label: str
    description: str
    type: SettingType = "string"
    default: str | bool = ""
    required: bool = False
    advanced: bool = False
    placeholder: str = ""
    pattern: re.Pattern[str] | None = field(default=None, repr=False)
    hint: str = ""
    taken: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of an action. ``default`` is a mapping-kit template."""

    key: str
    label: str
    description: str
    default: Any
    type: FieldType = "string"
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An action, which calls FullStory. ``api`` is the version of FullStory's Browser API that it uses."""

    key: str
    title: str
    description: str
    api: Literal[1, 2]
    default_trigger: str
    fields: tuple[Field, ...]

    @property
    def default_fields(self) -> dict[str, Any]:
        """The fields of a new mapping: each field's default template."""
        return {field.key: field.default for field in self.fields}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A ready-made mapping: an action with its default trigger and default fields."""

    name: str
    action: Action
    recommended: bool

    @property
    def trigger(self) -> str:
        return self.action.default_trigger

    @property
    def fields(self) -> dict[str, Any]:
        return self.action.default_fields
