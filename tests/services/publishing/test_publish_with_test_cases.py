"""Publishing only if test cases pass."""

import pytest

from fullstory_dest.models import Mapping, Release
from fullstory_dest.services.previews.engine import PreviewBusyError, PreviewError
from fullstory_dest.services.previews.test_cases import save_test_case
from fullstory_dest.services.publishing import publish_with_test_cases as module
from fullstory_dest.services.publishing.deploy import OutdatedReviewError, fingerprint
from fullstory_dest.services.publishing.publish_with_test_cases import (
    FailingTestCasesError,
    PublishBusyError,
    publish_with_test_cases,
)
from fullstory_dest.services.spec import drafts_in
from tests.factories import a_set_up_source

pytestmark = pytest.mark.django_db

BOUGHT = {"type": "track", "event": "Bought"}


@pytest.fixture
def source():
    return a_set_up_source()


def raise_(error):
    def fail(*_arguments, **_values):
        raise error

    return fail


def test_it_names_every_failing_test_case(source):
    for name, calls in (("Zero", []), ("Any", None), ("Also zero", [])):
        save_test_case(source, name=name, event=BOUGHT, calls=calls)
    with pytest.raises(FailingTestCasesError, match="Test cases fail: “Also zero”, “Zero”") as refused:
        publish_with_test_cases(source.production)
    assert refused.value.names == ("Also zero", "Zero")
    assert not Release.objects.exists()
    assert publish_with_test_cases(source.production, ignore_test_case_failures=True).created


def test_it_publishes_despite_a_test_case_that_cannot_run(source):
    """One without expected calls decides nothing, and isn't run."""
    save_test_case(source, name="Any", event=BOUGHT)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "run_test_cases", lambda cases, *_, **__: cases and raise_(PreviewError())())
        assert publish_with_test_cases(source.production).created


def test_it_passes_on_who_publishes_and_the_note(source, django_user_model):
    ann = django_user_model.objects.create_user("ann")
    for ignored in (True, False):
        deployment = publish_with_test_cases(
            source.production, by=ann, note="Launch", ignore_test_case_failures=ignored
        ).deployment
        for row in (deployment, deployment.release):
            assert (row.created_by, row.note) == (ann, "Launch")
        Mapping.objects.update(name=f"After {ignored}")


@pytest.mark.parametrize("ignored", [True, False])
def test_it_publishes_only_the_reviewed_drafts(source, ignored):
    reviewed = fingerprint(drafts_in(source.production))
    Mapping.objects.update(enabled=False)
    with pytest.raises(OutdatedReviewError):
        publish_with_test_cases(source.production, reviewed=reviewed, ignore_test_case_failures=ignored)


def test_it_tests_drafts_again_that_changed_since_then(source, monkeypatch):
    test_case = save_test_case(source, name="Bought", event=BOUGHT, calls=[])
    Mapping.objects.update(enabled=False)
    publish = module.publish

    def change_first(*arguments, **values):
        Mapping.objects.update(enabled=True)
        return publish(*arguments, **values)

    monkeypatch.setattr(module, "publish", change_first)
    with pytest.raises(FailingTestCasesError, match=test_case.name):
        publish_with_test_cases(source.production)
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    ("error", "expected", "message"),
    [
        (PreviewBusyError(), PublishBusyError, "Other publishes are running"),
        (PreviewError("out of memory"), FailingTestCasesError, "couldn't be run: out of memory"),
    ],
)
def test_it_reports_why_test_cases_did_not_run(source, monkeypatch, error, expected, message):
    monkeypatch.setattr(module, "run_test_cases", raise_(error))
    with pytest.raises(expected, match=message):
        publish_with_test_cases(source.production)
    assert not Release.objects.exists()
