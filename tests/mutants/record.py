"""A pytest plugin that records the lines and the seconds of each test: ``pytest -p tests.mutants.record``."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import coverage
import hypothesis
import pytest

FOLDER = Path(os.environ["MUTANTS_CACHE"])
_coverage = coverage.Coverage(
    data_file=str(FOLDER / "coverage"),
    data_suffix=True,
    source=["fullstory_dest"],
    config_file=False,
    messages=False,
)
_seconds: dict[str, float] = {}
_failed: set[str] = set()
_coverage.start()  # before Django imports the code: what runs then has the context ""


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """A few examples run the same lines as many."""
    hypothesis.settings.register_profile("few", deadline=None, max_examples=10)
    hypothesis.settings.load_profile("few")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Record the processor time of a test, which doesn't depend on the load of the machine."""
    _coverage.switch_context(item.nodeid)
    started = time.process_time()
    result = yield
    _seconds[item.nodeid] = time.process_time() - started
    return result


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if not (report.passed or report.outcome == "skipped"):
        _failed.add(report.nodeid)


def pytest_sessionfinish() -> None:
    """Save the lines and the seconds of each process."""
    _coverage.stop()
    _coverage.save()
    passed = {test: seconds for test, seconds in _seconds.items() if test not in _failed}
    (FOLDER / f"seconds.{os.getpid()}.json").write_text(json.dumps(passed))
