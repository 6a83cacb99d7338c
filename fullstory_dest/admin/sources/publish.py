"""The page that reviews a source's changes and publishes them, now or at a scheduled time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

from fullstory_dest.admin.base.posted_inputs import parse_ids
from fullstory_dest.admin.base.times import local_time
from fullstory_dest.admin.links import admin_url, tab_url
from fullstory_dest.admin.pages import (
    admin_page,
    chosen_environment,
    current_user,
    environments_of,
    has_several_environments,
    source_view,
)
from fullstory_dest.admin.releases.diff import diff_items, linked_problems
from fullstory_dest.admin.releases.test_case_results import TestCaseResult, results_of_runs
from fullstory_dest.admin.sources.publish_warnings import (
    differing_triggers,
    mapping_warnings,
    sending_warnings,
)
from fullstory_dest.compiler.check import CompileError
from fullstory_dest.compiler.compile import compile_source, configure
from fullstory_dest.compiler.schema import DeployedSpec
from fullstory_dest.models import Environment, ScheduledPublish, Source
from fullstory_dest.models.release import MAXIMUM_NOTE_LENGTH
from fullstory_dest.problem import Problem
from fullstory_dest.services.accounts.permissions import PUBLISH, RESTORE_DRAFTS, VIEW_DRAFTS
from fullstory_dest.services.previews.engine import PREVIEW_ENGINE, TEST_CASE_ENGINE, PreviewError
from fullstory_dest.services.previews.test_cases import run_test_cases
from fullstory_dest.services.publishing.approvals import ApprovalRequiredError
from fullstory_dest.services.publishing.deploy import (
    SCHEDULED_PUBLISH_CANCELED,
    OutdatedReviewError,
    fingerprint,
)
from fullstory_dest.services.publishing.drafts_ahead import are_drafts_ahead
from fullstory_dest.services.publishing.publish_with_test_cases import (
    FailingTestCasesError,
    PublishBusyError,
    check_with_test_cases,
    publish_with_test_cases,
)
from fullstory_dest.services.publishing.schedule_publish import (
    SchedulePublishError,
    cancel_scheduled_publish,
    check_time,
    is_outdated,
    latest_scheduled_publish,
    schedule_publish,
)
from fullstory_dest.services.publishing.scheduler_status import scheduler_context
from fullstory_dest.services.spec import drafts_in, live_spec


class PublishForm(forms.Form):
    """The note and time of a release. ``reviewed`` is the fingerprint of the drafts that the publisher saw.

    ``later`` requires a time. ``ignore_test_case_failures`` accepts failing test cases.
    """

    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=MAXIMUM_NOTE_LENGTH,
        widget=UnfoldAdminExpandableTextareaWidget(
            attrs={"placeholder": gettext_lazy("What changed and why")}
        ),
        help_text=gettext_lazy("Shown in the release history."),
    )
    at = forms.DateTimeField(
        label=gettext_lazy("Scheduled time"),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "class": "fsd-textarea fsd-time", "data-utc-input": ""},
            format="%Y-%m-%dT%H:%M",
        ),
    )
    ignore_test_case_failures = forms.BooleanField(required=False)
    reviewed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, later: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.later = later

    def clean(self) -> dict[str, Any]:
        """Check the time, if one is needed."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.later and "at" not in self.errors:
            try:
                if cleaned["at"] is None:
                    raise SchedulePublishError(_("Choose a date and time."))
                check_time(cleaned["at"])
            except SchedulePublishError as error:
                self.add_error("at", str(error))
        return cleaned


OUTDATED = gettext_lazy("The drafts changed after you opened this page. Review them again before publishing.")


@source_view(*VIEW_DRAFTS)
def publish_page(request: HttpRequest, source: Source, *, published_url: str = "") -> HttpResponse:
    """Show what publishing would change. A POST publishes or schedules, and needs the publish permission.

    A POST with ``cancel`` (an id) cancels a scheduled publish instead. Publishing redirects to ``published_url``, or
    to the releases.
    """
    allowed = request.user.has_perms(PUBLISH)
    if request.method == "POST" and not allowed:
        raise PermissionDenied
    if "cancel" in request.POST:
        return _cancel(request, source)
    environment = chosen_environment(request, source)
    spec = drafts_in(environment)
    form = PublishForm(
        request.POST if request.method == "POST" else None,
        initial={"reviewed": fingerprint(spec)},
        later="later" in request.POST,
    )
    if request.method == "POST":
        # A missing fingerprint counts as outdated.
        if request.POST.get("reviewed", "") != fingerprint(spec):
            messages.warning(request, OUTDATED)
            typed = {key: request.POST.get(key, "") for key in ("note", "at")}
            form = PublishForm(initial={"reviewed": fingerprint(spec), **typed})
        elif response := _publish_or_schedule(request, environment, form, spec, published_url):
            return response
    title = (_("Publish %(source)s") if allowed else _("Changes of %(source)s")) % {"source": source}
    return admin_page(
        request,
        "fullstory_dest/sources/publish.html",
        title,
        object=source,
        source=source,
        form=form,
        allowed=allowed,
        zone=timezone.get_current_timezone_name(),
        source_url=admin_url(source, "change", source.pk),
        environment=environment,
        environments=environments_of(source),
        **_changes_context(request, environment, spec),
        **_test_cases_context(request, environment, spec),
    )


