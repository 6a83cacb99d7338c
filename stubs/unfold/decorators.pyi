"""What fullstory-dest uses of unfold's decorators: theirs have types that no method fits."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.functional import Promise
from unfold.enums import ActionVariant

_Method = TypeVar("_Method", bound=Callable[..., Any])

def action(
    *,
    description: str | Promise,
    url_path: str,
    permissions: list[str],
    icon: str,
    variant: ActionVariant = ...,
) -> Callable[[_Method], _Method]: ...
def display(
    *,
    description: str | Promise,
    ordering: str | None = ...,
    label: dict[str, str] | None = ...,
    boolean: bool | None = ...,
) -> Callable[[_Method], _Method]: ...
