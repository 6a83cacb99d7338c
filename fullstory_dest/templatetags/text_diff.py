"""A filter that highlights the words that differ."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from fullstory_dest.admin.base.text_diff import Part

register = template.Library()


@register.filter
def highlight(parts: Iterable[Part], element: str) -> SafeString:
    """Wrap the parts that differ in an element, ``del`` or ``ins``.

    A page can have thousands of parts, which would be too slow in a template loop.
    """
    texts = (
        f"<{element}>{escape(part.text)}</{element}>" if part.differs else escape(part.text) for part in parts
    )
    return mark_safe("".join(texts))  # noqa: S308 - each is escaped
