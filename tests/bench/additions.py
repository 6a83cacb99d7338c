"""Bytes that each instruction adds to the presets' snippet, as browsers receive it."""

from __future__ import annotations

import re
from dataclasses import fields, replace

import brotli

from fullstory_dest.compiler.bundle import bundle
from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.compiler.es_modules import reachable_modules
from fullstory_dest.compiler.files import script_literal
from fullstory_dest.compiler.used_instructions import UsedInstructions, used_instructions
from tests.factories import presets_spec

#: Instructions that those of a table need to be usable. Their size is reported separately.
NEEDS: dict[str, dict[str, set[str]]] = {
    "functions": {"operands": {"call"}},
    "liquidTags": {"templates": {"liquid"}},
    "liquidValues": {"templates": {"liquid"}, "liquidTags": {"echo"}},
    "liquidFilters": {"templates": {"liquid"}, "liquidTags": {"echo"}, "liquidValues": {"|"}},
}


def with_more(used: UsedInstructions, more: dict[str, set[str]]) -> UsedInstructions:
    return replace(used, **{table: getattr(used, table) | names for table, names in more.items()})


def additions() -> dict[str, dict[str, int]]:
    """Sizes by table and instruction, without those of the presets. ``(all of them)`` is the part that they share."""
    config = compile_source(presets_spec())
    presets = used_instructions(config)
    call = f"install({script_literal(config)})"

    def size(used: UsedInstructions) -> int:
        return len(brotli.compress(bundle("snippet.js", call, used).encode()))

    declared = {
        each.name: each.source for module in reachable_modules("snippet.js") for each in module.declarations
    }
    smallest = size(presets)
    found: dict[str, dict[str, int]] = {}
    for table in (field.name for field in fields(UsedInstructions)):
        base = with_more(presets, NEEDS.get(table, {}))
        base_size = size(base)
        found[table] = {"(all of them)": base_size - smallest} if base_size > smallest else {}
        for name in re.findall(r"^  '?([^'\n]+?)'?: [\w$]+,$", declared[table], re.MULTILINE):
            if name not in getattr(base, table):
                found[table][name] = size(with_more(base, {table: {name}})) - base_size
    return found


def print_additions() -> None:
    print("\nbytes that each instruction adds to the snippet, brotli")
    for table, added in additions().items():
        print(f"  {table}")
        cells = [f"{name:<24}{size:>5}" for name, size in sorted(added.items(), key=lambda one: -one[1])]
        for start in range(0, len(cells), 3):
            print("    " + "    ".join(cells[start : start + 3]))
