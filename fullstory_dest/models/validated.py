"""The base of models that are checked on every save, whoever saves them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils import timezone

from fullstory_dest.problem import Problem


class ValidatedModel(models.Model):
    """Runs ``full_clean`` before each save, so that admin, API, commands and scripts refuse the same things.

    Only bulk operations go past it; the constraints in the database, and the check before publishing, hold for those.
    """

    #: What simple_history keeps as the reason of the next change.
    _change_reason: str | None

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.full_clean()
        super().save(*args, **kwargs)


#: For rows that are out of their place for a moment, and end as they were.
KEEP_UPDATED_AT: Final = {"updated_at": F("updated_at")}


ModelT = TypeVar("ModelT", bound=models.Model, covariant=True)


class TimestampedQuerySet(models.QuerySet[ModelT]):
    """Whoever changes many rows at once has them say when, as saving does, unless they give a time themselves."""

    def update(self, **values: Any) -> int:
        return super().update(**{"updated_at": timezone.now(), **values})


def raise_problems(problems: Iterable[Problem]) -> None:
    """Raises Django's ValidationError if there are problems, each under the field that its path starts with.

    Every message keeps its problem in ``params["problem"]``, for those who can show a place better than in words.
    """
    by_field: dict[str, list[ValidationError]] = {}
    for problem in problems:
        field = str(problem.path[0])
        inner = Problem(problem.path[1:], problem.message)
        message = str(inner).replace("%", "%%")
        by_field.setdefault(field, []).append(ValidationError(message, "invalid", {"problem": problem}))
    if by_field:
        raise ValidationError(by_field)
