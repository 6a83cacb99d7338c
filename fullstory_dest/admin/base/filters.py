"""What a list may be asked for, by its address and by its bulk actions. Anybody can type anything there."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin, checkbox
from unfold.decorators import display
from unfold.templatetags import unfold_list

from fullstory_dest.admin.base.forms import parse_ids

#: More at a time would keep everybody else waiting. "Select all" of a long list is refused, not done in part.
MAXIMUM_ROWS: Final = 1_000
#: What is searched for, in characters.
LONGEST_TERM: Final = 1_000


class LimitedChangelistMixin(ModelAdmin):
    """A list that is narrowed by its declared filters alone.

    Django lets an address ask for any field and any lookup: for a regular expression that SQLite has Python match for
    minutes, and for values that databases fail at. What no filter asks for leads to the list itself (``?e=1``).
    """

    #: How many rows are deleted at a time. Fewer where much goes along with each.
    most_deleted: int = MAXIMUM_ROWS
    #: unfold declares no default. Its template asks for it twice a row, and a failing look-up is slow.
    list_sections = ()

    @display(description=gettext_lazy("Select record"))
    def action_checkbox(self, obj: models.Model) -> SafeString:
        """unfold's checkbox of a row, without rendering three templates for each."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="{}" aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            obj.pk,
            checkbox.attrs["class"],
            checkbox.attrs["aria-label"],
        )

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        if not any(
            _asks_for(declared, lookup, value, self.opts.model) for declared in self.get_list_filter(request)
        ):
            # Not False, which is an error: this shows the list.
            raise IncorrectLookupParameters
        return True

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        # The list's own search refuses null characters; those of choices come here as they are. At what is longer than
        # 50,000 bytes SQLite fails, and nothing is called like that.
        if "\0" in search_term or len(search_term) > LONGEST_TERM:
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def response_action(
        self, request: HttpRequest, queryset: models.QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Do a bulk action with what can be rows, unless those are too many."""
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
                refusal = _(
                    "Delete at most %(count)s at a time, as much goes with each. Nothing was deleted."
                )
            else:
                refusal = _("Choose at most %(count)s at a time. Nothing was changed.")
            messages.error(request, refusal % {"count": most})
            return None
        return super().response_action(request, queryset, *args, **kwargs)


def _headers_once(changelist: Any) -> Any:
    """The headers of a list. unfold asks for them again with each row, though links to sort by are costly."""
    if not hasattr(changelist, "headers"):
        changelist.headers = list(_headers(changelist))
    return changelist.headers


_headers: Final = unfold_list.result_headers
unfold_list.result_headers = _headers_once


def _asks_for(declared: Any, lookup: str, value: str, model: type[models.Model]) -> bool:
    """Whether a declared filter asks for this, with a value that its field can have."""
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
    # At the very ends of the calendar there is no room for another time zone.
    return date is None or 1 < date.year < 9999
