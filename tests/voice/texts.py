"""Collect every text that people read: the product's, its docs, docstrings and comments."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent.parent

#: The path of texts from the API's schema, which has no lines.
SCHEMA = "openapi"

_python = ("fullstory_dest", "project")
_docs = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs")
#: Calls that show their arguments as whole sentences.
_sentences = {"CommandError", "ValidationError", "message_user", "success", "info", "warning", "error"}
_gettext = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}

#: A string in code is prose if it has consecutive words. Lists of names and code are not.
_prose = re.compile(r"[A-Za-z]{2,}[,;:]? [A-Za-z]")
_markup = re.compile(r"\A\n|\n  |[<{]/?[a-z]+[ >:]|^\s*(?:SELECT|UPDATE|INSERT|DELETE FROM|CREATE|DROP) ")


class Text(NamedTuple):
    """A text with its place. ``kind`` is "message", "sentence", "button", "label", "help", "prose", "docstring"
    or "comment"."""

    path: str
    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text!r}"


def every_text() -> Iterator[Text]:
    """Every text in the files. ``schema_texts`` has those of the API's schema."""
    for folder in _python:
        yield from _each(folder, ".py", python_texts)
        yield from _each(folder, ".js", javascript_texts)
        yield from _each(folder, ".html", template_texts)
        yield from _each(folder, ".txt", template_texts)
        yield from _each(folder, ".css", css_texts)
    yield from _each("templates", ".html", template_texts)
    yield from _each("templates", ".txt", template_texts)
    for doc in _docs:
        yield from _each(doc, ".md", markdown_texts)
    yield from makefile_texts("Makefile", (ROOT / "Makefile").read_text("utf-8"))


def _each(start: str, suffix: str, read: Any) -> Iterator[Text]:
    path = ROOT / start
    for file in sorted(path.rglob(f"*{suffix}")) if path.is_dir() else [path]:
        if file.is_file() and "migrations" not in file.parts:
            yield from read(str(file.relative_to(ROOT)), file.read_text("utf-8"))


def python_texts(path: str, source: str) -> Iterator[Text]:
    """The strings that are prose or translated, the docstrings and the comments of a module."""
    tree = ast.parse(source)
    docstrings, kinds = _docstrings(tree), _kinds(tree)
    inner = {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in docstrings:
            yield Text(path, docstrings[id(node)], "docstring", node.value)
        elif isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and id(node) not in inner):
            text = _literal(node)
            kind = kinds.get(id(node))
            if kind or (_prose.search(text) and not _markup.search(text)):
                yield Text(path, node.lineno, kind or "message", text)
    block: list[str] = []
    start = end = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            if block and token.start[0] != end + 1:
                yield Text(path, start, "comment", " ".join(block))
                block = []
            start = start if block else token.start[0]
            end = token.start[0]
            block.append(token.string.lstrip("#: "))
    if block:
        yield Text(path, start, "comment", " ".join(block))


def _docstrings(tree: ast.Module) -> dict[int, int]:
    """The lines of docstrings, by the identity of their nodes."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found[id(first.value)] = first.lineno
    return found


def _kinds(tree: ast.Module) -> dict[int, str]:
    """The kind of each string that is an argument of a call, by the identity of its node."""
    kinds: dict[int, str] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        owner = getattr(node.func.value, "id", "") if isinstance(node.func, ast.Attribute) else "messages"
        if called in _sentences and owner in ("messages", "self"):
            for argument in node.args:
                parts = argument.args if isinstance(argument, ast.Call) else [argument]
                kinds.update({id(part): "sentence" for part in parts})
        if called in _gettext:
            kinds.update({id(part): kinds.get(id(part), "message") for part in node.args})
        for keyword in node.keywords:
            kind = {"help_text": "help", "label": "label", "verbose_name": "label"}.get(keyword.arg or "")
            if called in ("action", "unfold_action") and keyword.arg == "description":
                kind = "button"
            if kind:
                value = keyword.value
                parts = value.args if isinstance(value, ast.Call) else [value]
                kinds.update({id(part): kind for part in parts})
    return {key: kind for key, kind in kinds.items() if kind}


def _literal(node: ast.AST) -> str:
    """The text of a string, with ``{}`` for values."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_literal(part) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


