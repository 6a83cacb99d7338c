"""Every script that we serve runs in browsers of 2018, as far as a parser can tell."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from fullstory_dest.compiler.artifacts import build_plugin, build_snippet
from fullstory_dest.compiler.bundle import bundle
from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.compiler.es_modules import RUNTIME
from tests.factories import destination_spec, mapping_spec, presets_spec, source_spec
from tests.requirements import needs

ORACLE = Path(__file__).parent.parent / "oracle"

HOSTILE = [
    "</script><script>",
    "<!--<script>",
    "]]>",
    "\u2028\u2029",
    "'\"`${x}\\",
    "\x01\x7f",
    "é😀",
    "@config",
]


def complaints(scripts):
    """What is newer than ES2018, by the name of the script. One that ends in ``.js`` is a module."""
    needs(shutil.which("node"), "Node, to parse scripts")
    needs((ORACLE / "node_modules/acorn").is_dir(), "acorn in tests/oracle (npm ci there), to parse scripts")
    run = subprocess.run(
        ["node", ORACLE / "es2018.cjs"], input=json.dumps(scripts), capture_output=True, text=True, check=True
    )
    return json.loads(run.stdout)


def hostile_config():
    """A config whose every text is one that could end a script, or not be part of one."""
    quoted = [text.replace('"', '""') for text in HOSTILE]
    mappings = [
        mapping_spec(
            id=number,
            name=text,
            trigger=f'event = "{quoted[number]}"',
            fields={"name": text, "properties": {"text": text, "path": {"@path": f"$.{text}"}}},
        )
        for number, text in enumerate(HOSTILE)
    ]
    return compile_source(source_spec(destination_spec(*mappings)))


def test_scripts_are_of_2018():
    served = {
        "the presets' snippet": build_snippet(compile_source(presets_spec())).body.decode(),
        "the presets' plugin": build_plugin(compile_source(presets_spec())).body.decode(),
        "a snippet with everything": bundle("snippet.js", "install({})"),
        "a plugin with everything": bundle("plugin.js", "definePlugin()"),
        "a snippet of hostile texts": build_snippet(hostile_config()).body.decode(),
    }
    assert complaints(served) == {}


def test_modules_are_of_2018():
    """All but the preview's, which runs in an engine of our own: so no new entry is forgotten."""
    modules = {
        str(path.relative_to(RUNTIME)): path.read_text()
        for path in RUNTIME.rglob("*.js")
        if path.name != "preview.js"
    }
    assert len(modules) > 40
    assert complaints(modules) == {}


@pytest.mark.parametrize(
    "script",
    [
        "a ?? b",
        "a?.b",
        "try {} catch {}",
        "a.flatMap(f)",
        "a['flatMap'](f)",
        "const { fromEntries } = Object",
        "globalThis.a",
        "f(structuredClone)",
        "/(?<=a)b/.test(c)",
        "1n",
        "class A { #b }",
    ],
)
def test_what_is_newer_is_found(script):
    assert complaints({"newer": script}).keys() == {"newer"}


def test_what_only_looks_newer_is_not_found():
    assert complaints({"older": "a.globalThis; ({ structuredClone: 1, flatMap: 2 })"}) == {}
