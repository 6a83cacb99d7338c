"""Every served script runs in browsers of 2018, as far as a parser can check."""

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
    """Syntax and functions newer than ES2018, by the name of the script. A name in ``.js`` is a module."""
    needs(shutil.which("node"), "Node, to parse scripts")
    needs((ORACLE / "node_modules/acorn").is_dir(), "acorn in tests/oracle (npm ci there), to parse scripts")
    run = subprocess.run(
        ["node", ORACLE / "es2018.cjs"], input=json.dumps(scripts), capture_output=True, text=True, check=True
    )
    return json.loads(run.stdout)


def hostile_config():
    """A config in which every text could end a script, or is not allowed in one."""
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


def test_it_serves_scripts_in_es2018():
    served = {
        "the presets' snippet": build_snippet(compile_source(presets_spec())).body.decode(),
        "the presets' plugin": build_plugin(compile_source(presets_spec())).body.decode(),
        "a snippet with everything": bundle("snippet.js", "install({})"),
        "a plugin with everything": bundle("plugin.js", "definePlugin()"),
        "a snippet of hostile texts": build_snippet(hostile_config()).body.decode(),
    }
    assert complaints(served) == {}


def test_it_writes_modules_in_es2018():
    """All but the preview's, which runs in our engine. This includes new entry modules."""
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
def test_it_finds_newer_syntax_and_functions(script):
    assert complaints({"newer": script}).keys() == {"newer"}


def test_it_ignores_names_that_only_resemble_newer_functions():
    assert complaints({"older": "a.globalThis; ({ structuredClone: 1, flatMap: 2 })"}) == {}
