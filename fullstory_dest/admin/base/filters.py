"""Limits on the URLs and bulk actions of lists, where users can enter anything."""

from __future__ import annotations

import re
from typing import Any, Final

from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin, checkbox
from unfold.decorators import display
from unfold.templatetags import unfold_list

from fullstory_dest.admin.base.posted_inputs import parse_ids

#: Rows per bulk action. More would block other requests. A larger selection is refused as a whole.
MAXIMUM_ROWS: Final = 1_000
#: Characters of a search term.
LONGEST_TERM: Final = 1_000


class LatePaginator(Paginator):  # type: ignore[type-arg]
    """Finds the rows of a page by ID first, so that nothing is joined and computed for rows of earlier pages.

    The database counts rows up to a page. For pages of the second half, it starts at the end.
    """

    def page(self, number: int | str) -> Page[Any]:
        found = super().page(number)
        if isinstance(self.object_list, models.QuerySet):
            rows: Any = found.object_list
            after = self.count - found.end_index()
            if found.start_index() > after:
                rows = self.object_list.reverse()[after : self.count - found.start_index() + 1]
            found.object_list = self.object_list.filter(pk__in=rows.values("pk"))
        return found


class LimitedChangelistMixin(ModelAdmin):
    """A list that accepts only its declared filters.

    Django accepts any field and lookup in a URL, such as a regular expression that takes SQLite minutes, or values
    that make the database fail. Other lookups redirect to the unfiltered list (``?e=1``).
    """

    #: Rows to delete at once. Lower for models whose rows have many related rows.
    most_deleted: int = MAXIMUM_ROWS
    paginator = LatePaginator
    #: Unfold has no default for this. Its template reads it twice per row, and failed lookups are slow.
    list_sections = ()

    @display(description=gettext_lazy("Select record"))
    def action_checkbox(self, obj: models.Model) -> SafeString:
        """The checkbox of a row. Unfold renders three templates for each."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="{}" aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            obj.pk,
            checkbox.attrs["class"],
            checkbox.attrs["aria-label"],
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # Django's title is "Select source to change".
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        if not any(
            _asks_for(declared, lookup, value, self.opts.model) for declared in self.get_list_filter(request)
        ):
            # Redirects to the list; returning False would be an error.
            raise IncorrectLookupParameters
        return True

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        # Autocomplete doesn't reject null characters, as the list's search does. SQLite fails at patterns of more than
        # 50,000 bytes.
        if "\0" in search_term or len(search_term) > LONGEST_TERM:
            return queryset.none(), False
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if not search_term:
            return found, duplicates
        keys = self._find(request, found, search_term)
        # The results of autocomplete have no place for a message.
        if len(keys) > MAXIMUM_ROWS and request.method == "GET" and SEARCH_VAR in request.GET:
            message = _("More than %(count)s match. Only some are listed. Search for more text, or filter.")
            messages.warning(request, message % {"count": f"{MAXIMUM_ROWS:,}"})
        return queryset.filter(pk__in=keys), duplicates

    def _find(self, request: HttpRequest, found: models.QuerySet[Any], search_term: str) -> list[Any]:
        """Return the IDs of the rows that a search has found, up to some more than ``MAXIMUM_ROWS``.

        It looks in one field at a time, for the longest word. The database can use an index for that, but not for a
        condition on several tables.
        """
        word = max(re.findall(r"\w+", search_term), key=len, default="")
        first, *others = (
            self.model._base_manager.filter(
                pk__in=rows.order_by().values("pk")[: MAXIMUM_ROWS + 1]
            ).order_by()
            for rows in (
                found.filter(**{f"{field}__icontains": word}) for field in self.get_search_fields(request)
            )
        )
        return list(first.union(*others).values_list("pk", flat=True))

    def response_action(
        self, request: HttpRequest, queryset: models.QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Run a bulk action, ignoring malformed IDs. Refuses more than the maximum number of rows."""
        posted = request.POST.copy()
        chosen = parse_ids(posted.getlist(ACTION_CHECKBOX_NAME))
        posted.setlist(ACTION_CHECKBOX_NAME, chosen)
        request.POST = posted  # type: ignore[assignment]
        across = posted.get("select_across") not in (None, "", "0")
        deletes = "delete_selected" in posted.getlist("action")
        most = min(self.most_deleted, MAXIMUM_ROWS) if deletes else MAXIMUM_ROWS
        count = queryset.order_by()[: most + 1].count() if across else len(set(chosen))
        if count > most:
            if most < MAXIMUM_ROWS:
                refusal = _("Select at most %(count)s to delete at once. Nothing was deleted.")
            else:
                refusal = _("Select at most %(count)s at once. No changes were made.")
            messages.error(request, refusal % {"count": most})
            return None
        return super().response_action(request, queryset, *args, **kwargs)


def _headers_once(changelist: Any) -> Any:
    """The headers of a list, cached. Unfold computes them for each row, and their sort links are slow."""
    if not hasattr(changelist, "headers"):
        changelist.headers = list(_headers(changelist))
    return changelist.headers


_headers: Final = unfold_list.result_headers
unfold_list.result_headers = _headers_once


def _asks_for(declared: Any, lookup: str, value: str, model: type[models.Model]) -> bool:
    """Whether a declared filter has this lookup, and its field can have this value."""
    if isinstance(declared, type) and issubclass(declared, SimpleListFilter):
        return lookup == declared.parameter_name
    path = declared[0] if isinstance(declared, list | tuple) else declared
    if not lookup.startswith(f"{path}__"):
        return False
    asked = lookup.removeprefix(f"{path}__")
    field = get_fields_from_path(model, path)[-1]
    if asked == "isnull":
        return True
    if isinstance(field, models.DateField):
        return asked in ("gte", "lt") and _is_a_date(field, value)
    if field.is_relation:
        return asked == "id__exact" and (not value or bool(parse_ids([value])))
    return asked == "exact" and "\0" not in value


def _is_a_date(field: models.Field[Any, Any], value: str) -> bool:
    try:
        date = field.to_python(value)
    except ValidationError:
        return False
    # Converting the first or last year to another time zone overflows.
    return date is None or 1 < date.year < 9999
