"""The display of differences."""

from html import unescape

import pytest
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from fullstory_dest.admin.base.text_diff import marked_markup
from fullstory_dest.admin.releases.diff import CHANGES_SHOWN, diff_items
from fullstory_dest.services.drafts.reorder_mappings import reorder_mappings
from fullstory_dest.services.previews.test_cases import save_test_case
from fullstory_dest.services.publishing.publish import publish
from tests.admin.pages import text, url
from tests.factories import a_mapping, a_set_up_source, destination_spec, mapping_spec, source_spec


def a_spec(*mappings):
    return source_spec(destination_spec(*mappings))


def read(html):
    """The text as a screen reader reads it, with marks in brackets."""
    for mark in ("ins", "del"):
        html = html.replace(f"<{mark}>", "[").replace(f"</{mark}>", "]")
    return " ".join(
        unescape(
            strip_tags(html.replace("<li>", " - ").replace("<dt", " | <dt").replace("<dd>", " "))
        ).split()
    )


def test_it_marks_differences_in_the_words_of_a_trigger():
    before = a_spec(mapping_spec(trigger='type = "track" and event = "Bought"'))
    after = a_spec(mapping_spec(trigger='type = "track" and event = "Sold"'))
    (change,) = diff_items(before, after)
    assert [read(side) for side in change.in_words] == [
        'All of these match - Event type is "track" - Event name is "[Bought]"',
        'All of these match - Event type is "track" - Event name is "[Sold]"',
    ]
    assert change.after == 'type = "track" and event = "Sold"'


def test_it_marks_differences_in_the_words_of_a_field():
    before = a_spec(mapping_spec(fields={"name": {"@path": "$.event"}}))
    after = a_spec(
        mapping_spec(fields={"name": {"@case": {"operator": "upper", "value": {"@path": "$.name"}}}})
    )
    (change,) = diff_items(before, after)
    assert change.where == ["FullStory", "Track", "Fields", "Name"]
    assert read(change.in_words[0]) == "Event variable $.[event]"
    assert (
        read(change.in_words[1]) == "[Upper or lower case] - [to][ UPPER CASE] - [of] Event variable $.[name]"
    )
    assert change.before == '{\n  "@path": "$.event"\n}'


@pytest.mark.parametrize("value", [{"id": 1, "name": "a", "enabled": True, "mappings": 5}, None, "<i>"])
def test_it_treats_any_value_of_a_field_as_a_field(value):
    without = a_spec(mapping_spec(fields={"name": "x"}))
    with_it = a_spec(mapping_spec(fields={"name": "x", "properties": value}))
    (added,) = diff_items(without, with_it)
    assert (added.kind, added.subject, added.before, added.in_words[0]) == ("added", "field", "", "")
    assert "<i>" not in added.in_words[1]
    (removed,) = diff_items(with_it, without)
    assert (removed.kind, removed.after, removed.in_words[1]) == ("removed", "", "")
    other = a_spec(mapping_spec(fields={"name": "x", "properties": 5}))
    (changed,) = diff_items(with_it, other)
    assert changed.before
    assert all(changed.in_words)


def test_it_describes_an_added_mapping():
    (change,) = diff_items(a_spec(), a_spec(mapping_spec(fields={"name": {"@path": "$.event"}, "more": 1})))
    assert (change.kind, change.in_words[0]) == ("added", "")
    assert read(change.in_words[1]) == (
        '| Enabled Yes | Trigger Event type is "track" | Action Track Event V2 '
        "| Name name Event variable $.event | more more Number 1"
    )
    assert 'name: {"@path": "$.event"}' in change.after


def test_it_shows_unreadable_parts_as_text():
    unread = a_spec(mapping_spec(trigger="type ="))
    (change,) = diff_items(unread, a_spec(mapping_spec()))
    assert (change.in_words, change.before) == (None, "type =")
    (added,) = diff_items(a_spec(), unread)
    assert "Trigger type =" in read(added.in_words[1])


def test_it_shows_text_if_only_white_space_differs():
    before, after = (
        a_spec(mapping_spec(trigger=f'type = "track"\n{space}or event = "a"')) for space in ("", "  ")
    )
    (change,) = diff_items(before, after)
    assert change.in_words is None
    assert change.read_alike


def test_it_marks_text_and_never_tags():
    before = SafeString("<b>All</b> a <ul><li>x &amp; y</li><li>same</li></ul>")
    after = SafeString("<b>Any</b> a <ul><li>x &lt; y</li><li>same</li><li><code>z</code> w</li></ul>")
    assert marked_markup(before, after) == (
        "<b><del>All</del></b> a <ul><li>x <del>&amp;</del> y</li><li>same</li></ul>",
        "<b><ins>Any</ins></b> a <ul><li>x <ins>&lt;</ins> y</li><li>same</li><li><code><ins>z</ins></code>"
        "<ins> w</ins></li></ul>",
    )


