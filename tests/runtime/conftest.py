"""The served runtime in an embedded engine, and the packages of Segment and FullStory in Node."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from py_mini_racer import MiniRacer

from fullstory_dest.compiler.bundle import bundle
from tests.node import running_node

HERE = Path(__file__).parent


class Preview:
    """``preview`` of the runtime, bundled with all instructions."""

    def __init__(self) -> None:
        self._engine = MiniRacer()
        self._engine.eval(bundle("preview.js", "definePreview()"))

    def __call__(self, config: dict[str, Any], events: list[Any]) -> list[dict[str, Any]]:
        return self.run(config, json.dumps(events))

    def run(self, config: dict[str, Any], events: str) -> list[dict[str, Any]]:
        """``events`` is a JavaScript expression, for values that JSON can't represent."""
        return self.eval("preview(config, events)", config=json.dumps(config), events=events)

    def eval(self, expression: str, **names: str) -> Any:
        """The value of a JavaScript expression as JSON, with an expression for each given name."""
        values = ", ".join(f"({value})" for value in names.values())
        return json.loads(
            self._engine.eval(f"JSON.stringify((({', '.join(names)}) => {expression})({values}))")
        )

    def calls(self, action: str, payload: dict[str, Any]) -> list[list[Any]]:
        """The calls of an action for a payload, each as ``[method, *args]``."""
        [result] = self(config_of(mapping_of(action, fields=["path", "payload"])), [{"payload": payload}])
        return [[call["method"], *call["args"]] for call in result["calls"]]

    def holds(self, trigger: list[Any], events: list[Any]) -> list[bool]:
        """Whether the trigger matches each event."""
        config = config_of(mapping_of("trackEventV2", trigger, ["object", {"name": "held"}]))
        return [bool(result["calls"]) for result in self(config, events)]

    def resolve(self, template: Any, event: Any) -> Any:
        """The value of a template: `...` for undefined, an Exception for an error."""
        fields = ["object", {"name": "resolved", "properties": ["object", {"value": template}]}]
        [result] = self(config_of(mapping_of("trackEventV2", fields=fields)), [event])
        if not result["calls"]:
            return Exception(result["skipped"][0]["reason"])
        return result["calls"][0]["args"][1]["properties"].get("value", ...)


def mapping_of(
    action: str = "trackEventV2", trigger: Any = None, fields: Any = None, *, id: int = 1
) -> dict[str, Any]:
    return {
        "id": id,
        "name": f"mapping {id}",
        "action": action,
        "trigger": trigger or ["!=", True, False],
        "fields": fields or ["object", {"name": ["path", "event"]}],
    }


def config_of(*mappings: dict[str, Any]) -> dict[str, Any]:
    return {
        "writeKey": "demo",
        "apiHost": "",
        "destinations": [{"id": 1, "settings": {}, "mappings": mappings}],
    }


@pytest.fixture(scope="session")
def preview() -> Preview:
    return Preview()


@pytest.fixture(name="mapping_of", scope="session")
def mapping_of_fixture() -> Callable[..., dict[str, Any]]:
    return mapping_of


@pytest.fixture(name="config_of", scope="session")
def config_of_fixture() -> Callable[..., dict[str, Any]]:
    return config_of


@pytest.fixture(scope="session")
def oracle() -> Iterator[Callable[..., Any]]:
    """Run a function of oracle.cjs in Node, beside the packages to compare with."""
    with running_node(HERE / "oracle.cjs") as ask:
        yield lambda function, *arguments: ask([function, arguments])
