"""Page properties are sent again when a single-page application changes its path."""

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
    """The names of the pages sent to FullStory since the last call."""
    pages = [call for call in page.said or [] if "setVars" in call or "setProperties" in call]
    page.run("said.length = 0")
    return [
        call[2]["pageName"] if call[0] == "setVars" else call[2]["properties"]["pageName"] for call in pages
    ]


@pytest.mark.parametrize("action", ["viewedPageV2", "viewedPage"])
@pytest.mark.parametrize(
    "move", ["history.pushState({}, '', '/b')", "history.replaceState({}, '', '/b')", "pop('/b')"]
)
def test_it_sends_page_properties_again_on_a_new_path(action, move):
    page = application()
    page.page("A", action, plan="pro")
    first = page.said
    page.run(f"{move}; tick()")
    assert page.said == first * 2
    page.run("tick()")
    assert page.said == first * 2


def test_it_sends_nothing_again_by_default():
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
def test_it_sends_nothing_again_on_a_new_query_or_hash(move):
    page = application()
    page.page("A")
    page.run(f"{move}; tick()")
    assert names(page) == ["A"]


def test_it_sends_nothing_again_if_the_site_sends_a_page_itself():
    page = application()
    page.page("A")
    page.run("history.pushState({}, '', '/b')")
    page.page("B")
    page.run("tick()")
    assert names(page) == ["A", "B"]
    page.run("history.pushState({}, '', '/c'); tick()")
    assert names(page) == ["B"]


def test_it_sends_nothing_of_a_visitor_after_a_reset():
    page = application(anonymizeOnReset=True)
    page.identify()
    page.page("A")
    page.run("heard.reset()")
    page.run("said.length = 0; history.pushState({}, '', '/b'); tick()")
    assert page.said == []
    page.page("B")
    page.run("history.pushState({}, '', '/c'); tick()")
    assert names(page) == ["B", "B"]


def test_it_sends_the_latest_page_again_after_a_late_page_call():
    page = application()
    page.page("A")
    page.run("history.pushState({}, '', '/b'); tick()")
    page.page("B")
    page.run("history.pushState({}, '', '/c'); tick()")
    assert names(page) == ["A", "A", "B", "B"]


def test_it_sends_again_after_a_return_to_the_path_in_one_task():
    page = application()
    page.page("A")
    page.run("history.pushState({}, '', '/b'); history.pushState({}, '', '/'); tick()")
    assert names(page) == ["A", "A"]


def test_it_sends_nothing_again_without_a_page_call():
    page = application()
    page.identify()
    page.send("trackEventV2", event="Paid")
    page.run("said.length = 0; history.pushState({}, '', '/b'); tick()")
    assert page.said == []


def test_it_sends_the_last_call_of_each_mapping_in_order():
    page = application()
    for name, action in (("A", "viewedPageV2"), ("B", "viewedPage"), ("C", "viewedPageV2")):
        page.page(name, action)
    page.run("said.length = 0; history.pushState({}, '', '/b'); tick()")
    assert names(page) == ["B", "C"]
    page.run("history.pushState({}, '', '/c'); tick()")
    assert names(page) == ["B", "C"]


def test_it_passes_calls_to_history_through_unchanged():
    page = application()
    assert page.run("return history.pushState({ a: 1 }, 'title', '/b', 'more')") == "pushed"
    assert page.run("return history.replaceState(null, '')") == "replaced"
    assert page.run("return told") == [[True, {"a": 1}, "title", "/b", "more"], [True, None, ""]]


def test_it_passes_on_errors_of_history_and_sends_nothing():
    page = application("history.pushState = () => { throw Error('too often') };")
    page.page("A")
    assert (
        page.run("try { history.pushState({}, '', '/b') } catch (error) { return error.message }")
        == "too often"
    )
    page.run("tick()")
    assert names(page) == ["A"]


def test_it_survives_a_frozen_history():
    page = application("Object.freeze(history);")
    page.page("A")
    page.run("pop('/b'); tick()")
    assert names(page) == ["A", "A"]


def test_it_watches_history_once_for_two_destinations():
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


def test_it_logs_a_failure_to_send_again():
    page = application(debug=True)
    page.page("A", "viewedPage")
    page.page("B")
    page.run("FS.setVars = () => { throw Error('no') }; history.pushState({}, '', '/b'); tick()")
    assert names(page) == ["A", "B", "B"]
    assert page.logged[-2][:2] == ["warn", "[FullStory]"]


def test_it_counts_calls_sent_again_as_made():
    page = application(dropRepeatedCalls=True, tidyPropertyNames=True, debug=True)
    assert [page.page("A", **{"a b": 1}), page.page("A", **{"a b": 1})] == [True, False]
    page.run("logged.length = 0; history.pushState({}, '', '/b'); tick()")
    assert page.said[1] == page.said[0]
    assert page.logged == [["debug", "[FullStory]", "viewedPageV2", "FS", page.said[0][1:]]]
    assert [page.page("A", **{"a b": 1}), page.page("B")] == [False, True]


def test_it_works_without_history():
    page = Page(resendPageProperties=True)
    assert [page.page("A"), page.page("A")] == [True, True]
