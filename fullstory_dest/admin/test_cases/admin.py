"""The pages of test cases: rename, edit and delete them, and set their expected results."""

from __future__ import annotations

from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminRadioSelectWidget

from fullstory_dest.admin.base.calls import call_text
from fullstory_dest.admin.base.edit_conflicts import OptimisticLockForm
from fullstory_dest.admin.base.json_field import JSONTextField, pretty
from fullstory_dest.admin.base.model_admin import AuditedModelAdmin
from fullstory_dest.admin.base.times import time_column
from fullstory_dest.admin.links import link
from fullstory_dest.admin.mappings.forms import JSONEditor
from fullstory_dest.compiler.check import CompileError
from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.models import TestCase
from fullstory_dest.services.previews.engine import PreviewError
from fullstory_dest.services.previews.test_cases import run_test_cases, to_expected_calls
from fullstory_dest.services.spec import drafts_in

EXPECTATIONS = (
    ("keep", _("Keep the current expected result")),
    ("now", _("Expect the current calls of the drafts")),
    ("none", _("Don't expect a particular result")),
)


class TestCaseForm(OptimisticLockForm):
    """Form for a test case. Users don't type the expected result: it is recorded from the drafts."""

    event = JSONTextField(label=_("Event"), widget=JSONEditor())
    expectation = forms.ChoiceField(
        label=_("Expected result"),
        choices=EXPECTATIONS,
        initial="keep",
        required=False,
        widget=UnfoldAdminRadioSelectWidget(),
    )

    class Meta:
        model = TestCase
        fields = ("name", "event")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        match cleaned.get("expectation"):
            case "none":
                self.instance.expected = None
            case "now" if isinstance(cleaned.get("event"), dict):
                self.instance.expected = self._now(cleaned["event"])
        return cleaned

    def _now(self, event: dict[str, Any]) -> Any:
        try:
            config = compile_source(drafts_in(self.instance.source.first_environment))
            (run,) = run_test_cases([TestCase(event=event)], config)
        except (CompileError, PreviewError) as error:
            self.add_error("expectation", ValidationError(str(error)))
            return self.instance.expected
        return to_expected_calls(run.calls)


@admin.register(TestCase)
class TestCaseAdmin(AuditedModelAdmin):
    """Edit and delete test cases. Users create them in the test panel, where they see the result."""

    form = TestCaseForm
    list_display = ("name", "source_link", "updated")
    list_select_related = ("source",)
    search_fields = ("name", "source__name")
    search_help_text = _("Search by name or source")
    readonly_fields = ("expected_calls", "event_json")
    updated = staticmethod(time_column("updated_at", _("updated")))
    compressed_fields = False
    _tab_after: ClassVar[WeakKeyDictionary[HttpRequest, str]] = WeakKeyDictionary()

    def get_queryset(self, request: HttpRequest) -> QuerySet[TestCase]:
        return super().get_queryset(request).select_related("source")

    def get_fieldsets(self, request: HttpRequest, obj: TestCase | None = None) -> Any:
        may = self.has_change_permission(request, obj)
        fields = ("name", "event", "expectation") if may else ("name", "event_json")
        return ((None, {"fields": (*fields, "expected_calls")}),)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def response_post_save_change(self, request: HttpRequest, obj: TestCase) -> HttpResponseRedirect:
        return HttpResponseRedirect(_test_tab(obj.source_id))

    def delete_model(self, request: HttpRequest, obj: TestCase) -> None:
        # response_delete redirects there, because the deleted row has no page.
        self._tab_after[request] = _test_tab(obj.source_id)
        super().delete_model(request, obj)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        super().response_delete(request, obj_display, obj_id)
        return HttpResponseRedirect(self._tab_after.pop(request))

    @display(description=_("source"), ordering="source__name")
    def source_link(self, test_case: TestCase) -> SafeString | str:
        return link(test_case.source)

    @display(description=_("event"))
    def event_json(self, test_case: TestCase) -> SafeString:
        return format_html('<pre class="fsd-code-block" tabindex="0">{}</pre>', pretty(test_case.event))

    @display(description=_("expected result"))
    def expected_calls(self, test_case: TestCase) -> SafeString | str:
        if test_case.expected is None:
            return str(_("No expected result"))
        if not test_case.expected:
            return str(_("No calls"))
        calls = (
            (call_text({"mapping": 0, "warnings": [], "method": call["method"], "args": call["args"]}),)
            for call in test_case.expected
        )
        return format_html_join("", '<pre class="fsd-call" tabindex="0">{}</pre>', calls)


def _test_tab(source: int) -> str:
    return reverse("admin:fullstory_dest_source_test", args=[source])
