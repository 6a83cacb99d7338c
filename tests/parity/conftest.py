"""Our evaluation beside Segment's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fullstory_dest import fql, mapping_kit
from fullstory_dest.services.previews.preview import preview_events
from tests.factories import source_spec
from tests.node import ORACLE, running_node
from tests.parity import comparison

ABSENT = comparison.ABSENT


class Segment:
    """Segment's packages in a Node process that answers each line with a line."""

    def __init__(self, ask: Callable[[Any], Any]) -> None:
        #: Returns the answer to a question, or a list for a list (`serve.cjs`).
        self.ask = ask

    def _ask(self, **question: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.ask(question)
        return answer

    def subscribed(self, expression: str, event: dict[str, Any]) -> bool | None:
        """Whether an event matches an FQL expression. None if Segment's parser fails."""
        return self._ask(fql=expression, event=event).get("value")

    def read(self, expression: str) -> dict[str, Any] | None:
        """The tree of an FQL expression in Segment's parser. None if it fails."""
        return self._ask(fql=expression).get("value")

    def resolve(self, template: Any, event: dict[str, Any]) -> Any:
        """The value of a template: `ABSENT` for undefined, an Exception if it throws."""
        answer = self._ask(mapping={"field": template}, event=event)
        return Exception(answer["error"]) if "error" in answer else answer["value"].get("field", ABSENT)


@pytest.fixture(scope="session")
def segment() -> Iterator[Segment]:
    with running_node(ORACLE / "serve.cjs") as ask:
        yield Segment(ask)


def _run(trigger: list[Any], fields: list[Any], event: dict[str, Any]) -> dict[str, Any]:
    mapping = {"id": 1, "name": "", "action": "trackEventV2", "trigger": trigger, "fields": fields}
    config: Any = {
        "writeKey": "",
        "apiHost": "",
        "destinations": [{"id": 1, "settings": {}, "mappings": [mapping]}],
    }
    [result] = preview_events(source_spec(), config, [event])
    return result  # type: ignore[return-value]


def subscribed(expression: str, event: dict[str, Any]) -> bool:
    """Whether an event matches an expression: compiled in Python, evaluated by the runtime."""
    result = _run(fql.compile(fql.parse(expression)), ["object", {"name": "x"}], event)
    return bool(result["calls"])


def resolve(template: Any, event: dict[str, Any]) -> Any:
    """The value of a template in our runtime, in the form of ``Segment.resolve``."""
    assert mapping_kit.check({"field": template}) == []
    fields = ["object", {"name": "x", "properties": mapping_kit.compile({"field": template})}]
    result = _run(["!=", ["\0"], "\0"], fields, event)
    if result["skipped"]:
        return Exception(result["skipped"][0]["reason"])
    return result["calls"][0]["args"][1]["properties"].get("field", ABSENT)
