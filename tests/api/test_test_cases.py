"""``/api/v1/test-cases/``"""

import pytest

from fullstory_dest.models import TestCase
from fullstory_dest.services.previews.test_cases import save_test_case
from tests.factories import a_source

TEST_CASES = "/api/v1/test-cases/"
BOUGHT = {"type": "track", "event": "Bought"}


def test_it_creates_lists_changes_and_deletes_test_cases(editor):
    source = a_source()
    sent = {"source": source.pk, "name": "Bought", "event": BOUGHT}
    made = editor.post(TEST_CASES, sent).json()
    assert (made["event"], made["expected"]) == (BOUGHT, None)
    a_source(name="Other")
    assert [row["id"] for row in editor.get(f"{TEST_CASES}?source={source.pk}").json()["results"]] == [
        made["id"]
    ]
    address = f"{TEST_CASES}{made['id']}/"
    expected = [{"method": "FS", "args": ["trackEvent", {"name": "Bought"}]}]
    assert editor.patch(address, {"expected": expected}).json()["expected"] == expected
    assert editor.patch(address, {"expected": None}).json()["expected"] is None
    assert editor.delete(address).status_code == 204
    assert not TestCase.objects.exists()


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"event": []}, "/event"),
        ({"event": None}, "/event"),
        ({"event": {"a": "\x00"}}, "/event/a"),
        ({"expected": {}}, "/expected"),
        ({"expected": [{"method": "FS"}]}, "/expected/0"),
        ({"name": ""}, "/name"),
        ({"source": 999_999}, "/source"),
        ({"nmae": "x"}, "/nmae"),
    ],
)
def test_it_locates_mistakes_in_a_test_case(editor, refused, values, pointer):
    sent = {"source": a_source().pk, "name": "Bought", "event": BOUGHT, **values}
    refused(editor.post(TEST_CASES, sent), 400, pointer)


def test_it_records_the_channel_of_a_change(editor):
    test_case = save_test_case(a_source(), name="Bought", event=BOUGHT)
    editor.patch(f"{TEST_CASES}{test_case.pk}/", {"name": "Sold"})
    assert list(test_case.history.values_list("history_channel", flat=True)) == ["api", "command"]


def test_it_refuses_to_move_a_test_case_to_another_source(editor, refused):
    test_case = save_test_case(a_source(), name="Bought", event=BOUGHT)
    other = a_source(name="Other")
    refused(editor.patch(f"{TEST_CASES}{test_case.pk}/", {"source": other.pk}), 400, "/source")


def test_it_lets_a_viewer_only_read(viewer, refused):
    test_case = save_test_case(a_source(), name="Bought", event=BOUGHT)
    assert viewer.get(f"{TEST_CASES}{test_case.pk}/").status_code == 200
    refused(viewer.patch(f"{TEST_CASES}{test_case.pk}/", {"name": "X"}), 403)
    refused(viewer.delete(f"{TEST_CASES}{test_case.pk}/"), 403)
