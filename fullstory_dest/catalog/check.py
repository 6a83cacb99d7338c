"""Checks of settings and fields against the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fullstory_dest.catalog.actions import ACTIONS_BY_KEY
from fullstory_dest.catalog.settings import OVERRIDABLE_SETTINGS, SETTINGS_BY_KEY
from fullstory_dest.catalog.types import Action, Field, Setting
from fullstory_dest.did_you_mean import unknown_name
from fullstory_dest.problem import Problem, describe

MAXIMUM_SETTING_LENGTH = 500


def check_settings(settings: object) -> list[Problem]:
    """Return the problems of a destination's settings: unknown keys, wrong types, malformed or missing values."""
    if not isinstance(settings, dict):
        return [Problem((), f"expected an object, found {describe(settings)}")]
    problems = [
        Problem((key,), unknown_name("setting", key, SETTINGS_BY_KEY))
        for key in settings
        if key not in SETTINGS_BY_KEY
    ]
    for setting in SETTINGS_BY_KEY.values():
        problems += _check_setting(setting, settings.get(setting.key))
    return problems


def check_overrides(settings: object) -> list[Problem]:
    """Return the problems of an environment's settings, which override those of destinations."""
    if not isinstance(settings, dict):
        return [Problem((), f"expected an object, found {describe(settings)}")]
    problems = []
    for key, value in settings.items():
        if key not in OVERRIDABLE_SETTINGS:
            problems.append(Problem((key,), unknown_name("setting", key, OVERRIDABLE_SETTINGS)))
        elif value not in (None, ""):
            problems += _check_setting(SETTINGS_BY_KEY[key], value)
    return problems


def tidy_overrides(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that are not blank, in catalog order. Default values stay: they override others."""
    return {key: settings[key] for key in OVERRIDABLE_SETTINGS if settings.get(key) not in (None, "")}


def _check_setting(setting: Setting, value: object) -> Iterator[Problem]:
    if value is None or value == "":
        if setting.required:
            yield Problem((setting.key,), f"{setting.label} is required")
    elif setting.type == "boolean":
        if not isinstance(value, bool):
            yield Problem((setting.key,), f"expected true or false, found {describe(value)}")
    elif not isinstance(value, str):
        yield Problem((setting.key,), f"expected a string, found {describe(value)}")
    elif len(value) > MAXIMUM_SETTING_LENGTH:
        yield Problem(
            (setting.key,), f"expected at most {MAXIMUM_SETTING_LENGTH} characters, found {len(value)}"
        )
    elif setting.pattern and not setting.pattern.fullmatch(value):
        yield Problem((setting.key,), f"expected {setting.hint}")
    elif value in setting.taken:
        yield Problem((setting.key,), f"expected {setting.hint}; browsers or scripts already use {value}")


def tidy_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that are not blank and differ from their defaults, in catalog order."""
    return {
        key: settings[key]
        for key, setting in SETTINGS_BY_KEY.items()
        if settings.get(key) not in (None, "", setting.default)
    }


def find_action(key: object) -> Action | Problem:
    """Return the action with a key, or the problem of the key."""
    if isinstance(key, str) and key in ACTIONS_BY_KEY:
        return ACTIONS_BY_KEY[key]
    return Problem((), unknown_name("action", key, ACTIONS_BY_KEY))


def check_field_keys(action: Action, fields: object) -> list[Problem]:
    """Return the problems of a mapping's fields: unknown keys, missing required ones, literals of a wrong type."""
    if not isinstance(fields, dict):
        return [Problem((), f"expected an object, found {describe(fields)}")]
    known = {field.key: field for field in action.fields}
    problems = [Problem((key,), unknown_name("field", key, known)) for key in fields if key not in known]
    problems += [
        Problem((field.key,), f"{field.label} is required")
        for field in action.fields
        if field.required and fields.get(field.key) in (None, "")
    ]
    for field in action.fields:
        problems += _check_literal(field, fields.get(field.key))
    return problems


def _check_literal(field: Field, value: object) -> Iterator[Problem]:
    """Return the problems of a literal value's type. Directives are checked by ``mapping_kit``."""
    path: tuple[str | int, ...] = (field.key,)
    while isinstance(value, dict) and "@literal" in value:
        value, path = value["@literal"], (*path, "@literal")
    if value is None or (isinstance(value, dict) and any(str(key).startswith("@") for key in value)):
        return
    if field.type == "object" and not isinstance(value, dict):
        yield Problem(path, f"expected an object or a directive, found {describe(value)}")
    elif field.type == "string" and not isinstance(value, str):
        yield Problem(path, f"expected text or a directive, found {describe(value)}")
