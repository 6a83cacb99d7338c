"""One way to write a trigger."""

from __future__ import annotations

from . import segment
from .parser import parse
from .printer import unparse
from .tokenizer import MAX_LENGTH


def normalize(text: str) -> str:
    """The trigger as the printer writes it. Raises FQLError where the text is none.

    A trigger that somebody has laid out over several lines keeps its layout; and a text stays as it is where its
    normal form would be too long, or one that Segment's client reads otherwise and the text is not.
    """
    trigger = parse(text)
    text = text.strip(" \t\r\n").replace("\r\n", "\n")
    normal = unparse(trigger)
    if "\n" in text or len(normal) > MAX_LENGTH:
        return text
    return text if segment.differences(normal) and not segment.differences(text) else normal
