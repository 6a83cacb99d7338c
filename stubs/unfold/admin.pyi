"""What fullstory-dest uses of unfold's model admin, which has no types of its own."""

from typing import Any

from django.contrib import admin
from django.forms import CheckboxInput
from django.http import HttpRequest, HttpResponse

checkbox: CheckboxInput

class ModelAdmin(admin.ModelAdmin[Any]):
    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]: ...
    # Of Django, and not in its stubs.
    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse: ...
