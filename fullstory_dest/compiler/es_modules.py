"""Reader of the runtime's ES modules as top-level declarations.

The layout of the runtime's modules makes a JavaScript parser unnecessary. They only have single-line named imports,
and top-level declarations that start in the first column and have unique names in the whole runtime
(``docs/runtime.md``). ``read_module`` rejects other modules.
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

# A const with its indentation and its following lines, which can contain others.
_const = re.compile(r"^( *)const (?=(.*(?:\n(?:\1[ \])}].*| *$))*))", re.MULTILINE)
_destructuring = re.compile(r"([\[{].*[\]}]) = (.*)", re.DOTALL)
_braces = re.compile(r"\{[^{}]*\}")


class ModuleError(Exception):
    """A module of the runtime doesn't have the required layout."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A top-level function, const or let, with its name, its source, and all identifiers in the source."""

    name: str
    source: str
    mentions: frozenset[str]

    @classmethod
    def of(cls, name: str, source: str) -> Declaration:
        return cls(name, source, frozenset(_identifier.findall(COMMENT.sub(" ", source))) - {name})


@dataclass(frozen=True, slots=True)
class Module:
    """A module with the paths of its imports, and its declarations in order."""

    path: str
    imports: tuple[str, ...]
    declarations: tuple[Declaration, ...]


@cache
def read_module(path: str) -> Module:
    """Read the module at a path in ``runtime/``. Raises ModuleError with the first line that breaks the layout."""
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
    """Return the entry module and all of its imports, each one after those that it imports."""
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
    """Return the first destructuring const that would break if it came before the consts directly above it.

    The minifier joins consecutive consts, and moves a destructuring one to the front unless it contains one of the
    other names. It overlooks names in object literals and default values.
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
