"""Test cases: their calls, the changes that publishing would make, and validation."""

import pytest
from django.core.exceptions import ValidationError

from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.models import Mapping, TestCase
from fullstory_dest.models.test_case import MAXIMUM_EVENT_BYTES, MAXIMUM_TEST_CASES
from fullstory_dest.services.previews.engine import PreviewError
from fullstory_dest.services.previews.test_cases import (
    compare_calls,
    run_test_cases,
    save_test_case,
    to_expected_calls,
)
from fullstory_dest.services.spec import drafts_in
from tests.factories import a_set_up_source, a_source

BOUGHT = {"type": "track", "event": "Bought", "properties": {"price": 5}}


def config_of(source):
    return compile_source(drafts_in(source.production))


def a_call(name, mapping=1):
    return {"mapping": mapping, "method": "FS", "args": ["trackEvent", {"name": name}], "warnings": []}


@pytest.mark.django_db
def test_it_fails_a_test_case_when_its_calls_change():
    source = a_set_up_source()
    (run,) = run_test_cases([TestCase(event=BOUGHT)], config_of(source))
    test_case = save_test_case(source, name="Bought", event=BOUGHT, calls=run.calls)
    before = config_of(source)
    assert not run_test_cases([test_case], before)[0].fails

    mapping = Mapping.objects.get(action="trackEventV2")
    mapping.fields = {**mapping.fields, "name": "Other"}
    mapping.save()
    (run,) = run_test_cases([test_case], config_of(source), before)
    assert run.fails
    (effect,) = run.effects
    assert (effect.kind, effect.after["args"][1]["name"]) == ("changes", "Other")
    assert [effect.kind for effect in run.mismatches] == ["changes"]


@pytest.mark.django_db
def test_it_reports_calls_that_appear_and_vanish():
    source = a_set_up_source()
    full = config_of(source)
    Mapping.objects.filter(action="trackEventV2").update(enabled=False)
    test_case = TestCase(event=BOUGHT)
    none = config_of(source)
    assert [effect.kind for effect in run_test_cases([test_case], none, full)[0].effects] == ["vanishes"]
    assert [effect.kind for effect in run_test_cases([test_case], full, none)[0].effects] == ["appears"]
    assert [effect.kind for effect in run_test_cases([test_case], full)[0].effects] == ["appears"]


@pytest.mark.django_db
def test_it_runs_each_test_case_on_a_new_page():
    source = a_set_up_source()
    destination = source.destinations.get()
    destination.settings = {**destination.settings, "dropRepeatedCalls": True}
    destination.save()
    event = {"type": "identify", "userId": "u", "traits": {}}
    runs = run_test_cases([TestCase(event=event), TestCase(event=event)], config_of(source))
    assert [len(run.calls) for run in runs] == [1, 1]


def test_it_reports_reordered_calls_as_changes():
    one, other = a_call("a"), a_call("b", 2)
    assert [effect.kind for effect in compare_calls([one, other], [other, one])] == ["changes", "changes"]
    assert compare_calls([one, one], [one, one]) == []
    assert [effect.kind for effect in compare_calls([one, one], [one])] == ["vanishes"]


def test_it_pairs_changed_calls_by_mapping_or_else_by_method():
    def kinds(before, after):
        return [effect.kind for effect in compare_calls(before, after)]

    assert kinds([a_call("a", 1)], [a_call("b", 1)]) == ["changes"]
    # One call vanishes and an unrelated one appears.
    assert kinds([a_call("a", 1)], [a_call("b", 2)]) == ["vanishes", "appears"]
    # Expected calls have no mapping.
    assert kinds([a_call("a", 0)], [a_call("b", 2)]) == ["changes"]
    assert kinds([a_call("a", 0)], [{**a_call("b", 2), "method": "FS.event"}]) == ["vanishes", "appears"]
    # Each call has one successor.
    assert kinds([a_call("a", 0), a_call("b", 0)], [a_call("c", 2)]) == ["changes", "vanishes"]


def test_it_shows_only_the_call_that_moved():
    one, two, three = a_call("a"), a_call("b", 2), a_call("c", 3)
    found = compare_calls([one, two, three], [one, three, two])
    assert [(effect.before, effect.after) for effect in found] == [(two, three), (three, two)]


def test_it_ignores_which_mapping_makes_a_call():
    assert to_expected_calls([a_call("a", 1)]) == to_expected_calls([a_call("a", 7)])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"event": ["track"]}, "event"),
        ({"event": {"type": "track", "long": "x" * MAXIMUM_EVENT_BYTES}}, "event"),
        ({"event": {"type": "tra\x00ck"}}, "event"),
        ({"expected": {"method": "FS"}}, "expected"),
        ({"expected": [{"method": "FS", "args": [], "mapping": 1}]}, "expected"),
        ({"expected": [{"method": 1, "args": []}]}, "expected"),
    ],
)
def test_it_refuses_invalid_test_cases(values, field):
    test_case = TestCase(**{"source": a_source(), "name": "A", "event": BOUGHT, **values})
    with pytest.raises(ValidationError) as refused:
        test_case.save()
    assert field in refused.value.message_dict


@pytest.mark.django_db
def test_it_enforces_unique_names_and_a_maximum_per_source():
    source = a_source()
    save_test_case(source, name="A", event=BOUGHT)
    save_test_case(a_source(name="Other"), name="A", event=BOUGHT)
    with pytest.raises(ValidationError, match="has this name"):
        save_test_case(source, name="A", event=BOUGHT)
    TestCase.objects.bulk_create(
        TestCase(source=source, name=str(number), event=BOUGHT) for number in range(MAXIMUM_TEST_CASES - 1)
    )
    with pytest.raises(ValidationError, match="at most 100 test cases"):
        save_test_case(source, name="B", event=BOUGHT)


@pytest.mark.django_db
def test_it_records_the_history_of_a_test_case():
    test_case = save_test_case(a_source(), name="A", event=BOUGHT)
    test_case.name = "B"
    test_case.save()
    assert [version.name for version in test_case.history.all()] == ["B", "A"]


@pytest.mark.django_db
def test_it_stops_test_cases_that_take_too_long(monkeypatch):
    monkeypatch.setattr("fullstory_dest.services.previews.engine.TIMEOUT_SECONDS", 0.001)
    config = config_of(a_set_up_source())
    with pytest.raises(PreviewError, match="took longer"):
        run_test_cases([TestCase(event={"type": "track", "event": "x" * 60_000})] * 100, config)
