"""The form of a test case."""

import json

from fullstory_dest.models import TestCase
from fullstory_dest.services.previews.test_cases import save_test_case
from tests.admin.pages import errors, text, url, version_of
from tests.factories import a_set_up_source, a_source

BOUGHT = {"type": "track", "event": "Bought"}


def test_it_reports_a_taken_test_case_name_at_the_name(owner):
    source = a_set_up_source()
    save_test_case(source, name="One", event=BOUGHT)
    other = save_test_case(source, name="Two", event=BOUGHT)
    sent = {"name": "One", "event": '{"type": "track"}', "expectation": "keep", "_version": version_of(other)}
    assert list(errors(owner.post(url("testcase", "change", other.pk), sent))) == ["name"]


def test_it_renames_edits_and_deletes_a_test_case(editor):
    source = a_set_up_source()
    test_case = save_test_case(source, name="Bought", event=BOUGHT)
    page = url("testcase", "change", test_case.pk)
    sent = {"name": "Renamed", "event": json.dumps({**BOUGHT, "event": "Sold"}), "expectation": "now"}
    assert editor.post(page, {**sent, "_version": version_of(test_case)}).url == url(
        "source", "test", source.pk
    )
    test_case.refresh_from_db()
    assert (test_case.name, test_case.expected[0]["args"][1]["name"]) == ("Renamed", "Sold")
    assert (
        editor.post(page, {**sent, "_version": version_of(test_case), "expectation": "none"}).status_code
        == 302
    )
    test_case.refresh_from_db()
    assert test_case.expected is None
    save_test_case(source, name="Taken", event=BOUGHT)
    for wrong in ({"name": "Taken"}, {"event": "{"}, {"event": "[1]"}, {"name": ""}, {"expectation": "x"}):
        response = editor.post(page, {**sent, **wrong})
        assert response.status_code == 200, wrong
        assert response.context["adminform"].form.errors
    assert "Delete" in text(editor.get(url("testcase", "delete", test_case.pk)))
    assert editor.post(url("testcase", "delete", test_case.pk), {"post": "yes"}).url == url(
        "source", "test", source.pk
    )
    assert [each.name for each in TestCase.objects.all()] == ["Taken"]


def test_it_shows_a_test_case_read_only_to_a_viewer(viewer):
    test_case = save_test_case(a_source(), name="<b>Bought</b>", event={"type": "</script><script>alert(1)"})
    page = text(viewer.get(url("testcase", "change", test_case.pk)))
    assert "<b>Bought" not in page
    assert "<script>alert" not in page
    assert viewer.post(url("testcase", "change", test_case.pk), {"name": "X"}).status_code == 403
    assert viewer.post(url("testcase", "delete", test_case.pk), {"post": "yes"}).status_code == 403
