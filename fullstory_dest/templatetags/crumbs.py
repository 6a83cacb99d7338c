"""Where a page is: the way to it from home, and its heading."""

from __future__ import annotations

from typing import Any

from django import template
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.template.context import Context
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

register = template.Library()

Crumb = dict[str, Any]


@register.inclusion_tag("fullstory_dest/base/breadcrumbs.html", takes_context=True)
def crumbs(context: Context) -> dict[str, Any]:
    """In place of unfold's, which begin with a list of the app's tables, and end with a list's name on other pages.

    The page of a row is headed by the row, that of a list by its name, and any other by its title. A page that
    stands nowhere in the lists says in ``way`` what it comes after: crumbs with ``title`` and ``link``.
    """
    # Tags are loaded before models and the admin are.
    from fullstory_dest.admin.base.model_admin import admin_url

    opts, row = context.get("opts"), context.get("original") or context.get("object")
    home = {"title": _("Home"), "link": reverse("admin:index")}
    if context.get("way") is not None:
        return {"way": [home, *context["way"]], "title": context["title"]}
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
    """For a destination its source, for a mapping both, as people think of them; for all else, the list it is on."""
    from fullstory_dest.admin.base.model_admin import admin_url
    from fullstory_dest.models import Destination, Mapping

    try:
        destination = row.destination if isinstance(row, Mapping) else row
        if not isinstance(destination, Destination):
            return [_list_of(type(row))]
        source = destination.source
    except ObjectDoesNotExist:  # It went at this moment.
        return [_list_of(type(row))]
    above = [{"title": str(source), "link": admin_url(source, "overview", source.pk)}]
    if destination is not row:
        above.append({"title": str(destination), "link": admin_url(destination, "change", destination.pk)})
    return above


def _list_of(model: type[Model]) -> Crumb:
    from fullstory_dest.admin.base.model_admin import admin_url

    return {"title": capfirst(model._meta.verbose_name_plural), "link": admin_url(model, "changelist")}
