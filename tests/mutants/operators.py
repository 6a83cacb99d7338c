"""Mutants of a module: the same source with one small mistake, such as a negated condition.

They leave out what isn't behavior: docstrings, messages, logs, annotations, assertions and descriptions of the API.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SWAPPED_OPERATORS: dict[type[ast.AST], type[Any]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
SWAPPED_NAMES = {
    "all": "any",
    "any": "all",
    "exclude": "filter",
    "filter": "exclude",
    "first": "last",
    "max": "min",
    "min": "max",
}
#: Calls with text for people, and annotations without effect at run time.
SILENT_CALLS = {
    "_",
    "gettext",
    "gettext_lazy",
    "ngettext",
    "TypeVar",
    "dataclass",
    "Problem",
    "OpenApiParameter",
}
SILENT_PREFIXES = ("_logger.", "logger.", "extend_schema", "inline_serializer")
SILENT_KEYWORDS = {
    "description",
    "detail",
    "help_text",
    "hint",
    "label",
    "placeholder",
    "stacklevel",
    "summary",
    "title",
    "verbose_name",
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed source. ``before`` and ``after`` are the changed expression or statement, shortened."""

    path: str
    line: int
    last_line: int
    before: str
    after: str
    source: bytes

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  {self.before}  →  {self.after}"


def mutants(path: str, source: bytes) -> Iterator[Mutant]:
    """Yield every mutant of a module that compiles."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node, after in _changes(ast.parse(source)):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        if decorated := isinstance(node, ast.expr) and source[start - 1 : start] == b"@":
            start -= 1
        changed = source[:start] + after.encode() + source[end:]
        try:
            compile(changed, path, "exec")
        except SyntaxError:
            continue
        before = ("@" if decorated else "") + ast.unparse(node)
        yield Mutant(path, node.lineno, node.end_lineno, *_shortened(before, after), changed)


def _shortened(before: str, after: str, context: int = 40) -> tuple[str, str]:
    """Return two texts around the first character in which they differ."""
    differs = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    start = max(0, differs - context)
    return tuple(" ".join(text[start : differs + context].split()) for text in (before, after))


def _changes(node: Any) -> Iterator[tuple[Any, str]]:
    """Yield each node of a tree that can be replaced, with the source of its replacement."""
    if _is_silent(node):
        return
    yield from _changes_of(node)
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "type_params"):
            continue
        body = value[1:] if name == "body" and _has_docstring(node) else value
        for child in body if isinstance(body, list) else [body]:
            if isinstance(child, ast.AST):
                yield from _changes(child)


def _is_silent(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr() | ast.Assert() | ast.Import() | ast.ImportFrom():
            return True
        case ast.Call():
            name = ast.unparse(node.func)
            return name.rpartition(".")[2] in SILENT_CALLS or name.startswith(SILENT_PREFIXES)
        case ast.keyword():
            return node.arg in SILENT_KEYWORDS
        case ast.Assign():
            return any(ast.unparse(target) in ("__all__", "__slots__") for target in node.targets)
        case ast.AnnAssign():
            return ast.unparse(node.annotation) == "TypeAlias"
        case ast.Subscript():
            return ast.unparse(node.value) in ("Literal", "dict", "list", "tuple", "Callable")
        case ast.If():
            return ast.unparse(node.test) == "TYPE_CHECKING"
        case _:
            return False


def _has_docstring(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None
    )


def _changes_of(node: Any) -> Iterator[tuple[Any, str]]:
    """Yield the replacements of a node itself, or of parts of it that have no node."""
    match node:
        case ast.Compare(ops=ops):
            for n, operator in enumerate(ops):
                yield node, _changed(node, ops=_replaced(ops, n, SWAPPED_OPERATORS[type(operator)]()))
        case ast.BoolOp(op=operator, values=values):
            yield node, _changed(node, op=SWAPPED_OPERATORS[type(operator)]())
            for n in range(len(values)):
                rest = _without(values, n)
                yield (
                    node,
                    f"({_changed(node, values=rest)})" if len(rest) > 1 else f"({ast.unparse(rest[0])})",
                )
        case ast.BinOp(op=operator) if type(operator) in SWAPPED_OPERATORS:
            yield node, _changed(node, op=SWAPPED_OPERATORS[type(operator)]())
        case ast.UnaryOp(op=ast.Not()):
            yield node, f"({ast.unparse(node.operand)})"
        case ast.Constant(value=bool(value)):
            yield node, str(not value)
        case ast.Constant(value=int(value)):
            yield node, str(value + 1)
            yield node, f"({value - 1})"
        case ast.Constant(value=str(value)) if value and not any(letter.isspace() for letter in value):
            yield node, repr(value + "x")
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items) if len(items) > 1:
            if not isinstance(node, ast.Set) and not isinstance(node.ctx, ast.Load):
                return
            yield from ((node, _changed(node, elts=_without(items, n))) for n in range(len(items)))
        case ast.Dict(keys=keys, values=values):
            for n in range(len(keys)):
                yield node, _changed(node, keys=_without(keys, n), values=_without(values, n))
        case ast.Call(keywords=keywords):
            for n, keyword in enumerate(keywords):
                if not _is_silent(keyword):
                    yield node, _changed(node, keywords=_without(keywords, n))
        case ast.Name(id=name, ctx=ast.Load()) if name in SWAPPED_NAMES:
            yield node, SWAPPED_NAMES[name]
        case ast.Attribute(attr=name) if name in SWAPPED_NAMES:
            yield node, _changed(node, attr=SWAPPED_NAMES[name])
        case ast.comprehension(ifs=tests):
            yield from ((test, f"(not ({ast.unparse(test)}))") for test in tests)
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.match_case(guard=test) if (
            test
        ):
            if not isinstance(test, ast.Compare | ast.UnaryOp):
                yield test, f"(not ({ast.unparse(test)}))"
        case ast.Return(value=value) if value is not None and ast.unparse(value) != "None":
            yield node, "return None"
        case ast.Raise(exc=ast.Call(func=kind)):
            yield node, "pass"
            yield kind, "ZeroDivisionError"
        case ast.Raise() | ast.Continue() | ast.Break() | ast.Delete() | ast.AugAssign():
            yield node, "pass"
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield node, "pass"
        case ast.Expr(value=ast.Call() as call) if not _is_silent(call):
            yield node, "pass"
        case ast.ExceptHandler(type=kind) if kind is not None:
            yield kind, "ZeroDivisionError"
        case ast.FunctionDef(decorator_list=decorators):
            yield from ((each, "") for each in decorators if not _is_silent(each))


def _changed(node: ast.AST, **fields: Any) -> str:
    return ast.unparse(type(node)(**{**dict(ast.iter_fields(node)), **fields}))


def _without(items: list[Any], n: int) -> list[Any]:
    return [*items[:n], *items[n + 1 :]]


def _replaced(items: list[Any], n: int, item: Any) -> list[Any]:
    return [*items[:n], item, *items[n + 1 :]]
