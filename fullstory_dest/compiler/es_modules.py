"""The runtime's ES modules, read as top-level declarations.

The runtime is written so that this needs no JavaScript parser: a module holds only single-line named imports and
top-level declarations that start in the first column, and a top-level name is used once in the whole runtime
(``docs/runtime.md``). ``read_module`` refuses a module that is written otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath

RUNTIME = Path(__file__).resolve().parent.parent / "runtime"

_import = re.compile(r"import \{ ([\w$, ]+) \} from '(\.{1,2}/[\w./-]+\.js)';")
_declaration = re.compile(r"(?:export )?(?:async )?(?:function|const|let) ([A-Za-z_$][\w$]*)")
COMMENT = re.compile(r"/\*.*?\*/|(?<![:'\"`\\])//[^\n]*", re.DOTALL)
_identifier = re.compile(r"(?<![\w$.])[A-Za-z_$][\w$]*|(?<=\.\.\.)[A-Za-z_$][\w$]*")

# A const, after its indentation: with the lines below that belong to it, in which there may be others.
_const = re.compile(r"^( *)const (?=(.*(?:\n(?:\1[ \])}].*| *$))*))", re.MULTILINE)
_destructuring = re.compile(r"([\[{].*[\]}]) = (.*)", re.DOTALL)
_braces = re.compile(r"\{[^{}]*\}")


class ModuleError(Exception):
    """A runtime module is not written the way the assembler reads it."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """One top-level function, const or let: its name, its source, and every identifier its source mentions."""

    name: str
    source: str
    mentions: frozenset[str]

    @classmethod
    def of(cls, name: str, source: str) -> Declaration:
        return cls(name, source, frozenset(_identifier.findall(COMMENT.sub(" ", source))) - {name})


@dataclass(frozen=True, slots=True)
class Module:
    """A module: the paths of those it imports from, and its declarations in order."""

    path: str
    imports: tuple[str, ...]
    declarations: tuple[Declaration, ...]


@cache
def read_module(path: str) -> Module:
    """The module at a path below ``runtime/``. Raises ModuleError, with the line, where the layout is broken."""
    source = (RUNTIME / path).read_text("utf-8")
    imports: list[str] = []
    declarations: list[Declaration] = []
    body: list[str] = []
    name = ""

    def close() -> None:
        if name:
            text = "\n".join(body).rstrip()
            if moved := moved_by_the_minifier(text):
                raise ModuleError(f"{path}: the minifier would move this before the consts above it: {moved}")
            declarations.append(Declaration.of(name, text))

    in_comment = False
    for number, line in enumerate(source.splitlines(), 1):
        if in_comment or line.startswith("/*"):
            in_comment = "*/" not in line
        elif found := _import.fullmatch(line):
            imports.append(normpath(join(dirname(path), found[2])))
        elif found := _declaration.match(line):
            close()
            name, body = found[1], [line.removeprefix("export ")]
        elif line and not line[0].isspace() and line[0] not in "})]/":
            raise ModuleError(f"{path}:{number}: expected an import or a top-level declaration: {line}")
        elif name and not line.startswith("//"):
            body.append(line)
    close()
    return Module(path, tuple(dict.fromkeys(imports)), tuple(declarations))


def reachable_modules(entry: str) -> tuple[Module, ...]:
    """The entry module and all it imports from, each after those it needs."""
    ordered: dict[str, Module] = {}
    visiting: set[str] = set()

    def visit(path: str) -> None:
        if path in ordered or path in visiting:
            return
        visiting.add(path)
        module = read_module(path)
        for imported in module.imports:
            visit(imported)
        ordered[path] = module

    visit(entry)
    return tuple(ordered.values())


def moved_by_the_minifier(source: str) -> str | None:
    """The first destructuring const that would mean something else before the consts just above it, if there is one.

    The minifier makes one statement of consts that follow one another, and puts a destructuring one before the others
    unless it sees one of their names in it. It does not see those in object literals and default values.
    """
    source = COMMENT.sub(" ", source)
    above: dict[str, tuple[int, frozenset[str]]] = {}
    for const in _const.finditer(source):
        indentation, text = const.groups()
        end, names = above.get(indentation, (0, frozenset()))
        if source[end : const.start()].strip():
            names = frozenset()
        if names and (parts := _destructuring.match(text)):
            target, value = parts.groups()
            uses = names & {*_identifier.findall(text)}
            if (uses or "(" in value) and not names & {*_identifier.findall(_without_braces(value))}:
                return f"const {text.splitlines()[0]}"
        else:
            target = text.partition(" = ")[0]
        above[indentation] = const.end(2), names | {*_identifier.findall(target)}
    return None


def _without_braces(text: str) -> str:
    while text != (text := _braces.sub(" ", text)):
        pass
    return text
