"""What the admin's model pages have in common."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from fullstory_dest.admin.base.filters import LimitedChangelistMixin
from fullstory_dest.admin.base.history import HistoryPages
from fullstory_dest.services.row_locks import is_write_conflict, lock_rows, lock_tree


def admin_url(model: type[models.Model] | models.Model, page: str, *arguments: Any) -> str:
    """The address of a model's admin page: ``change``, ``changelist``, ``add``..."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def link(target: models.Model | None, text: object = None) -> SafeString | str:
    """A link to a row's page."""
    if target is None:
        return "-"
    # A source's page begins with its overview; that of anything else is its form.
    page = "overview" if target._meta.model_name == "source" else "change"
    url = admin_url(target, page, target.pk)
    return format_html('<a href="{}" class="text-link">{}</a>', url, target if text is None else text)


class DeletedRowError(Exception):
    """A form was posted for a row that no longer exists. The error page shows what was typed."""

    def __init__(self, model_admin: ModelAdmin, object_id: str) -> None:
        super().__init__(object_id)
        self.model_admin = model_admin
        self.object_id = object_id


class AuditedModelAdmin(LimitedChangelistMixin, HistoryPages, ModelAdmin):
    """Pages of a CheckedModel with history. Two people saving at the same time get a form error, never a 500."""

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
            # Someone saved between our check and our write. Their row is there now, so the check will see it.
            # Failing again leads to the error page.
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        # Deleting asks with this input alone: nothing is lost where the row is gone already.
        if request.method == "POST" and "post" not in request.POST:
            raise DeletedRowError(self, object_id)
        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found and request.method == "POST" and transaction.get_connection().in_atomic_block:
            # Whoever saves second waits here, and then is told what the first one saved.
            lock_rows(self.model, [found.pk])
            found = super().get_object(request, object_id, from_field)
        return found

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            lock_tree(self.model, [obj.pk])
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        with transaction.atomic():
            lock_tree(self.model, list(queryset.values_list("pk", flat=True)))
            super().delete_queryset(request, queryset)


class ReadOnlyAdmin(LimitedChangelistMixin):
    """Pages of what is written once, by publishing or migrating. It goes only with what it belongs to."""

    list_per_page = 50
    list_filter_submit = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404  # It has none: it never changes.

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["show_history"] = False
        return super().render_change_form(request, context, *args, **kwargs)
