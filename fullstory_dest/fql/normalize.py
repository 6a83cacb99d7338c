"""Normal form of triggers."""

from __future__ import annotations

from . import segment
from .printer import unparse
from .tokenizer import MAX_LENGTH
from .tree import Trigger


def normalize(text: str, trigger: Trigger) -> str:
    """Return the normal form of a trigger, given the text that it was parsed from.

    The text is kept if it has several lines, if its normal form is too long, or if Segment's client misreads only the
    normal form.
    """
    text = text.strip(" \t\r\n").replace("\r\n", "\n")
    normal = unparse(trigger)
    if "\n" in text or len(normal) > MAX_LENGTH:
        return text
    is_worse = segment.differences(normal, trigger) and not segment.differences(text, trigger)
    return text if is_worse else normal
