"""A page with the plugin of one destination, to test its settings."""

import json
from pathlib import Path
from typing import Any

from py_mini_racer import MiniRacer

from fullstory_dest.catalog import ACTIONS
from fullstory_dest.compiler.artifacts import build_plugin
from fullstory_dest.compiler.compile import compile_source
from tests.factories import destination_spec, mapping_spec, source_spec

FAKE_WINDOW = (Path(__file__).parent / "fake_window.js").read_text("utf-8")
SRC = "segment-browser-actions"

#: A mapping per action, each for events whose type is the name of the action.
SPEC = source_spec(
    destination_spec(
        *(
            mapping_spec(
                id=number,
                name=action.key,
                action=action.key,
                trigger=f'type = "{action.key}"',
                fields=action.default_fields,
            )
            for number, action in enumerate(ACTIONS, 1)
        )
    )
)


class Page:
    """A page with the plugin of a destination, and a FullStory that records its calls."""

    def __init__(self, *, spec: Any = SPEC, before: str = "", **settings: Any) -> None:
        destination = {
            **spec["destinations"][0],
            "settings": {**spec["destinations"][0]["settings"], **settings},
        }
        config = compile_source({**spec, "destinations": [destination]})
        self._engine = MiniRacer()
        self._engine.eval(FAKE_WINDOW)
        self._engine.eval("""
          var heard = {}, said = [], location = { host: 'e.test', pathname: '/' };
          var note = (name) => (...args) => { said.push([name, ...args]); };
          var FS = Object.assign(note('FS'), { _api: 1 });
          for (const name of ['identify', 'event', 'setUserVars', 'setVars']) FS[name] = note(name);
        """)
        self._engine.eval(before)
        self._engine.eval(build_plugin(config).body.decode())
        self._engine.eval(f"""
          var compiled = {json.dumps(config["destinations"][0])};
          var plugin = fullstoryDestination({{ compiled }});
          plugin.load({{}}, {{ on: (name, listener) => (heard[name] = listener) }}); 0
        """)

    def run(self, script: str) -> Any:
        return json.loads(self._engine.eval(f"JSON.stringify((() => {{ {script} }})() || null)"))

    def send(self, type: str, **event: Any) -> bool:
        """Send an event. Return whether FullStory received a call."""
        before = self.run("return said.length")
        self.run(f"plugin.track({{ event: {json.dumps({'type': type, **event})} }})")
        return (self.run("return said.length") or 0) > (before or 0)

    def identify(self, user: str | None = "u1", action: str = "identifyUserV2", **traits: Any) -> bool:
        return self.send(action, userId=user, traits=traits)

    def page(self, name: str = "Home", action: str = "viewedPageV2", **properties: Any) -> bool:
        return self.send(action, name=name, properties=properties)

    def go(self, pathname: str, host: str = "e.test") -> None:
        self.run(f"location = {json.dumps({'host': host, 'pathname': pathname})}")

    @property
    def said(self) -> list[Any]:
        return self.run("return said")

    @property
    def logged(self) -> list[Any]:
        return self.run("return logged")
