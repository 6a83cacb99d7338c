"""Saving a destination of which somebody has deleted a mapping meanwhile."""

import pytest

from fullstory_dest.models import Destination, Mapping
from tests.admin.pages import destination_form, text, url, version_of
from tests.factories import a_mapping, a_set_up_source

GONE = "olga deleted “Track Custom Event V2” at"


@pytest.fixture
def destination(db) -> Destination:
    """One with three mappings: identify, track, page."""
    return a_set_up_source().destinations.get()


def delete_the_second(client, destination):
    mapping = destination.mappings.get(action="trackEventV2")
    assert client.post(url("mapping", "delete", mapping.pk), {"post": "yes"}).status_code == 302


def test_the_rest_is_saved_and_what_is_gone_is_named(owner, editor, destination):
    sent = destination_form(
        destination, name="Renamed", **{"mappings-2-enabled": None, "mappings-0-order": 9}
    )
    delete_the_second(owner, destination)
    shown = text(editor.post(url("destination", "change", destination.pk), sent, follow=True))
    assert GONE in shown
    assert "Everything else is saved." in shown
    destination.refresh_from_db()
    assert destination.name == "Renamed"
    assert [(m.action, m.enabled) for m in destination.mappings.order_by("position")] == [
        ("viewedPageV2", False),
        ("identifyUserV2", True),
    ]


def test_a_row_that_was_switched_is_told_and_the_rest_is_saved_when_sent_again(owner, editor, destination):
    page = url("destination", "change", destination.pk)
    typed = {"mappings-0-enabled": None, "mappings-1-enabled": None}
    sent = destination_form(destination, name="Renamed", **typed)
    delete_the_second(owner, destination)
    response = editor.post(page, sent)
    assert response.status_code == 200
    shown = text(response)
    assert GONE in shown
    assert "You had switched it off" in shown
    assert "save again" in shown
    formset = response.context["inline_admin_formsets"][0].formset
    assert [form.instance.action for form in formset.forms] == ["identifyUserV2", "viewedPageV2"]
    assert not any(form.errors for form in formset.forms), "no other row is to blame"
    assert [form["enabled"].value() for form in formset.forms] == [False, True], "what was typed stays"
    destination.refresh_from_db()
    assert destination.name == "FullStory"

    left = [form.instance for form in formset.forms]
    sent = destination_form(destination, name="Renamed", **{"mappings-0-enabled": None})
    assert editor.post(page, sent).status_code == 302
    destination.refresh_from_db()
    left[0].refresh_from_db()
    assert (destination.name, left[0].enabled) == ("Renamed", False)


def test_a_row_that_both_delete_is_no_conflict(owner, editor, destination):
    sent = destination_form(destination, **{"mappings-1-DELETE": "on", "mappings-1-enabled": None})
    delete_the_second(owner, destination)
    assert editor.post(url("destination", "change", destination.pk), sent).status_code == 302
    assert destination.mappings.count() == 2


def test_beside_another_mistake_what_is_gone_is_told_too(owner, editor, destination):
    sent = destination_form(destination, setting_orgId="?")
    delete_the_second(owner, destination)
    response = editor.post(url("destination", "change", destination.pk), sent)
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == ["setting_orgId"]
    assert f"{GONE}" in text(response)


def test_all_rows_may_be_gone(owner, editor, destination):
    sent = destination_form(destination, name="Renamed")
    destination.mappings.all().delete()
    shown = text(editor.post(url("destination", "change", destination.pk), sent, follow=True))
    assert shown.count("Someone deleted “") == 3
    destination.refresh_from_db()
    assert destination.name == "Renamed"


@pytest.mark.parametrize(
    "hostile",
    [
        {"mappings-TOTAL_FORMS": "x"},
        {"mappings-TOTAL_FORMS": "9" * 5000, "mappings-1-id": "9" * 18},
        {"mappings-INITIAL_FORMS": "-1", "mappings-1-id": "999999"},
        {"mappings-1-id": "9" * 5000},
        {"mappings-1-id": ""},
        {"mappings-1-id": "\0"},
        {"mappings-99999-id": "999999"},
        {"mappings-0-id": "999998", "mappings-1-id": "999998"},
    ],
)
def test_nothing_that_is_sent_for_a_list_is_an_error_of_the_server(owner, destination, hostile):
    response = owner.post(
        url("destination", "change", destination.pk), destination_form(destination, **hostile)
    )
    assert response.status_code in (200, 302)
    assert destination.mappings.count() == 3


