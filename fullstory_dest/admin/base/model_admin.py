"""Base classes of the model admins."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from fullstory_dest.admin.base.filters import LimitedChangelistMixin
from fullstory_dest.admin.base.history import HistoryPages
from fullstory_dest.services.row_locks import is_write_conflict, lock_rows, lock_tree
from fullstory_dest.services.source_changes import source_changes


class DeletedRowError(Exception):
    """A form was posted for a row that no longer exists. The error page shows the input."""

    def __init__(self, model_admin: ModelAdmin, object_id: str) -> None:
        super().__init__(object_id)
        self.model_admin = model_admin
        self.object_id = object_id


class AuditedModelAdmin(LimitedChangelistMixin, HistoryPages, ModelAdmin):
    """Pages of a ValidatedModel with history. Concurrent saves result in a form error, never status 500."""

    compressed_fields = True
    list_filter_submit = True
    list_per_page = 50
    change_form_before_template = "fullstory_dest/base/form_version.html"

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (IntegrityError, OperationalError, ValidationError) as error:
            if isinstance(error, OperationalError) and not is_write_conflict(error):
                raise
            # Another user saved between our check and our write. The retry sees their row and reports the conflict.
            # If it fails, too, the error page shows.
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        # The delete confirmation posts only "post". If the row is already gone, it has no input to lose.
        if request.method == "POST" and "post" not in request.POST:
            raise DeletedRowError(self, object_id)
        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found and request.method == "POST" and transaction.get_connection().in_atomic_block:
            # The second of two concurrent saves waits here, then sees the first one's changes.
            lock_rows(self.model, [found.pk])
            found = super().get_object(request, object_id, from_field)
        return found

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with source_changes():
            lock_tree(self.model, [obj.pk])
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        with source_changes():
            lock_tree(self.model, list(queryset.values_list("pk", flat=True)))
            super().delete_queryset(request, queryset)


class ReadOnlyAdmin(LimitedChangelistMixin):
    """Read-only pages of rows that publishing or migrating creates, and that are deleted only with their parent."""

    list_per_page = 50
    list_filter_submit = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404  # These rows never change, so they have no history.

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["show_history"] = False
        return super().render_change_form(request, context, *args, **kwargs)
