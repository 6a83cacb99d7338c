"""Assembles a script for the browser from the runtime's modules: what is reachable, in one function, minified."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from typing import Final

import minify

from fullstory_dest.compiler.es_modules import Declaration, Module, ModuleError, _comment, reachable
from fullstory_dest.compiler.used_instructions import UsedInstructions

# Left alone, the minifier writes what browsers from before 2020 cannot read: `??`, `catch {`.
minify.config({"js-version": 2018})

REGISTRY: Final = "core/registry.js"
REGISTRIES: Final = (REGISTRY, "analytics/registry.js")

_function = re.compile(r"(async |)function ([\w$]+)(\(.*\)) \{$", re.MULTILINE)
_entry_line = re.compile(r"  '?([^']+?)'?: [\w$]+,")
_named_entry = re.compile(r"^(  (?:'[^']+'|\w+): )([\w$]+),$", re.MULTILINE)
_identifier = re.compile(r"(?<![\w$.'\"])[A-Za-z_$][\w$]*(?!\s*:)")
_const = re.compile(r"\bconst(?=[ {[])")
_beyond_ascii = re.compile(r"[^\x00-\x7f]")


@lru_cache(maxsize=256)
def bundle(entry: str, call: str, features: UsedInstructions | None = None) -> str:
    """One minified script that runs ``call`` in the scope of the entry module.

    ``entry`` is a module below ``runtime/`` (``snippet.js``), ``call`` an expression (``install({...})``). With
    ``used_instructions``, of the runtime's instructions only these are carried. Nothing leaks into the global scope.
    Raises ModuleError when the runtime is not laid out as ``modules.py`` says.
    """
    modules = reachable(entry)
    if features:
        modules = tuple(
            _keep(module, features) if module.path in REGISTRIES else module for module in modules
        )
    # Not strict: what a page has frozen stays as it is, and nothing throws.
    body = "\n".join(_as_constants(_used(modules, call)))
    # Shorter, as the minifier then joins them. That nothing is assigned to again is for those who check the source.
    body = _const.sub("let", body)
    script = minify.string("application/javascript", f"(function(){{\n{body}\n{call};\n}})();")
    # The minifier writes escaped characters out, which would leave what they are to the charset of the page.
    return _beyond_ascii.sub(lambda found: json.dumps(found[0])[1:-1], script)


def _keep(registry: Module, features: UsedInstructions) -> Module:
    """The registry with only the lines whose key is among the features."""
    kept = []
    for table in registry.declarations:
        wanted: frozenset[str] = getattr(features, table.name)
        lines = [
            line
            for line in table.source.splitlines()
            if not (entry := _entry_line.fullmatch(line)) or entry[1] in wanted
        ]
        kept.append(Declaration.of(table.name, "\n".join(lines)))
    return replace(registry, declarations=tuple(kept))


def _used(modules: tuple[Module, ...], call: str) -> list[Declaration]:
    """The declarations that the call leads to, in the order of the modules."""
    declared: dict[str, Declaration] = {}
    for module in modules:
        for declaration in module.declarations:
            if declaration.name in declared:
                raise ModuleError(f"{module.path}: {declaration.name} is declared twice in the runtime")
            declared[declaration.name] = declaration

    wanted = Declaration.of("", call).mentions & declared.keys()
    reached: set[str] = set()
    while wanted:
        reached |= wanted
        wanted = frozenset().union(*(declared[name].mentions for name in wanted)) & declared.keys() - reached
    return [declaration for name, declaration in declared.items() if name in reached]


def _as_constants(declarations: list[Declaration]) -> list[str]:
    """The sources, with functions as constants, which take some 80 bytes less of a snippet once it is compressed.

    Functions do not wait to be declared and constants do, so they go before the tables that hold them. One that
    speaks of ``this`` or ``arguments`` stays a function.
    """
    functions, constants, values = [], [], []
    for declaration in declarations:
        if not _function.match(declaration.source):
            values.append(declaration.source)
        elif declaration.mentions & {"this", "arguments"}:
            functions.append(declaration.source)
        else:
            constants.append(_function.sub(r"const \2 = \1\3 => {", declaration.source, count=1))
    return functions + _written_where_named(constants, values)


def _written_where_named(constants: list[str], values: list[str]) -> list[str]:
    """The sources, where a function that nothing but an entry of a table names is written in that entry.

    A snippet of three presets is 50 bytes smaller for it, compressed.
    """
    named = Counter(
        name for source in constants + values for name in _identifier.findall(_comment.sub(" ", source))
    )
    written: dict[str, str] = {}
    for source in constants:
        name, function = source.removeprefix("const ").split(" = ", 1)
        written[name] = function

    def entry(found: re.Match[str]) -> str:
        # Its own declaration is the other place.
        return (
            f"{found[1]}{written.pop(found[2])},"
            if found[2] in written and named[found[2]] == 2
            else found[0]
        )

    tables = [_named_entry.sub(entry, source) for source in values]
    return [f"const {name} = {function};" for name, function in written.items()] + tables