_js_token = re.compile(
    r"(?P<comment>//[^\n]*|/\*.*?\*/)"
    r"|(?P<string>'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|`(?:\\.|[^`\\])*`)"
    r"|(?P<regex>(?<=[(,=:[!&|?{};\n])\s*/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+/[a-z]*)",
    re.DOTALL,
)


#: The types and names in a JSDoc comment.
_type = re.compile(r"@\w+ *(?:\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\} *)?(?:(?<=\} )\[?\w+\]?)?")


def javascript_texts(path: str, source: str) -> Iterator[Text]:
    """The comments of a script, and its strings that read as prose."""
    lines: list[str] = []
    start = end = 0
    for found in _js_token.finditer(source):
        line = source.count("\n", 0, found.start()) + 1
        if comment := found["comment"]:
            if comment.startswith("//"):
                if lines and line != end + 1:
                    yield Text(path, start, "comment", " ".join(lines))
                    lines = []
                start, end = start if lines else line, line
                lines.append(comment.lstrip("/ "))
            else:
                text = re.sub(r"^/\*\*?|\*/$|(?m:^\s*\*)", " ", comment)
                yield Text(path, line, "comment", _type.sub(" ", text).strip())
        elif found["string"]:
            text = re.sub(r"\$\{[^}]*\}", "{}", found["string"][1:-1]).replace("\\", "")
            if (
                _prose.search(text)
                and not _markup.search(text)
                and "{ " not in text
                and "\\u" not in found[0]
            ):
                yield Text(path, line, "message", text)
    if lines:
        yield Text(path, start, "comment", " ".join(lines))


def css_texts(path: str, source: str) -> Iterator[Text]:
    """The comments of a style sheet."""
    for found in re.finditer(r"/\*(.*?)\*/", source, re.DOTALL):
        yield Text(path, source.count("\n", 0, found.start()) + 1, "comment", found[1].strip())


#: Django tags that show text, and how. Replacements keep the template's lines.
_translate = re.compile(r"{%\s*trans(?:late)?\s+(?:\"([^\"]*)\"|'([^']*)').*?%}")
_tag = re.compile(r"{%.*?%}", re.DOTALL)
_comment = re.compile(r"{#(.*?)#}|{%\s*comment\s*%}(.*?){%\s*endcomment\s*%}|<!--(.*?)-->", re.DOTALL)
_blocktranslate = re.compile(
    r"{%\s*blocktrans(?:late)?\b[^%]*%}(.*?){%\s*endblocktrans(?:late)?\s*%}", re.DOTALL
)
_shown_attribute = re.compile(r"\s(?:title|alt|placeholder|aria-label|data-[a-z-]+)=\"([^\"]*)\"")
_button = re.compile(
    r"<button\b[^>]*>(.*?)</button>|<a\b[^>]*class=\"[^\"]*fsd-button[^\"]*\"[^>]*>(.*?)</a>"
    r"|<input\b[^>]*type=\"submit\"[^>]*value=\"([^\"]*)\"",
    re.DOTALL,
)


