"""Checks of mappings and sources before they are compiled."""

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
from fullstory_dest.compiler.schema import (
    CheckedDestination,
    CheckedMapping,
    CheckedSource,
    DestinationSpec,
    MappingSpec,
    SourceSpec,
)
from fullstory_dest.compiler.static_rules import check_static_values
from fullstory_dest.problem import Problem, ProblemsError, describe
from fullstory_dest.unstorable_text import check_text

MAXIMUM_CATEGORIES: Final = 20
MAXIMUM_CATEGORY_LENGTH: Final = 100

#: Without commas and line breaks, which separate categories in the admin's form.
CATEGORY_PATTERN: Final = r"[^\s,]([^,\r\n]*[^\s,])?"


class CompileError(ProblemsError):
    """The source can't be compiled. ``problems`` has all reasons, with paths in the spec."""


def check_source(spec: SourceSpec) -> CheckedSource:
    """Return a checked source. Raises CompileError with problems that name their destination or mapping."""
    problems: list[Problem] = []
    destinations: list[CheckedDestination] = []
    for index, destination in enumerate(spec["destinations"]):
        checked = _check_destination(destination)
        if isinstance(checked, CheckedDestination):
            destinations.append(checked)
        else:
            problems += [problem.below("destinations", index) for problem in checked]
    problems += _namespace_problems(spec)
    if problems:
        raise CompileError(problems)
    return CheckedSource(spec, tuple(destinations))


def check_settings_of(spec: SourceSpec) -> None:
    """Check the settings of a source's destinations, whose mappings are compiled already. Raises CompileError."""
    problems = [
        _named(problem.below("settings"), f'destination "{destination["name"]}"').below("destinations", index)
        for index, destination in enumerate(spec["destinations"])
        for problem in check_settings(destination["settings"])
    ]
    if problems := [*problems, *_namespace_problems(spec)]:
        raise CompileError(problems)


def _namespace_problems(spec: SourceSpec) -> Iterator[Problem]:
    """Yield a problem for each enabled destination whose namespace an earlier one has."""
    namespaces: dict[str, str] = {}
    for index, destination in enumerate(spec["destinations"]):
        if destination["enabled"] and isinstance(destination["settings"], dict):
            namespace = destination["settings"].get("namespace") or DEFAULT_NAMESPACE
            if other := namespaces.get(namespace):
                message = (
                    f'destinations "{other}" and "{destination["name"]}" both have the namespace {namespace}'
                )
                yield Problem(("destinations", index, "settings", "namespace"), message)
            namespaces.setdefault(namespace, destination["name"])


def _check_destination(destination: DestinationSpec) -> CheckedDestination | list[Problem]:
    owner = f'destination "{destination["name"]}"'
    problems = [
        _named(problem.below("settings"), owner) for problem in check_settings(destination["settings"])
    ]
    problems += [
        _named(problem.below("consent_categories"), owner)
        for problem in check_consent_categories(destination.get("consent_categories", []))
    ]
    if len(destination["mappings"]) > MAXIMUM_MAPPINGS:
        problems.append(Problem(("mappings",), f"{owner} has more than {MAXIMUM_MAPPINGS} mappings"))
    mappings: list[CheckedMapping] = []
    for index, mapping in enumerate(destination["mappings"]):
        checked = check_mapping(mapping, destination["settings"])
        if isinstance(checked, CheckedMapping):
            mappings.append(checked)
        else:
            name = f'mapping "{mapping["name"]}"'
            problems += [_named(problem.below("mappings", index), name) for problem in checked]
    return problems or CheckedDestination(destination, tuple(mappings))


def _named(problem: Problem, owner: str) -> Problem:
    """Return the problem with the name of its destination or mapping, which users know, unlike its index."""
    place = next((str(key) for key in reversed(problem.path) if isinstance(key, str)), "")
    return Problem(problem.path, f"{owner}, {place}: {problem.message}", problem.position, problem.expected)


def check_mapping(mapping: MappingSpec, settings: Mapping[str, Any]) -> CheckedMapping | list[Problem]:
    """Check a mapping of a destination with these settings. Returns the checked mapping or its problems.

    Paths start at ``action``, ``trigger`` or ``fields``.
    """
    action, trigger = find_action(mapping["action"]), check_trigger(mapping["trigger"])
    problems = [action.below("action")] if isinstance(action, Problem) else []
    if isinstance(trigger, Problem):
        problems.append(trigger.below("trigger"))
    problems += [problem.below("fields") for problem in check_fields(action, mapping["fields"], settings)]
    if problems or isinstance(trigger, Problem):
        return problems
    return CheckedMapping(mapping, trigger)


def check_trigger(text: object) -> fql.Trigger | Problem:
    """Return the tree of a trigger, or its first syntax error."""
    if not isinstance(text, str) or not text.strip():
        return Problem((), 'a trigger is required, such as type = "track"')
    try:
        return fql.parse(text)
    except fql.FQLError as error:
        return Problem((), str(error), position=error.position, expected=error.expected)


def differs_in_segment(text: str) -> list[str]:
    """Return sentences about how Segment's client misreads a trigger as it's written.

    The list is empty if there are no differences, or if the trigger has errors (see ``check_trigger``).
    """
    return list(_differences(text))


@lru_cache(maxsize=2_000)
def _differences(text: str) -> tuple[str, ...]:
    """Return the differences of a trigger. They are cached because lists need them for each row."""
    trigger = check_trigger(text)
    return () if isinstance(trigger, Problem) else tuple(fql.segment.differences(text, trigger))


def check_fields(action: Action | Problem, fields: object, settings: Mapping[str, Any]) -> list[Problem]:
    """Return the problems of a mapping's fields: of keys, of templates, and of values that FullStory always rejects."""
    if problems := [*check_text(fields)]:
        return problems
    if isinstance(action, Problem) or not isinstance(fields, dict):
        return mapping_kit.check(fields) if isinstance(fields, dict) else [Problem((), "expected an object")]
    if problems := [*check_field_keys(action, fields), *mapping_kit.check(fields)]:
        return problems
    return [*check_static_values(action, fields, tidies=bool(settings.get("tidyPropertyNames")))]


def check_consent_categories(categories: object) -> list[Problem]:
    """Return the problems of a destination's consent categories, with paths inside the list."""
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
        return "categories can't be blank"
    if len(category) > MAXIMUM_CATEGORY_LENGTH:
        return f"expected at most {MAXIMUM_CATEGORY_LENGTH} characters, found {len(category)}"
    if not re.fullmatch(CATEGORY_PATTERN, category):
        return f"{category!r} has commas, line breaks, or spaces at its ends"
    return f"duplicate category {category!r}" if category in before else ""
