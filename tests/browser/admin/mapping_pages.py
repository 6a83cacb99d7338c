"""Values that tests type into a mapping's page, and the mapping as saved."""

from __future__ import annotations

import json
from typing import Any

from tests.browser.live_server import LiveServer

HARD = [
    'type = "track"',
    '!!(type = "a" or !(event = "b"))',
    'event in ["a", "it\'s ""so""", null, 5, true] and properties["a.b"][0].\\$x >= 1e21',
    'lowercase(event) = "a" or contains(event, properties.kind) and !contains(name, "50%")',
    '(type = "a" or type = "b" and (event = "c" or (name = "d" and !match(event, "[a-z]?\\*"))))',
    'match(event, "Order *") and match(event, "* Completed") and "pro" in properties.plans and userId != null',
    'event = \'say "hi"\' or properties[""] = -0.5 or context.page.path = null',
]

FIELDS = """{
  "2": 1,
  "name": {"@if": {"exists": {"@path": "$.a"}, "then": {"@path": "$.a"}, "else": {"@template": "{{event}}"}}},
  "properties": {
    "big": 12345678901234567890, "float": 1.50, "1": null, "list": [1, {"@liquid": "{{ a }}"}],
    "odd": {"@case": {"operator": "lower"}}, "meta": {"@path": "$.userId", "_metadata": {"label": "Who"}},
    "deep": {"@merge": {"direction": "right", "objects": [
      {"@path": "$.traits"}, {"@flatten": {"separator": "_", "value": {"@path": "$.b"}}}
    ]}},
    "each": {"@arrayPath": ["$.products", {"id": {"@path": "$.sku"}}]}, "text": "a\\nb\\u2028"
  }
}"""


def stored(server: LiveServer, address: str) -> dict[str, Any]:
    """A mapping as saved."""
    pk = address.split("/")[-3]
    printed = server.manage(
        "shell",
        "-c",
        "import json; from fullstory_dest.models import Mapping; "
        f"print(json.dumps(Mapping.objects.values('name', 'trigger', 'fields').get(pk={pk})))",
    )
    found: dict[str, Any] = json.loads(printed.strip().splitlines()[-1])
    return found
