"""Publishes a source whose kept samples lead to what is expected of them."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.compiler.schema import SourceSpec
from fullstory_dest.models import Sample, Source
from fullstory_dest.services.preview import GATE, PreviewBusyError, PreviewError
from fullstory_dest.services.publish import Publication, check_review, fingerprint, publish
from fullstory_dest.services.spec import source_spec
from fullstory_dest.services.test_cases import run_samples


class FailingSamplesError(ValueError):
    """Samples fail, or could not be run. The message says so to a person; ``names`` are those of the failing ones."""

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
    despite_failures: bool = False,
) -> Publication:
    """Publishes the drafts as ``publish`` does, unless a sample fails; with ``despite_failures``, in any case.

    Raises FailingSamplesError, and whatever ``publish`` does. Samples run before anything is held, so that nobody waits
    for them. Only if the drafts changed since then do they run once more, on the drafts that are then held.
    """
    if despite_failures:
        return publish(source, by=by, note=note, reviewed=reviewed)
    seen = source_spec(source)
    check_review(seen, reviewed)
    check_samples(source, seen)

    def check(spec: SourceSpec) -> None:
        if fingerprint(spec) != fingerprint(seen):
            check_samples(source, spec)

    return publish(source, by=by, note=note, reviewed=reviewed, check=check)


def check_samples(source: Source, spec: SourceSpec) -> None:
    """Runs those samples of a source of which something is expected.

    Raises FailingSamplesError when one fails or none can be run, CompileError when the drafts cannot be compiled, and
    PublishBusyError when others are publishing for too long.
    """
    config = compile_source(spec)
    samples = Sample.objects.filter(source=source, expected__isnull=False).order_by("name")
    try:
        runs = run_samples(list(samples), config, engine=GATE)
    except PreviewBusyError as error:
        raise PublishBusyError(_("Others are publishing. Try again in a moment.")) from error
    except PreviewError as error:
        raise FailingSamplesError(_("The samples could not be run: %(why)s.") % {"why": error}) from error
    names = tuple(run.sample.name for run in runs if run.fails)
    if names:
        shown = ", ".join(f"“{name}”" for name in names)
        raise FailingSamplesError(_("Samples fail: %(names)s.") % {"names": shown}, names)
