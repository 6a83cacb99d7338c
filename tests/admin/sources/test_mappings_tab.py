"""The Mappings tab of a source: enable, reorder, add, duplicate and delete."""

import pytest

from fullstory_dest.models import Mapping
from tests.admin.pages import text, url
from tests.factories import a_destination, a_mapping, a_set_up_source

pytestmark = pytest.mark.django_db

NASTY = "<script>alert(1)</script>"
JSON = {"accept": "application/json"}


def order_of(destination):
    return list(destination.mappings.order_by("position").values_list("pk", flat=True))


def sent(destination, **changes):
    order = order_of(destination)
    enabled = list(destination.mappings.filter(enabled=True).values_list("pk", flat=True))
    form = {"destination": destination.pk, "order": order, "was_order": order}
    return {**form, "enabled": enabled, "was_enabled": enabled, **changes}


def test_it_moves_mappings_by_button_and_by_order(owner):
    source = a_set_up_source()
    destination = source.destinations.get()
    page = url("source", "mappings", source.pk)
    one, two, three = order_of(destination)
    assert owner.post(page, sent(destination, move=f"up:{two}")).status_code == 302
    assert order_of(destination) == [two, one, three]
    assert owner.post(page, sent(destination, move=f"up:{two}")).status_code == 302
    assert owner.post(page, sent(destination, order=[three, one, two])).status_code == 302
    assert order_of(destination) == [three, one, two]


def test_it_refuses_an_outdated_order_but_accepts_a_step(owner, editor):
    source = a_set_up_source()
    destination = source.destinations.get()
    page = url("source", "mappings", source.pk)
    one, two, three = order_of(destination)
    dragged = sent(destination, order=[two, one, three], enabled=[one, two])
    stepped = sent(destination, move=f"up:{three}")
    assert owner.post(page, sent(destination, order=[three, two, one])).status_code == 302
    refused = editor.post(page, dragged, headers={"accept": "application/json"})
    assert refused.status_code == 422
    assert "The order changed after you opened this page. Nothing was saved." in refused.json()["problem"]
    assert order_of(destination) == [three, two, one]
    assert destination.mappings.get(pk=three).enabled
    without = {name: value for name, value in dragged.items() if name != "was_order"}
    assert editor.post(page, without, headers={"accept": "application/json"}).status_code == 422
    owner.post(page, sent(destination, order=[two, one, three]))
    assert editor.post(page, stepped).status_code == 302
    assert order_of(destination) == [two, three, one]


def test_it_keeps_toggles_of_others(owner):
    source = a_set_up_source()
    destination = source.destinations.get()
    _one, two, three = order_of(destination)
    form = sent(destination, enabled=[two, three])
    Mapping.objects.filter(pk=two).update(enabled=False)
    answer = owner.post(url("source", "mappings", source.pk), form, headers={"accept": "application/json"})
    assert "Saved as a draft" in answer.json()["saved"]
    assert list(destination.mappings.filter(enabled=True).values_list("pk", flat=True)) == [three]


@pytest.mark.parametrize(
    "change", [{"move": "up:x"}, {"move": "sideways:1"}, {"order": ["x", "9" * 40]}, {"enabled": ["0", "-1"]}]
)
def test_it_ignores_invalid_values(owner, change):
    source = a_set_up_source()
    destination = source.destinations.get()
    before = order_of(destination)
    assert owner.post(url("source", "mappings", source.pk), sent(destination, **change)).status_code == 302
    assert order_of(destination) == before


def test_it_refuses_destinations_of_other_sources_and_viewers(owner, viewer):
    source, other = a_set_up_source(), a_set_up_source(name="Other").destinations.get()
    page = url("source", "mappings", source.pk)
    assert owner.post(page, sent(other)).status_code == 404
    assert owner.post(page, {}).status_code == 404
    assert viewer.post(page, sent(source.destinations.get())).status_code == 403
    mine = source.destinations.get()
    owner.post(page, {**sent(mine), "enabled": [*sent(mine)["enabled"], order_of(other)[0]]})
    assert other.mappings.filter(enabled=True).count() == 3


def test_it_searches_mappings(owner):
    source = a_set_up_source()
    groups = owner.get(url("source", "mappings", source.pk), {"q": "IDENTIFY"}).context["groups"]
    assert [each["mapping"].name for group in groups for each in group["mappings"]] == ["Identify User V2"]
    assert "No results for" in text(owner.get(url("source", "mappings", source.pk), {"q": NASTY}))


def selected(*keys, **more):
    return {"action": "delete_selected", "_selected_action": keys, **more}


def test_it_asks_then_deletes_the_selected_mappings(owner):
    source = a_set_up_source()
    destination = source.destinations.get()
    page = f"{url('source', 'mappings', source.pk)}?destination={destination.pk}"
    one, two, three = order_of(destination)
    asked = text(owner.post(page, selected(one, three)))
    assert "Delete 2 mappings?" in asked
    assert f'href="{page}"' in asked, "canceling leads back"
    assert order_of(destination) == [one, two, three]
    assert owner.post(page, selected(one, three, post="yes")).headers["Location"] == page
    assert order_of(destination) == [two]
    record = Mapping.history.filter(id=one, history_type="-").get()
    assert record.history_user.username == "olga"


