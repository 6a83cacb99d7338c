"""Checks a mapping, and a whole source, before anything is compiled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from fullstory_dest import fql, mapping_kit
from fullstory_dest.catalog import (
    DEFAULT_NAMESPACE,
    MAXIMUM_MAPPINGS,
    Action,
    check_field_keys,
    check_settings,
    find_action,
)
from fullstory_dest.compiler.schema import DestinationSpec, SourceSpec
from fullstory_dest.compiler.static_rules import check_literals
from fullstory_dest.problem import Problem, describe
from fullstory_dest.unstorable_text import check_text

MAXIMUM_CATEGORIES: Final = 20
MAXIMUM_CATEGORY_LENGTH: Final = 100

#: Categories are typed one per line, or between commas.
CATEGORY_PATTERN: Final = r"[^\s,]([^,\r\n]*[^\s,])?"


def check_mapping(
    *, action: object, trigger: object, fields: object, settings: Mapping[str, Any] | None = None
) -> list[Problem]:
    """What is wrong with a mapping of a destination with these settings.

    Paths start at ``action``, ``trigger`` or ``fields``.
    """
    found = find_action(action)
    problems = [found.below("action")] if isinstance(found, Problem) else []
    problems += check_trigger(trigger)
    problems += [problem.below("fields") for problem in check_fields(found, fields, settings or {})]
    return problems


def check_trigger(trigger: object) -> list[Problem]:
    """What is wrong with a trigger's text: nothing, or the first mistake with its position."""
    if not isinstance(trigger, str) or not trigger.strip():
        return [Problem(("trigger",), 'a trigger is required, such as type = "track"')]
    try:
        fql.compile(fql.parse(trigger))
    except fql.FQLError as error:
        return [Problem(("trigger",), str(error), position=error.position, expected=tuple(error.expected))]
    return list(check_text(trigger, ("trigger",)))


def differs_in_segment(trigger: str) -> list[str]:
    """What Segment's own client does otherwise with a trigger as it is written, in sentences.

    None if nothing, or if the text is no trigger: then ``check_trigger`` says why.
    """
    try:
        return list(_differences(trigger))
    except fql.FQLError:
        return []


@lru_cache(maxsize=2_000)
def _differences(trigger: str) -> tuple[str, ...]:
    """Remembered, as lists ask for each row. What is no trigger raises, and is not."""
    return tuple(fql.segment.differences(trigger))


def check_fields(action: Action | Problem, fields: object, settings: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with a mapping's fields.

    The keys, against the action; the templates, against mapping-kit; what they say for certain, against FullStory.
    """
    if problems := [*check_text(fields)]:
        return problems
    if isinstance(action, Problem) or not isinstance(fields, dict):
        return mapping_kit.check(fields) if isinstance(fields, dict) else [Problem((), "expected an object")]
    if problems := [*check_field_keys(action, fields), *mapping_kit.check(fields)]:
        return problems
    return [*check_literals(action, fields, tidies=bool(settings.get("tidyPropertyNames")))]


def check_consent_categories(categories: object) -> list[Problem]:
    """What is wrong with the consent categories of a destination. Paths start inside the list."""
    if not isinstance(categories, list):
        return [Problem((), f"expected a list, found {describe(categories)}")]
    if len(categories) > MAXIMUM_CATEGORIES:
        return [Problem((), f"expected at most {MAXIMUM_CATEGORIES} categories, found {len(categories)}")]
    problems = [*check_text(categories)]
    for index, category in enumerate(categories):
        if message := _category_mistake(category, categories[:index]):
            problems.append(Problem((index,), message))
    return problems


def _category_mistake(category: object, before: list[object]) -> str:
    if not isinstance(category, str):
        return f"expected a string, found {describe(category)}"
    if not category.strip():
        return "a category must not be blank"
    if len(category) > MAXIMUM_CATEGORY_LENGTH:
        return f"expected at most {MAXIMUM_CATEGORY_LENGTH} characters, found {len(category)}"
    if not re.fullmatch(CATEGORY_PATTERN, category):
        return f"{category!r} holds a comma or a line break, or begins or ends with a space"
    return f"{category!r} is there twice" if category in before else ""


def check_source(spec: SourceSpec) -> list[Problem]:
    """Everything that keeps a source from being published, each naming its destination or mapping."""
    problems: list[Problem] = []
    namespaces: dict[str, str] = {}
    for index, destination in enumerate(spec["destinations"]):
        problems += [problem.below("destinations", index) for problem in _check_destination(destination)]
        if destination["enabled"] and isinstance(destination["settings"], dict):
            namespace = destination["settings"].get("namespace") or DEFAULT_NAMESPACE
            if other := namespaces.get(namespace):
                message = (
                    f'destination "{destination["name"]}" has the namespace {namespace}, as has "{other}"'
                )
                problems.append(Problem(("destinations", index, "settings", "namespace"), message))
            namespaces.setdefault(namespace, destination["name"])
    return problems


def _check_destination(destination: DestinationSpec) -> Iterator[Problem]:
    for problem in check_settings(destination["settings"]):
        yield _told(problem.below("settings"), f'destination "{destination["name"]}"')
    for problem in check_consent_categories(destination.get("consent_categories", [])):
        yield _told(problem.below("consent_categories"), f'destination "{destination["name"]}"')
    if len(destination["mappings"]) > MAXIMUM_MAPPINGS:
        message = f'destination "{destination["name"]}" has more than {MAXIMUM_MAPPINGS} mappings'
        yield Problem(("mappings",), message)
    for index, mapping in enumerate(destination["mappings"]):
        for problem in check_mapping(
            action=mapping["action"],
            trigger=mapping["trigger"],
            fields=mapping["fields"],
            settings=destination["settings"],
        ):
            yield _told(problem.below("mappings", index), f'mapping "{mapping["name"]}"')


def _told(problem: Problem, owner: str) -> Problem:
    """The problem, with the name of what it is in: people know names, not indexes."""
    place = next((str(key) for key in reversed(problem.path) if isinstance(key, str)), "")
    return Problem(problem.path, f"{owner}, {place}: {problem.message}", problem.position, problem.expected)
