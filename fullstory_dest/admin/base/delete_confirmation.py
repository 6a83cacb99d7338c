"""Warnings on delete confirmations: related deletions, and the effect on visitors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

_DRAFT: Final = gettext_lazy("Visitors keep the live release until you publish the source again.")
#: The effect of deleting a row, by model name.
CONSEQUENCES: Final[dict[str, str | Promise]] = {
    "source": gettext_lazy(
        "Its script stops loading, and its releases can't be restored. "
        "To stop events without deleting it, disable or archive it."
    ),
    "destination": _DRAFT,
    "mapping": _DRAFT,
    "classicdestination": gettext_lazy(
        "Visitors aren't affected. Migrated destinations are kept, but their migration reports are deleted."
    ),
    "test_case": gettext_lazy("Visitors aren't affected."),
    "user": gettext_lazy(
        "Their API tokens stop working, and the history loses their name. To keep it, turn off “Can log in” instead."
    ),
}


def delete_consequence(model_name: str) -> str | Promise:
    """The effect of deleting a row of a model, in one or two sentences."""
    return CONSEQUENCES.get(model_name, gettext_lazy("You can't undo this."))


def related_counts(counts: Iterable[tuple[str, int]], itself: str) -> list[tuple[int, str]]:
    """Counts of related rows that are deleted, too, with the models' names. Omits other apps' models."""
    known = {
        str(model._meta.verbose_name_plural): model
        for model in apps.get_app_config("fullstory_dest").get_models()
    }
    known.pop(itself, None)
    names: dict[str, tuple[Any, Any]] = {
        plural: (model._meta.verbose_name, plural) for plural, model in known.items()
    }
    return [
        (count, str(names[str(name)][count != 1])) for name, count in counts if count and str(name) in names
    ]
