"""Publishes a source whose test cases lead to what is expected of them."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from fullstory_dest.compiler.check import check_source
from fullstory_dest.compiler.compile import compile_checked
from fullstory_dest.compiler.schema import CheckedSource, SourceSpec
from fullstory_dest.models import ScheduledPublish, Source, TestCase
from fullstory_dest.services.previews.engine import TEST_CASE_ENGINE, PreviewBusyError, PreviewError
from fullstory_dest.services.previews.test_cases import run_test_cases
from fullstory_dest.services.publishing.publish import PublishResult, check_review, publish
from fullstory_dest.services.spec import source_spec


class FailingTestCasesError(ValueError):
    """Test cases fail or could not be run. ``names`` are those of the failing ones."""

    def __init__(self, message: str, names: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.names = names


class PublishBusyError(RuntimeError):
    """Others kept publishing for too long. Nothing has changed; the same request can be sent again."""


def publish_with_test_cases(
    source: Source,
    *,
    by: User | None = None,
    note: str = "",
    reviewed: str | None = None,
    scheduled: ScheduledPublish | None = None,
    ignore_test_case_failures: bool = False,
) -> PublishResult:
    """Publish the drafts unless a test case fails; with ``ignore_test_case_failures``, in any case.

    Raises FailingTestCasesError and whatever ``publish`` does. Test cases run before rows are locked, so that nobody
    waits for them. Only if the drafts changed since then do they run again, on the locked drafts.
    """
    if ignore_test_case_failures:
        return publish(source, by=by, note=note, reviewed=reviewed, scheduled=scheduled)
    drafts = source_spec(source)
    check_review(drafts, reviewed)
    tested = check_with_test_cases(source, drafts)

    def check(spec: SourceSpec) -> CheckedSource:
        return tested if spec == drafts else check_with_test_cases(source, spec)

    return publish(source, by=by, note=note, reviewed=reviewed, scheduled=scheduled, check=check)


def check_with_test_cases(source: Source, spec: SourceSpec) -> CheckedSource:
    """Check the drafts of a source and run those test cases of which something is expected.

    Raises FailingTestCasesError when one fails or none can be run, CompileError when the drafts cannot be compiled, and
    PublishBusyError when others are publishing for too long.
    """
    checked = check_source(spec)
    test_cases = TestCase.objects.filter(source=source, expected__isnull=False).order_by("name")
    try:
        runs = run_test_cases(list(test_cases), compile_checked(checked), engine=TEST_CASE_ENGINE)
    except PreviewBusyError as error:
        raise PublishBusyError(_("Others are publishing. Try again in a moment.")) from error
    except PreviewError as error:
        raise FailingTestCasesError(
            _("The test cases could not be run: %(why)s.") % {"why": error}
        ) from error
    names = tuple(run.test_case.name for run in runs if run.fails)
    if names:
        quoted = ", ".join(f"“{name}”" for name in names)
        raise FailingTestCasesError(_("Test cases fail: %(names)s.") % {"names": quoted}, names)
    return checked
