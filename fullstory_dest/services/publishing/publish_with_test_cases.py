"""Publishing of a source whose test cases pass."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from fullstory_dest.compiler.check import check_source
from fullstory_dest.compiler.compile import compile_checked, configure
from fullstory_dest.compiler.schema import CheckedSource, CompiledConfig, DeployedSpec
from fullstory_dest.models import Environment, ScheduledDeployment, Source, TestCase
from fullstory_dest.services.previews.engine import TEST_CASE_ENGINE, PreviewBusyError, PreviewError
from fullstory_dest.services.previews.test_cases import run_test_cases
from fullstory_dest.services.publishing.approvals import Override
from fullstory_dest.services.publishing.deploy import DeployResult, check_review
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.spec import drafts_in


class FailingTestCasesError(ValueError):
    """Test cases fail or can't be run. ``names`` are those of the failing ones."""

    def __init__(self, message: str, names: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.names = names


class PublishBusyError(RuntimeError):
    """Other publishes took too long. Nothing has changed, and the request can be sent again."""


def publish_with_test_cases(
    environment: Environment,
    *,
    by: User | None = None,
    note: str = "",
    reviewed: str | None = None,
    scheduled: ScheduledDeployment | None = None,
    ignore_test_case_failures: bool = False,
    override: Override | None = None,
) -> DeployResult:
    """Publish the drafts unless a test case fails. ``ignore_test_case_failures`` skips the test cases.

    Raises FailingTestCasesError and the exceptions of ``publish``. Test cases run before rows are locked, so that
    others don't wait for them. They run again on the locked drafts only if the drafts have changed since then.
    """
    if ignore_test_case_failures:
        return publish(
            environment, by=by, note=note, reviewed=reviewed, scheduled=scheduled, override=override
        )
    drafts = drafts_in(environment)
    check_review(drafts, reviewed)
    tested = check_with_test_cases(environment.source, drafts)

    def check(spec: DeployedSpec) -> CheckedSource:
        return tested if spec == drafts else check_with_test_cases(environment.source, spec)

    return publish(
        environment,
        by=by,
        note=note,
        reviewed=reviewed,
        scheduled=scheduled,
        override=override,
        check=check,
    )


def check_with_test_cases(source: Source, spec: DeployedSpec) -> CheckedSource:
    """Check the drafts of a source, and run its test cases that have expected calls.

    Raises FailingTestCasesError if one fails or if they can't be run, CompileError if the drafts can't be compiled, and
    PublishBusyError if other publishes take too long.
    """
    checked = check_source(spec)
    require_passing(source, configure(spec, compile_checked(checked)))
    return checked


def require_passing(source: Source, config: CompiledConfig) -> None:
    """Run a source's test cases that have expected calls. Raises FailingTestCasesError and PublishBusyError."""
    test_cases = TestCase.objects.filter(source=source, expected__isnull=False).order_by("name")
    try:
        runs = run_test_cases(list(test_cases), config, engine=TEST_CASE_ENGINE)
    except PreviewBusyError as error:
        raise PublishBusyError(_("Other publishes are running. Try again in a moment.")) from error
    except PreviewError as error:
        raise FailingTestCasesError(_("The test cases couldn't be run: %(why)s.") % {"why": error}) from error
    names = tuple(run.test_case.name for run in runs if run.fails)
    if names:
        quoted = ", ".join(f"“{name}”" for name in names)
        raise FailingTestCasesError(_("Test cases fail: %(names)s.") % {"names": quoted}, names)
