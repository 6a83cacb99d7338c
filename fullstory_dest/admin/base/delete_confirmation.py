"""What is told before something is deleted: what goes along with it, and what happens to browsers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

_DRAFT: Final = gettext_lazy(
    "Deleting changes drafts alone: browsers keep what is published until you publish the source again."
)
#: By model: what it means for browsers, and for what was done before.
MEANS: Final[dict[str, str | Promise]] = {
    "source": gettext_lazy(
        "Pages that load its write key get nothing any more, and its releases cannot be brought back. "
        "To stop sending only, disable it."
    ),
    "destination": _DRAFT,
    "mapping": _DRAFT,
    "classicdestination": gettext_lazy(
        "Browsers get what they got. The destinations that were made of it stay; how they were made is forgotten."
    ),
    "test_case": gettext_lazy("Browsers get what they got: test cases are for tests alone."),
    "user": gettext_lazy(
        "What they did stays, without their name; their API tokens are refused at once. To keep the name, "
        "switch “May log in” off instead."
    ),
}


def what_it_means(model_name: str) -> str | Promise:
    return MEANS.get(model_name, gettext_lazy("This cannot be undone."))


def what_goes_along(counts: Iterable[tuple[str, int]], itself: str) -> list[tuple[int, str]]:
    """How many are deleted, too, of what a person knows by name. Django also counts in tables that nobody sees."""
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