def _changes_context(request: HttpRequest, environment: Environment, spec: DeployedSpec) -> dict[str, Any]:
    """The changes, warnings about them, and the scheduled publish, if any."""
    pending, live = latest_scheduled_publish(environment), environment.live
    return {
        "live": live,
        "ahead": are_drafts_ahead(live, spec),
        "may_restore": request.user.has_perms(RESTORE_DRAFTS),
        "changes": diff_items(live_spec(live) if live else None, spec, everything="all" in request.GET),
        "warnings": [*sending_warnings(environment.source, spec), *mapping_warnings(spec)],
        "differing": differing_triggers(spec),
        "pending": pending,
        "pending_outdated": pending is not None and is_outdated(pending),
        **scheduler_context(pending),
    }


def _test_cases_context(request: HttpRequest, environment: Environment, spec: DeployedSpec) -> dict[str, Any]:
    """The problems of the drafts. Without any, the results of the test cases before and after."""
    runs: list[TestCaseResult] = []
    problems: tuple[Problem, ...] = ()
    run_error = ""
    # Only users who can publish wait for the engine that publishing uses.
    engine = TEST_CASE_ENGINE if request.user.has_perms(PUBLISH) else PREVIEW_ENGINE
    try:
        config = compile_source(spec)
        test_cases = list(environment.source.test_cases.order_by("name"))
        live = environment.live
        before = configure(live_spec(live), live.release.compiled) if live and test_cases else None
        ran = run_test_cases(test_cases, config, before, engine=engine)
        runs = results_of_runs(ran, everything="all" in request.GET)
    except CompileError as error:
        problems = error.problems
    except PreviewError as error:
        run_error = _("Test cases couldn't run: %(why)s.") % {"why": error}
    return {
        "runs": runs,
        "affected": [run for run in runs if run.changes],
        "failing": [run for run in runs if run.fails],
        "run_error": run_error,
        "problems": linked_problems(spec, problems),
    }


def _cancel(request: HttpRequest, source: Source) -> HttpResponse:
    """Cancel the posted scheduled publish, and redirect to the page."""
    keys = parse_ids([request.POST["cancel"]])
    pending = ScheduledPublish.objects.filter(environment__source=source, pk__in=keys).first()
    if pending is None:
        raise Http404
    if cancel_scheduled_publish(pending, by=current_user(request)):
        messages.success(request, _("Scheduled publish canceled."))
    else:
        messages.warning(
            request, _("This scheduled publish has already run. Check the releases for its result.")
        )
    return HttpResponseRedirect(request.get_full_path())


def _publish_or_schedule(
    request: HttpRequest, environment: Environment, form: PublishForm, spec: DeployedSpec, published_url: str
) -> HttpResponse | None:
    """Publish or schedule, and redirect. Return None if the page has to show a problem."""
    valid = form.is_valid()
    try:
        if valid and form.later:
            return _schedule(request, environment, form, spec)
        if valid:
            return _publish(request, environment, form, fingerprint(spec), published_url)
        if not form.cleaned_data.get("ignore_test_case_failures"):
            # Failing test cases are shown together with the other errors.
            check_with_test_cases(environment.source, spec)
    except FailingTestCasesError:
        message = _("Fix the failing test cases, or select this to publish anyway.")
        form.add_error("ignore_test_case_failures", message)
    except PublishBusyError as error:
        messages.warning(request, str(error))
    except ApprovalRequiredError as error:
        messages.error(request, str(error))
    except SchedulePublishError as error:
        form.add_error("at", str(error))
    except CompileError:
        messages.error(
            request, _("Nothing was published because the drafts have problems. Fix them and try again.")
        )
    return None


def _schedule(
    request: HttpRequest, environment: Environment, form: PublishForm, spec: DeployedSpec
) -> HttpResponse:
    """Schedule a publish, and redirect to this page. Raises the errors of the services."""
    ignore = form.cleaned_data["ignore_test_case_failures"]
    if not ignore:
        check_with_test_cases(environment.source, spec)
    pending = schedule_publish(
        environment,
        at=form.cleaned_data["at"],
        by=current_user(request),
        reviewed=fingerprint(spec),
        note=form.cleaned_data["note"],
        ignore_test_case_failures=ignore,
    )
    when = local_time(pending.due_at)
    messages.success(request, format_html(_("Scheduled for {when}."), when=when))
    return HttpResponseRedirect(request.get_full_path())


def _publish(
    request: HttpRequest, environment: Environment, form: PublishForm, reviewed: str, published_url: str
) -> HttpResponse:
    """Publish, and redirect to ``published_url`` or the releases. Raises what ``publish_with_test_cases`` raises."""
    try:
        result = publish_with_test_cases(
            environment,
            by=current_user(request),
            note=form.cleaned_data["note"],
            reviewed=reviewed,
            ignore_test_case_failures=form.cleaned_data["ignore_test_case_failures"],
        )
    except OutdatedReviewError:
        # The drafts changed during this request. Reloading shows the current ones.
        messages.warning(request, OUTDATED)
        return HttpResponseRedirect(request.get_full_path())
    number = result.deployment.release.number
    if result.created and has_several_environments(environment.source):
        words = {"number": number, "environment": environment}
        messages.success(request, _("Published release #%(number)s to %(environment)s.") % words)
    elif result.created:
        messages.success(request, _("Published as release #%(number)s.") % {"number": number})
    else:
        messages.info(
            request, _("No changes to publish. Release #%(number)s is already live.") % {"number": number}
        )
    if result.canceled:
        messages.warning(request, SCHEDULED_PUBLISH_CANCELED)
    if published_url:
        return HttpResponseRedirect(published_url)
    if not request.user.has_perm("fullstory_dest.view_release"):
        return HttpResponseRedirect(admin_url(Source, "change", environment.source_id))
    return HttpResponseRedirect(tab_url(environment.source_id, "releases"))
