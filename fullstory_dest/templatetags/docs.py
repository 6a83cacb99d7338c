"""The link from a page of the admin to the documentation."""

from __future__ import annotations

from django import template
from django.template.context import Context

from fullstory_dest.admin.docs import docs_url, section_for

register = template.Library()


@register.inclusion_tag("fullstory_dest/base/docs_link.html", takes_context=True)
def docs_link(context: Context) -> dict[str, str]:
    """A link to the section that explains the page."""
    match = context["request"].resolver_match
    if match is None or match.url_name == "docs":
        return {}
    return {"url": docs_url(section_for(match.url_name or ""))}
