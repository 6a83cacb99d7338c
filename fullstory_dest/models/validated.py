"""Base of models that are validated on every save."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, ClassVar, Final, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fullstory_dest.problem import Problem

_invisible = re.compile("[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def validate_name(name: str) -> None:
    """Raise ValidationError for control characters, line breaks, and overrides of the text direction.

    They would make a name look like another one, or reverse the text after it.
    """
    if found := _invisible.search(name):
        message = _("Names can't have the invisible character U+%(code)s. Remove it.")
        raise ValidationError(message, "invisible", {"code": f"{ord(found[0]):04X}"})


class ValidatedModel(models.Model):
    """Run ``full_clean`` before each save, so that admin, API, commands and scripts reject the same things.

    Bulk operations skip it. The database's constraints and the check before publishing still apply to those.
    """

    #: The path from a row to the ID of its source.
    SOURCE_ID: ClassVar[str] = "source_id"

    #: The reason that simple_history records with the next change.
    _change_reason: str | None

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.full_clean()
        super().save(*args, **kwargs)


#: For updates that are undone in the same transaction.
KEEP_UPDATED_AT: Final = {"updated_at": F("updated_at")}


ModelT = TypeVar("ModelT", bound=ValidatedModel, covariant=True)


#: Sent after a bulk update, with the IDs of the ``sources`` whose rows it changed.
rows_updated = Signal()


class TimestampedQuerySet(models.QuerySet[ModelT]):
    """Set ``updated_at`` in bulk updates, as saving does, unless the update sets it. Sends ``rows_updated``."""

    def update(self, **values: Any) -> int:
        # Afterwards, they might no longer match. Rows that only start to match in between aren't updated.
        sources = dict(self.order_by().values_list("pk", self.model.SOURCE_ID))
        if not sources:
            return 0
        with transaction.atomic(self.db, savepoint=False):
            found = self.filter(pk__in=sources)
            count = models.QuerySet.update(found, **{"updated_at": timezone.now(), **values})
            rows_updated.send(self.model, sources=set(sources.values()))
        return count


def raise_problems(problems: Iterable[Problem]) -> None:
    """Raise Django's ValidationError if there are problems, each under the field that its path starts with.

    Each message has its problem in ``params["problem"]``, for callers that show its location.
    """
    by_field: dict[str, list[ValidationError]] = {}
    for problem in problems:
        field = str(problem.path[0])
        inner = Problem(problem.path[1:], problem.message)
        message = str(inner).replace("%", "%%")
        by_field.setdefault(field, []).append(ValidationError(message, "invalid", {"problem": problem}))
    if by_field:
        raise ValidationError(by_field)
