"""Bundler of the runtime's modules: the reachable code, in one function, minified."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import lru_cache

import minify

from fullstory_dest.compiler.es_modules import COMMENT, Declaration, Module, ModuleError, reachable_modules
from fullstory_dest.compiler.used_instructions import UsedInstructions

# By default, the minifier generates syntax that browsers from before 2020 don't support: `??`, `catch {`.
minify.config({"js-version": 2018})

_function = re.compile(r"(async |)function ([\w$]+)(\(.*\)) \{$", re.MULTILINE)
_entry_line = re.compile(r"^  '?([^'\n]+?)'?: [\w$]+,\n", re.MULTILINE)
_named_entry = re.compile(r"^(  (?:'[^']+'|\w+): )([\w$]+),$", re.MULTILINE)
_identifier = re.compile(r"(?<![\w$.'\"])[A-Za-z_$][\w$]*(?!\s*:)")
_about_table = re.compile(
    r"^ +(?:for \(const \w+ of Object\.(?:keys|values)\((?P<looped>\w+)\)\)|if \((?P<table>\w+)\.(?P<key>\w+) &&)"
    r" .*;\n(?! *else\b)",
    re.MULTILINE,
)
_const = re.compile(r"\bconst(?=[ {[])")
_beyond_ascii = re.compile(r"[^\x00-\x7f]")


@lru_cache(maxsize=256)
def bundle(entry: str, call: str, used: UsedInstructions | None = None) -> str:
    """Return a minified script that runs ``call`` in the scope of the entry module.

    ``entry`` is a module in ``runtime/`` (``snippet.js``), and ``call`` an expression (``install({...})``). With
    ``used``, only these instructions of the runtime are included. The script adds no globals by itself. Raises
    ModuleError if a module isn't laid out as ``es_modules.py`` requires.
    """
    declared = _declared(reachable_modules(entry))
    if used:
        declared = {name: _tailored(declaration, used) for name, declaration in declared.items()}
    # Not in strict mode, so that writing to objects that the page has frozen doesn't throw.
    body = "\n".join(_as_constants(_reached(declared, call)))
    # `let` is shorter, because the minifier joins the declarations. Linters check `const` in the source.
    body = _const.sub("let", body)
    script = minify.string("application/javascript", f"(function(){{\n{body}\n{call};\n}})();")
    # The minifier unescapes characters, which would make them depend on the charset of the page.
    return _beyond_ascii.sub(lambda found: json.dumps(found[0])[1:-1], script)


def _tailored(declaration: Declaration, used: UsedInstructions) -> Declaration:
    """Remove the unused entries of a table, or one-line statements without effect from another declaration.

    These statements are loops over empty tables and conditions on missing entries. They are removed before reachable
    code is determined.
    """
    keys: frozenset[str] | None = getattr(used, declaration.name, None)

    def unless_unused(entry: re.Match[str]) -> str:
        return entry[0] if keys is None or entry[1] in keys else ""

    def unless_dead(line: re.Match[str]) -> str:
        if table := line["looped"]:
            is_dead = getattr(used, table, None) == frozenset()
        else:
            is_dead = line["key"] not in getattr(used, line["table"], {line["key"]})
        return "" if is_dead else line[0]

    if keys is None:
        source = _about_table.sub(unless_dead, declaration.source)
    else:
        source = _entry_line.sub(unless_unused, declaration.source)
    return declaration if source == declaration.source else Declaration.of(declaration.name, source)


def _declared(modules: tuple[Module, ...]) -> dict[str, Declaration]:
    """Return the declarations by name, in the order of the modules."""
    declared: dict[str, Declaration] = {}
    for module in modules:
        for declaration in module.declarations:
            if declaration.name in declared:
                raise ModuleError(f"{module.path}: {declaration.name} is declared twice in the runtime")
            declared[declaration.name] = declaration
    return declared


def _reached(declared: dict[str, Declaration], call: str) -> list[Declaration]:
    """Return the declarations that are reachable from the call, in order."""
    pending = Declaration.of("", call).mentions & declared.keys()
    reached: set[str] = set()
    while pending:
        reached |= pending
        pending = (
            frozenset().union(*(declared[name].mentions for name in pending)) & declared.keys() - reached
        )
    return [declaration for name, declaration in declared.items() if name in reached]


def _as_constants(declarations: list[Declaration]) -> list[str]:
    """Return the sources with functions as constants, which saves about 80 bytes of a compressed snippet.

    Constants aren't hoisted, so they come before the tables that use them. Functions that use ``this`` or ``arguments``
    aren't converted.
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
    """Return the sources with functions inlined that only an entry of a table uses.

    This saves 50 bytes of a compressed snippet with three presets.
    """
    named = Counter(
        name for source in constants + values for name in _identifier.findall(COMMENT.sub(" ", source))
    )
    written: dict[str, str] = {}
    for source in constants:
        name, function = source.removeprefix("const ").split(" = ", 1)
        written[name] = function

    def entry(found: re.Match[str]) -> str:
        # The other occurrence is its declaration.
        return (
            f"{found[1]}{written.pop(found[2])},"
            if found[2] in written and named[found[2]] == 2
            else found[0]
        )

    tables = [_named_entry.sub(entry, source) for source in values]
    return [f"const {name} = {function};" for name, function in written.items()] + tables