def test_a_row_of_another_source_is_neither_changed_nor_named(owner, destination):
    other = a_mapping(name="Secret")
    sent = destination_form(destination, **{"mappings-1-id": other.pk, "mappings-1-enabled": None})
    response = owner.post(url("destination", "change", destination.pk), sent)
    other.refresh_from_db()
    assert (response.status_code, other.enabled) == (200, True)
    key = other.pk
    other.delete()
    sent = destination_form(destination, **{"mappings-1-id": key})
    shown = text(owner.post(url("destination", "change", destination.pk), sent, follow=True))
    assert "One of the mappings is not there any more." in shown
    assert "Secret" not in shown
    assert Mapping.objects.count() == 3


def test_all_50_are_switched_and_turned_round_in_few_queries(
    owner, destination, django_assert_max_num_queries
):
    for number in range(3, 50):
        a_mapping(destination, name=f"M {number}", enabled=bool(number % 2))
    before = list(destination.mappings.order_by("position"))
    changes = {}
    for index, mapping in enumerate(before):
        changes[f"mappings-{index}-enabled"] = None if mapping.enabled else "on"
        changes[f"mappings-{index}-order"] = 49 - index
    sent = destination_form(destination, **changes)
    # On PostgreSQL, two of them limit how long to wait for the two locks.
    with django_assert_max_num_queries(102):
        assert owner.post(url("destination", "change", destination.pk), sent).status_code == 302
    after = list(destination.mappings.order_by("position"))
    assert [(m.pk, m.enabled) for m in after] == [(m.pk, not m.enabled) for m in reversed(before)]
    assert after[0].history.first().history_user.username == "olga"


def test_a_row_that_was_moved_alone_has_no_version_in_which_nothing_changed(owner, destination):
    sent = destination_form(destination, **{"mappings-0-order": 1, "mappings-1-order": 0})
    assert owner.post(url("destination", "change", destination.pk), sent).status_code == 302
    assert [mapping.history.count() for mapping in destination.mappings.order_by("position")] == [2, 2, 1]


def test_who_moves_rows_over_another_order_than_the_page_showed_is_told_and_saves_again(
    owner, editor, destination
):
    page = url("destination", "change", destination.pk)
    mine = destination_form(destination, name="Renamed", **{"mappings-2-order": -1})
    theirs = destination_form(destination, **{"mappings-0-order": 9})
    assert owner.post(page, theirs).status_code == 302
    assert actions(destination) == ["trackEventV2", "viewedPageV2", "identifyUserV2"]
    # Both versions of the destination are there, too: saving writes its row.
    destination.refresh_from_db()
    refused = editor.post(page, {**mine, "_version": version_of(destination)})
    assert refused.status_code == 200
    assert "Somebody put the mappings in another order while you were editing: “Track Custom" in text(refused)
    assert actions(destination) == ["trackEventV2", "viewedPageV2", "identifyUserV2"]
    formset = refused.context["inline_admin_formsets"][0].formset
    again = {row["order"].html_initial_name: row.data[row["order"].html_initial_name] for row in formset}
    typed = [row["order"].value() for row in formset]
    assert typed == ["0", "1", "-1"]
    assert editor.post(page, {**mine, **again, "_version": version_of(destination)}).status_code == 302
    assert actions(destination) == ["viewedPageV2", "identifyUserV2", "trackEventV2"]


def test_who_moves_no_row_saves_whatever_the_order_is_by_now(owner, editor, destination):
    page = url("destination", "change", destination.pk)
    mine = destination_form(destination, **{"mappings-2-enabled": None})
    keys = list(destination.mappings.order_by("position").values_list("pk", flat=True))
    tab = url("source", "mappings", destination.source_id)
    owner.post(tab, {"destination": destination.pk, "was_order": keys, "order": keys[::-1]})
    assert editor.post(page, mine).status_code == 302
    assert actions(destination) == ["viewedPageV2", "trackEventV2", "identifyUserV2"]
    assert not destination.mappings.get(action="viewedPageV2").enabled


def actions(destination):
    return list(destination.mappings.order_by("position").values_list("action", flat=True))
