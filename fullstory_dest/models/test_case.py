"""Test cases: saved events of a source, which are run before each publish."""

from __future__ import annotations

import json
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fullstory_dest.models.history import history_records
from fullstory_dest.models.source import Source
from fullstory_dest.models.validated import ValidatedModel, raise_problems, validate_name
from fullstory_dest.problem import Problem, describe
from fullstory_dest.unstorable_text import check_text

MAXIMUM_TEST_CASES: Final = 100
#: Limits of the event and of the expected calls, as JSON in UTF-8.
MAXIMUM_EVENT_BYTES: Final = 64 * 1024
MAXIMUM_EXPECTED_BYTES: Final = 512 * 1024


class TestCase(ValidatedModel):
    """A saved event of a source, with the calls to FullStory that it should lead to.

    ``expected`` is a list of calls in order, each with its ``method`` and ``args``. An empty list expects no calls, and
    None accepts any.
    """

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="test_cases", verbose_name=gettext_lazy("source")
    )
    name = models.CharField(gettext_lazy("name"), max_length=200, validators=[validate_name])
    event: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(gettext_lazy("event"))
    expected: models.JSONField[Any, Any] = models.JSONField(
        gettext_lazy("expected calls"),
        null=True,
        blank=True,
        help_text=gettext_lazy(
            "The calls that FullStory should receive, with method and args. Null accepts any calls."
        ),
    )
    created_at = models.DateTimeField(gettext_lazy("created"), auto_now_add=True)
    updated_at = models.DateTimeField(gettext_lazy("updated"), auto_now=True)

    history = history_records()

    class Meta:
        verbose_name = gettext_lazy("test case")
        verbose_name_plural = gettext_lazy("test cases")
        ordering = ["source", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "name"],
                name="one_test_case_per_name",
                violation_error_message=gettext_lazy("Another test case of this source has this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        raise_problems(problem.below("event") for problem in check_event(self.event))
        raise_problems(problem.below("expected") for problem in check_expected(self.expected))
        others = TestCase.objects.filter(source_id=self.source_id).exclude(pk=self.pk)
        # The constraint's error has no field.
        if others.filter(name=self.name).exists():
            raise ValidationError({"name": _("Another test case of this source has this name.")})
        if self.pk is None and others.count() >= MAXIMUM_TEST_CASES:
            raise ValidationError(
                _("A source can have at most %(count)s test cases.") % {"count": MAXIMUM_TEST_CASES}
            )


def check_event(event: object) -> list[Problem]:
    """Return why a JSON value can't be the event of a test case."""
    if not isinstance(event, dict):
        return [Problem((), f"expected an object, found {describe(event)}")]
    return [*check_text(event)] or _check_size(event, MAXIMUM_EVENT_BYTES)


def check_expected(expected: object) -> list[Problem]:
    """Return why a JSON value can't be the expected calls of a test case."""
    if expected is None:
        return []
    if not isinstance(expected, list):
        return [Problem((), f"expected a list of calls or null, found {describe(expected)}")]
    for index, call in enumerate(expected):
        if not isinstance(call, dict) or call.keys() != {"method", "args"}:
            return [Problem((index,), "expected an object with method and args")]
        if not isinstance(call["method"], str) or not isinstance(call["args"], list):
            return [Problem((index,), "expected a string as method and an array as args")]
    return [*check_text(expected)] or _check_size(expected, MAXIMUM_EXPECTED_BYTES)


def _check_size(value: Any, limit: int) -> list[Problem]:
    size = len(json.dumps(value, ensure_ascii=False).encode())
    message = _("has %(size)s bytes; %(limit)s at most") % {"size": size, "limit": limit}
    return [Problem((), message)] if size > limit else []