def many(count, version):
    """A spec of this many mappings, all of one version."""
    trigger = f'type = "track" and (properties.n > {version} or event in ["Bought", "Sold {version}"])'
    value = {"@template": f"{{{{properties.a}}}} in {version}"}
    merged = {"@merge": {"objects": [{"@path": "$.properties"}, {"n": version}], "direction": "right"}}
    fields = {"name": value, "properties": merged}
    return a_spec(
        *(
            mapping_spec(id=number, name=f"{number} of {version}", trigger=trigger, fields=fields)
            for number in range(count)
        )
    )


def test_it_shows_the_first_of_many_changes_and_names_the_rest():
    changes = diff_items(many(50, 1), many(50, 2))
    assert len(changes) == 200
    assert [change.in_full for change in changes] == [True] * CHANGES_SHOWN + [False] * (200 - CHANGES_SHOWN)
    assert all(change.in_full for change in diff_items(many(50, 1), many(50, 2), everything=True))
    later = diff_items(many(5, 1), many(5, 2), already=CHANGES_SHOWN - 1)
    assert [change.in_full for change in later] == [True] + [False] * 19


@pytest.mark.django_db
def test_it_limits_the_changes_of_50_mappings_on_a_page(viewer, django_assert_max_num_queries):
    source = a_set_up_source()
    destination = source.destinations.get()
    for version in (1, 2):
        destination.mappings.all().delete()
        for number in range(50):
            spec = many(50, version)["destinations"][0]["mappings"][number]
            a_mapping(destination, **{key: spec[key] for key in ("name", "trigger", "fields")})
        publish(source.production)
    page = url("source", "compare", source.pk)
    viewer.get(page)  # The first request of a day writes the session.
    with django_assert_max_num_queries(15):
        response = viewer.get(page, {"from": "1", "to": "2"})
    assert "?from=1&amp;to=2&amp;all=1#changes" in text(response)
    everything = text(viewer.get(page, {"from": "1", "to": "2", "all": "1"}))
    assert everything.count("As text") == len(response.context["changes"]) == 100
    assert "Show all differences" not in everything


@pytest.mark.django_db
def test_it_describes_and_escapes_changes_before_publishing(owner):
    source = a_set_up_source()
    publish(source.production)
    destination = source.destinations.get()
    a_mapping(destination, name="<u>", trigger='event = "<i>"', fields={"name": "<s>"})
    page = text(owner.get(url("source", "publish", source.pk)))
    assert "Event name is <code>&quot;&lt;i&gt;&quot;</code>" in page
    assert not any(mark in page for mark in ("<u>", "<i>", "<s>"))


@pytest.mark.django_db
def test_it_expands_one_of_many_copies_on_request(owner):
    source = a_set_up_source()
    destination = source.destinations.get()
    for number in range(40):
        a_mapping(destination, name=f"Sold {number}")
    others = [a_set_up_source(name=f"Other {number}") for number in range(2)]
    a_mapping(others[1].destinations.get(), name="Only here")
    page = url("destination", "copy_to_sources", destination.pk)
    asked = {"to": [other.pk for other in others], "what": "mappings", "review": "1"}
    shown = owner.get(page, asked).context["results"]
    assert [result.changes[-1].in_full for result in shown] == [True, False]
    opened = owner.get(f"{page}{shown[1].all_url.partition('#')[0]}").context["results"]
    assert [result.targets for result in opened] == [[other] for other in others]
    assert all(change.in_full for change in opened[1].changes)


def test_it_shows_the_first_differences_and_all_on_request(owner):
    source = a_set_up_source()
    destination = source.destinations.get()
    for number in range(20):
        a_mapping(destination, name=f"Sold {number}")
    publish(source.production)
    for number in range(5):
        save_test_case(source, name=f"Test case {number}", event={"type": "track", "event": f"E{number}"})
    destination.mappings.filter(name__startswith="Sold ").update(fields={"name": "Other"})
    page = url("source", "publish", source.pk)
    response = owner.get(page)
    assert [bool(run.effects) for run in response.context["affected"]] == [True] * 3 + [False] * 2
    assert text(response).count("20 calls differ") == 2
    assert "?all=1#test-cases" in text(response)
    everything = owner.get(page, {"all": "1"})
    assert all(run.effects for run in everything.context["affected"])
    assert "?all=1" not in text(everything)


def test_it_describes_reordered_mappings(owner):
    source = a_set_up_source()
    publish(source.production)
    destination = source.destinations.get()
    reorder_mappings(destination, [destination.mappings.last().pk])
    (change,) = owner.get(url("source", "publish", source.pk)).context["changes"]
    assert (change.kind, change.before.splitlines()[0]) == ("reordered", "1. Identify User V2")
