"""One way to write a trigger."""

from __future__ import annotations

from . import segment
from .printer import unparse
from .tokenizer import MAX_LENGTH
from .tree import Trigger


def normalize(text: str, trigger: Trigger) -> str:
    """A trigger, with the text that it was parsed from, as the printer writes it.

    A trigger that somebody has laid out over several lines keeps its layout; and a text stays as it is where its
    normal form would be too long, or one that Segment's client reads otherwise and the text is not.
    """
    text = text.strip(" \t\r\n").replace("\r\n", "\n")
    normal = unparse(trigger)
    if "\n" in text or len(normal) > MAX_LENGTH:
        return text
    is_worse = segment.differences(normal, trigger) and not segment.differences(text, trigger)
    return text if is_worse else normal
