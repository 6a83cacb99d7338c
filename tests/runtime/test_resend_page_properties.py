"""Page properties that are sent again when a single-page application changes its path."""

from typing import Any

import pytest

from tests.runtime.destination_page import Page

HISTORY = """
  var timers = [], setTimeout = (act) => { timers.push(act); };
  var listeners = [], addEventListener = (name, listener) => { if (name == 'popstate') listeners.push(listener); };
  var told = [], go = (url) => { location = { host: 'e.test', pathname: url.split(/[?#]/)[0] }; };
  var history = {
    pushState(...args) { told.push([this === history, ...args]); if (args[2]) go(args[2]); return 'pushed'; },
    replaceState(...args) { told.push([this === history, ...args]); if (args[2]) go(args[2]); return 'replaced'; },
  };
  var pop = (url) => { go(url); for (const listener of listeners) listener(); };
  var tick = () => { for (const act of timers.splice(0)) act(); };
"""


def application(before: str = "", **settings: Any) -> Page:
    """A single-page application."""
    return Page(before=HISTORY + before, **{"resendPageProperties": True, **settings})


def names(page: Page) -> list[str]:
    """What the pages are named that FullStory was told of, from here on."""
    pages = [call for call in page.said or [] if "setVars" in call or "setProperties" in call]
    page.run("said.length = 0")
    return [
        call[2]["pageName"] if call[0] == "setVars" else call[2]["properties"]["pageName"] for call in pages
    ]


@pytest.mark.parametrize("action", ["viewedPageV2", "viewedPage"])
@pytest.mark.parametrize(
    "move", ["history.pushState({}, '', '/b')", "history.replaceState({}, '', '/b')", "pop('/b')"]
)
def test_page_properties_are_sent_again_when_the_path_changes(action, move):
    page = application()
    page.page("A", action, plan="pro")
    first = page.said
    page.run(f"{move}; tick()")
    assert page.said == first * 2
    page.run("tick()")
    assert page.said == first * 2


def test_they_are_not_unless_the_destination_asks_for_it():
    page = application(resendPageProperties=False)
    page.page("A")
    page.run("history.pushState({}, '', '/b'); tick()")
    assert names(page) == ["A"]
    assert page.run("return listeners.length") is None


@pytest.mark.parametrize(
    "move",
    [
        "history.pushState({}, '')",
        "history.pushState({}, '', '/?q')",
        "history.replaceState({}, '', '/#h')",
        "pop('/#h')",
    ],
)
def test_a_change_of_query_or_hash_sends_nothing_again(move):
    page = application()
    page.page("A")
    page.run(f"{move}; tick()")
    assert names(page) == ["A"]


def test_what_the_application_says_in_the_same_task_takes_their_place():
    page = application()
    page.page("A")
    page.run("history.pushState({}, '', '/b')")
    page.page("B")
    page.run("tick()")
    assert names(page) == ["A", "B"]
    page.run("history.pushState({}, '', '/c'); tick()")
    assert names(page) == ["B"]


def test_what_it_says_later_is_sent_as_ever_and_is_what_is_sent_next():
    page = application()
    page.page("A")
    page.run("history.pushState({}, '', '/b'); tick()")
    page.page("B")
    page.run("history.pushState({}, '', '/c'); tick()")
    assert names(page) == ["A", "A", "B", "B"]


def test_there_and_back_again_in_one_task_ends_them_too():
    page = application()
    page.page("A")
    page.run("history.pushState({}, '', '/b'); history.pushState({}, '', '/'); tick()")
    assert names(page) == ["A", "A"]


def test_before_anything_was_said_there_is_nothing_to_send_again():
    page = application()
    page.identify()
    page.send("trackEventV2", event="Paid")
    page.run("said.length = 0; history.pushState({}, '', '/b'); tick()")
    assert page.said == []


def test_each_mapping_has_its_own_and_what_was_said_last_is_sent_last():
    page = application()
    for name, action in (("A", "viewedPageV2"), ("B", "viewedPage"), ("C", "viewedPageV2")):
        page.page(name, action)
    page.run("said.length = 0; history.pushState({}, '', '/b'); tick()")
    assert names(page) == ["B", "C"]
    page.run("history.pushState({}, '', '/c'); tick()")
    assert names(page) == ["B", "C"]


def test_the_page_s_own_calls_to_history_go_through_untouched():
    page = application()
    assert page.run("return history.pushState({ a: 1 }, 'title', '/b', 'more')") == "pushed"
    assert page.run("return history.replaceState(null, '')") == "replaced"
    assert page.run("return told") == [[True, {"a": 1}, "title", "/b", "more"], [True, None, ""]]


def test_what_history_throws_reaches_the_page_and_sends_nothing():
    page = application("history.pushState = () => { throw Error('too often') };")
    page.page("A")
    assert (
        page.run("try { history.pushState({}, '', '/b') } catch (error) { return error.message }")
        == "too often"
    )
    page.run("tick()")
    assert names(page) == ["A"]


def test_a_history_that_cannot_be_changed_is_left_alone():
    page = application("Object.freeze(history);")
    page.page("A")
    page.run("pop('/b'); tick()")
    assert names(page) == ["A", "A"]


def test_two_destinations_share_what_watches_history():
    page = application()
    page.run("""
      globalThis.watched = history.pushState;
      globalThis.other = fullstoryDestination({ compiled: JSON.parse(JSON.stringify(compiled)) });
      other.load({}, {});
    """)
    page.page("A")
    page.run("other.page({ event: { type: 'viewedPageV2', name: 'B' } })")
    page.run("history.pushState({}, '', '/b'); tick()")
    assert names(page) == ["A", "B", "A", "B"]
    assert page.run("return [history.pushState === watched, listeners.length]") == [True, 1]


def test_a_failure_to_send_again_is_not_the_page_s():
    page = application(debug=True)
    page.page("A", "viewedPage")
    page.page("B")
    page.run("FS.setVars = () => { throw Error('no') }; history.pushState({}, '', '/b'); tick()")
    assert names(page) == ["A", "B", "B"]
    assert page.logged[-2][:2] == ["warn", "[FullStory]"]


def test_what_is_sent_again_counts_as_said_where_repeated_calls_are_dropped():
    page = application(dropRepeatedCalls=True, tidyPropertyNames=True, debug=True)
    assert [page.page("A", **{"a b": 1}), page.page("A", **{"a b": 1})] == [True, False]
    page.run("logged.length = 0; history.pushState({}, '', '/b'); tick()")
    assert page.said[1] == page.said[0]
    assert page.logged == [["debug", "[FullStory]", "viewedPageV2", "FS", page.said[0][1:]]]
    assert [page.page("A", **{"a b": 1}), page.page("B")] == [False, True]


def test_an_engine_without_history_has_one_page():
    page = Page(resendPageProperties=True)
    assert [page.page("A"), page.page("A")] == [True, True]