def test_it_deletes_only_mappings_of_the_source(owner, editor, viewer):
    source, other = a_set_up_source(), a_mapping()
    page = url("source", "mappings", source.pk)
    deleted = order_of(source.destinations.get())[0]
    Mapping.objects.filter(pk=deleted).delete()
    for keys, said in (((), "No mappings were selected."), ((other.pk, deleted), "already deleted")):
        assert said in text(editor.post(page, selected(*keys, post="yes"), follow=True))
    assert viewer.post(page, selected(*order_of(source.destinations.get()), post="yes")).status_code == 403
    assert owner.post(page, selected("x", "9" * 40, post="yes")).status_code == 302
    assert Mapping.objects.count() == 3


def test_it_reports_who_deleted_a_mapping_during_a_toggle(owner, editor):
    source = a_set_up_source()
    destination = source.destinations.get()
    one, two, three = order_of(destination)
    page = url("source", "mappings", source.pk)
    switched = sent(destination, enabled=[three])
    untouched = sent(destination, enabled=[two, three])
    moved = sent(destination, order=[three, two, one])
    owner.post(url("mapping", "delete", two), {"post": "yes"})
    refused = editor.post(page, switched, headers=JSON)
    assert refused.status_code == 422
    assert "olga deleted “Track Custom Event V2”" in refused.json()["problem"]
    assert destination.mappings.filter(enabled=True).count() == 2, "nothing is saved"
    assert editor.post(page, untouched, headers=JSON).status_code == 200, "others can be switched"
    assert editor.post(page, moved, headers=JSON).status_code == 200, "others can be moved"
    assert order_of(destination) == [three, one]


def test_it_disables_a_mapping_that_cannot_be_read(owner):
    source = a_set_up_source()
    destination = source.destinations.get()
    one, two, three = order_of(destination)
    Mapping.objects.filter(pk=two).update(trigger="type =")
    owner.post(url("source", "mappings", source.pk), sent(destination, enabled=[one, three]))
    assert not Mapping.objects.get(pk=two).enabled
    assert "type =" in text(owner.get(url("source", "mappings", source.pk)))


def test_it_toggles_and_reverses_50_mappings_with_few_queries(owner, django_assert_max_num_queries):
    source = a_set_up_source()
    destination = source.destinations.get()
    for number in range(3, 50):
        a_mapping(destination, name=f"M {number}", enabled=bool(number % 2))
    before = order_of(destination)
    disabled = list(destination.mappings.filter(enabled=False).values_list("pk", flat=True))
    form = sent(destination, enabled=disabled, order=before[::-1])
    # On PostgreSQL, several of these set a lock timeout.
    with django_assert_max_num_queries(50):
        assert owner.post(url("source", "mappings", source.pk), form).status_code == 302
    assert order_of(destination) == before[::-1]
    assert set(destination.mappings.filter(enabled=True).values_list("pk", flat=True)) == set(disabled)
    assert destination.mappings.first().history.first().history_user.username == "olga"


def test_it_shows_the_mappings_of_one_destination(owner):
    source = a_set_up_source()
    first = source.destinations.get()
    second = a_destination(source, name="Second", settings={"orgId": "o-2", "namespace": "FS2"})
    page = url("source", "mappings", source.pk)
    found = owner.get(page, {"destination": second.pk})
    assert [group["destination"] for group in found.context["groups"]] == [second]
    assert "Show all destinations" in text(found)
    for key in ("", "x", a_destination().pk):
        groups = owner.get(page, {"destination": key}).context["groups"]
        assert [group["destination"] for group in groups] == [first, second]


@pytest.mark.parametrize("mappings", [0, 1])
def test_it_links_to_add_from_presets_and_to_duplicate(owner, viewer, mappings):
    destination = a_destination()
    page = url("source", "mappings", destination.source_id)
    links = [f"{url('mapping', 'add')}?destination={destination.pk}&amp;action=viewedPage&amp;"]
    links += [url("mapping", "duplicate_mapping", a_mapping(destination).pk) for _each in range(mappings)]
    for link in links:
        assert link in text(owner.get(page))
        assert link not in text(viewer.get(page))


def test_it_shows_viewers_no_controls(viewer):
    source = a_set_up_source()
    shown = text(viewer.get(url("source", "mappings", source.pk)))
    assert "Viewed Page V2" in shown
    for control in ('name="move"', 'name="enabled"', "_selected_action", "Delete selected", "Duplicate"):
        assert control not in shown


def test_it_ignores_a_very_long_number(as_role):
    client, source = as_role("owner"), a_set_up_source()
    destination = source.destinations.get()
    sent = {"destination": destination.pk, "order": ["1"], "move": "up:" + "1" * 5000}
    assert client.post(url("source", "mappings", source.pk), sent).status_code == 302
