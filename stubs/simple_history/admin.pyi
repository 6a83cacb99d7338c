"""What fullstory-dest uses of simple_history's model admin, which has no types of its own."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

class SimpleHistoryAdmin(admin.ModelAdmin[Any]):
    def get_history_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[Any]: ...
    def render_history_view(
        self, request: HttpRequest, template: str, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse: ...
