"""The embedded engine and Chromium give the same results, so the preview shows what browsers do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page
from py_mini_racer import MiniRacer

from fullstory_dest.compiler.bundle import bundle
from tests.parity.comparison import compared, fields_config, run_seed, triggers_config
from tests.parity.events import events
from tests.parity.test_fields import accepted
from tests.parity.test_triggers import expressions

RUNTIME = bundle("preview.js", "definePreview()")
PREVIEW = "(asked) => JSON.stringify(JSON.parse(asked).map((one) => preview(...one)))"

#: Numbers of sets of mappings, of mappings per set, and of events per set.
SETS, MAPPINGS, EVENTS = 50, 5, 10


def drawn(strategy: st.SearchStrategy[Any]) -> list[Any]:
    """Examples of a strategy as a list."""
    examples: list[Any] = []

    @seed(run_seed())
    @settings(
        max_examples=SETS,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: Any) -> None:
        examples.append(example)

    collect()
    return examples


def with_events(subjects: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.tuples(
        st.lists(subjects, min_size=MAPPINGS, max_size=MAPPINGS),
        st.lists(events, min_size=EVENTS, max_size=EVENTS),
    )


@pytest.fixture(scope="module")
def browser_page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    page.evaluate(RUNTIME)
    yield page
    page.close()


@pytest.mark.parametrize(
    ("subjects", "config_of"),
    [(expressions, triggers_config), (accepted, fields_config)],
    ids=["triggers", "fields"],
)
def test_it_returns_the_same_in_chromium_as_in_the_engine(browser_page, subjects, config_of):
    asked = json.dumps([[config_of(mappings), given] for mappings, given in drawn(with_events(subjects))])
    engine = MiniRacer()
    engine.eval(RUNTIME)
    in_engine = str(engine.eval(f"({PREVIEW})({json.dumps(asked)})"))
    in_browser = browser_page.evaluate(PREVIEW, asked)
    # Compared in pieces to keep the message of a failure short.
    for one, ours, theirs in zip(
        json.loads(asked), json.loads(in_engine), json.loads(in_browser), strict=True
    ):
        assert json.dumps(theirs) == json.dumps(ours), one
    assert in_browser == in_engine
    compared["Chromium"] += SETS * MAPPINGS * EVENTS