def template_texts(path: str, source: str) -> Iterator[Text]:
    """The comments of a template, and its visible texts, attributes and buttons."""
    for found in _comment.finditer(source):
        yield Text(
            path, _line(source, found.start()), "comment", next(filter(None, found.groups()), "").strip()
        )
    blank = _comment.sub(lambda found: _lines(found[0]), source)
    blank = _blocktranslate.sub(lambda found: "\x01" + _variables(found[1]) + "\x02", blank)
    blank = _translate.sub(lambda found: "\x01" + (found[1] or found[2] or "") + "\x02", blank)
    blank = _tag.sub(lambda found: "\x00" + _lines(found[0]), blank)
    blank = re.sub(r"{{.*?}}", "{}", blank)
    blank = re.sub(r"</?(?:b|code|em|i|kbd|strong)\b[^>]*>", "", blank)
    blank = re.sub(
        r"<(script|style)\b([^>]*)>.*?</\1>",
        lambda found: f"<x{found[2]}>{_lines(found[0])}",
        blank,
        flags=re.DOTALL,
    )
    buttons: set[int] = set()
    for found in _button.finditer(blank):
        number = next(number for number in (1, 2, 3) if found[number] is not None)
        inner = re.sub(
            r"<span class=\"material-symbols-outlined\".*?</span>",
            lambda icon: " " * len(icon[0]),
            found[number],
        )
        for part in re.finditer(r"[^<>\x00-\x02]+(?![^<]*>)", inner):
            buttons.add(found.start(number) + part.start())
            yield from _shown(path, blank, found.start(number) + part.start(), "button", part[0])
    for found in _shown_attribute.finditer(blank):
        for part in re.finditer(r"[^\x00-\x02]+", found[1]):
            yield from _shown(path, blank, found.start(1) + part.start(), "message", part[0])
    without_tags = re.sub(r"<[a-zA-Z/!][^>]*>", lambda found: re.sub(r"[^\n]", "\x00", found[0]), blank)
    for part in re.finditer(r"[^\x00-\x02]+", without_tags):
        if part.start() not in buttons:
            yield from _shown(path, blank, part.start(), "message", part[0])


def _shown(path: str, source: str, start: int, kind: str, text: str) -> Iterator[Text]:
    text = " ".join(text.split())
    if re.search(r"[A-Za-z]{2,}", text.replace("{}", "")) and not re.fullmatch(r"[a-z0-9_./#:-]+", text):
        yield Text(path, _line(source, start), kind, text)


def _variables(text: str) -> str:
    """The text of a blocktranslate with ``{}`` for variables, and its plural."""
    return re.sub(r"{{.*?}}", "{}", re.sub(r"{%\s*plural\s*%}", "\x00", text))


def _line(source: str, position: int) -> int:
    return source.count("\n", 0, position) + 1


def _lines(text: str) -> str:
    return "\n" * text.count("\n")


def markdown_texts(path: str, source: str) -> Iterator[Text]:
    """The paragraphs, headings and cells of a page, without code."""
    source = re.sub(r"^```.*?^```$", lambda found: _lines(found[0]), source, flags=re.DOTALL | re.MULTILINE)
    source = re.sub(r"<!--.*?-->", lambda found: _lines(found[0]), source, flags=re.DOTALL)
    block: list[str] = []
    start = 0
    for number, line in enumerate([*source.splitlines(), ""], 1):
        own = line.startswith(("#", "|", "- ", "* ", "> "))
        if block and (own or not line.strip()):
            yield Text(path, start, "prose", _without_code(" ".join(block)))
            block = []
        if line.strip():
            start = start if block else number
            block.append(line.strip())


def _without_code(text: str) -> str:
    return re.sub(r"\]\([^)]*\)", "]", re.sub(r"(`+).+?\1", "`…`", text))


def makefile_texts(path: str, source: str) -> Iterator[Text]:
    """The comments and messages of the Makefile."""
    for number, line in enumerate(source.splitlines(), 1):
        if line.startswith("#"):
            yield Text(path, number, "comment", line.lstrip("# "))
        for echoed in re.findall(r"echo \"([^\"]*)\"", line):
            yield Text(path, number, "message", echoed)


def schema_texts(schema: Any, path: str = SCHEMA) -> Iterator[Text]:
    """Every description and summary of the API's schema."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key in ("description", "summary") and isinstance(value, str):
                yield Text(path, 0, "prose", value)
            yield from schema_texts(value, f"{path}/{key}".replace("/paths//api/v1", ""))
    elif isinstance(schema, list):
        for value in schema:
            yield from schema_texts(value, path)
