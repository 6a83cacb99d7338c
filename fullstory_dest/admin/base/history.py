"""History pages: a list of a row's versions, and a page for each version. Read-only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.paginator import Page
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin

from fullstory_dest.admin.base.json_field import pretty
from fullstory_dest.admin.base.posted_inputs import parse_ids
from fullstory_dest.admin.base.text_diff import Part, marked

#: Fields to hide: they are the same in each version, or always differ.
NOT_SHOWN: Final = ("id", "created_at", "updated_at", "imported_at", "live", "live_build")
COLORS: Final = {"+": "success", "~": "info", "-": "danger"}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A changed field, and its values as text with the differences marked."""

    label: str
    before: list[Part]
    after: list[Part]


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A field's value in a version, as text, and in words if the text is hard to read."""

    label: str
    text: str
    is_json: bool
    in_words: SafeString | None


class HistoryPages(SimpleHistoryAdmin):
    """The history pages of a model, also for deleted rows."""

    history_list_per_page = 20
    object_history_list_template = "fullstory_dest/base/history.html"
    object_history_form_template = "fullstory_dest/base/history_version.html"

    def value_in_words(self, field_name: str, value: Any) -> SafeString | None:
        """Return a field's value in words, or None if its text is easy to read."""
        return None

    def revert_disabled(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return True

    def history_view_title(self, request: HttpRequest, obj: models.Model) -> str:
        return _("History of %(row)s") % {"row": obj}

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not parse_ids([object_id]):
            raise Http404
        return super().history_view(request, object_id, extra_context)

    def get_history_queryset(self, *args: Any, **kwargs: Any) -> models.QuerySet[Any]:
        versions: models.QuerySet[Any] = super().get_history_queryset(*args, **kwargs)
        return versions.select_related("history_user")

    def render_history_view(
        self, request: HttpRequest, template: str, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        if context["object"] and context["object"]._state.adding:
            context["object"] = None  # Deleted, so there is no page to link to.
        return super().render_history_view(request, template, context, **kwargs)

    def set_history_delta_changes(
        self, request: HttpRequest, historical_records: Page[Any], foreign_keys_are_objs: bool = True
    ) -> None:
        """Compare the versions on a page.

        The package leaves out the oldest record of each page, and fields that no form has, such as ``archived_at``.
        """
        page = historical_records
        compare_versions([*page, *page.paginator.object_list[page.end_index() : page.end_index() + 1]])

    def history_form_view(
        self,
        request: HttpRequest,
        object_id: str,
        version_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a version. Replaces the package's form, which saves posted data without checking permissions."""
        if request.method != "GET" or not self.has_view_permission(request):
            raise PermissionDenied
        if len(parse_ids([object_id, version_id])) < 2:
            raise Http404
        records = self.model.history.select_related("history_user")
        record = get_object_or_404(records, id=object_id, history_id=version_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "object": self.get_object(request, object_id),
            "title": _("Version of %(row)s") % {"row": record.instance},
            "record": record,
            "values": [self._value(record, field) for field in _shown(self.opts.concrete_fields)],
        }
        return self.render_history_view(request, self.object_history_form_template, context)

    def _value(self, record: Any, field: models.Field[Any, Any]) -> FieldValue:
        in_words = self.value_in_words(field.name, getattr(record, field.attname))
        return FieldValue(_label(field), _text(record, field), isinstance(field, models.JSONField), in_words)


def compare_versions(versions: Iterable[Any]) -> None:
    """Give each version its ``color``, its model's ``opts``, and its ``changes`` since the next older one.

    The versions are newest first, and can be those of several rows. Changes that a version already has are kept.
    """
    newer: dict[tuple[type[Any], int], Any] = {}
    for version in versions:
        version.color, version.opts = COLORS[version.history_type], version.instance_type._meta
        row = type(version), version.id
        compared = newer.get(row)
        if compared and compared.history_type == "~" and not hasattr(compared, "changes"):
            compared.changes = list(_changes(version, compared, version.opts.concrete_fields))
        newer[row] = version


def _shown(fields: Iterable[models.Field[Any, Any]]) -> list[models.Field[Any, Any]]:
    return [field for field in fields if field.name not in NOT_SHOWN]


def _changes(before: Any, after: Any, fields: Iterable[models.Field[Any, Any]]) -> Iterable[FieldChange]:
    for field in _shown(fields):
        if getattr(before, field.attname) != getattr(after, field.attname):
            yield FieldChange(_label(field), *marked(_text(before, field), _text(after, field)))


def _label(field: models.Field[Any, Any]) -> str:
    return str(capfirst(field.verbose_name))


def _text(record: Any, field: models.Field[Any, Any]) -> str:
    value = getattr(record, field.attname)
    if value in (None, "", [], {}):
        return _("(empty)")
    if isinstance(field, models.JSONField):
        return pretty(value)
    if isinstance(field, models.ForeignKey):
        return _related(record, field) or f"#{value}"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if field.name == "position":
        return str(value + 1)  # Positions start at 0, and are shown from 1.
    return str(dict(field.flatchoices).get(value, value))


def _related(record: Any, field: models.Field[Any, Any]) -> str:
    """The name of a version's related row; empty if that was deleted."""
    try:
        return str(getattr(record, field.name) or "")
    except ObjectDoesNotExist:
        return ""
