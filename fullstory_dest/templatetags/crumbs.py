"""The breadcrumbs and the heading of a page."""

from __future__ import annotations

from typing import Any

from django import template
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.template.context import Context
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from fullstory_dest.admin.links import TABS, admin_url, tab_url
from fullstory_dest.models import Destination, Environment, Mapping, Review

register = template.Library()

Crumb = dict[str, Any]


@register.inclusion_tag("fullstory_dest/base/breadcrumbs.html", takes_context=True)
def crumbs(context: Context) -> dict[str, Any]:
    """Breadcrumbs from Home to the page, in place of unfold's, which link to Django's app index.

    The heading is the object on its pages, the model's name on its list, and the title elsewhere. A page without a
    model passes its parents as ``way``: crumbs with ``title`` and ``link``.
    """
    opts, row = context.get("opts"), context.get("original") or context.get("object")
    home = {"title": _("Home"), "link": reverse("admin:index")}
    if context.get("way") is not None:
        return {"way": [home, *context["way"]], "title": context["title"]}
    if isinstance(row, Review):
        return {"way": [home, *_above(row)], "title": context["title"]}
    if isinstance(row, Model):
        heading = {"title": row, "link": admin_url(row, "change", row.pk)}
        return {"way": [home, *_above(row)], **heading}
    if opts and context.get("cl"):
        return {"way": [home], "title": opts.verbose_name_plural}
    if opts:
        return {"way": [home, _list_of(opts.model)], "title": context.get("title")}
    is_home = context["request"].path == home["link"]
    return {"way": [] if is_home else [home], "title": context.get("title")}


def _above(row: Model) -> list[Crumb]:
    """The parents of an object: source and destination for a mapping, source for a part of it, else the list."""
    try:
        if isinstance(row, Review):
            tab = {"title": TABS["reviews"], "link": tab_url(row.environment.source, "reviews")}
            return [*_above(row.environment), tab]
        destination = row.destination if isinstance(row, Mapping) else row
        if not isinstance(destination, Destination | Environment):
            return [_list_of(type(row))]
        source = destination.source
    except ObjectDoesNotExist:  # Deleted by a concurrent request.
        return [_list_of(type(row))]
    above = [{"title": str(source), "link": admin_url(source, "overview", source.pk)}]
    if destination is not row:
        above.append({"title": str(destination), "link": admin_url(destination, "change", destination.pk)})
    return above


def _list_of(model: type[Model]) -> Crumb:
    return {"title": capfirst(model._meta.verbose_name_plural), "link": admin_url(model, "changelist")}
