"""Scripts contain only reachable code, and are safe inside a page."""

import json
from graphlib import TopologicalSorter

import pytest
from py_mini_racer import MiniRacer

from fullstory_dest.compiler import es_modules
from fullstory_dest.compiler.artifacts import build_plugin, build_snippet
from fullstory_dest.compiler.bundle import bundle
from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.compiler.es_modules import RUNTIME, ModuleError, read_module
from fullstory_dest.compiler.files import canonical_json, script_literal
from fullstory_dest.compiler.used_instructions import used_instructions
from tests.factories import destination_spec, mapping_spec, presets_spec, source_spec

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>",
    "\u2028\u2029",
    "'\"`${x}\\",
    "\x01\x7f\u0080",
    "é😀",
    "@config",
]


def a_runtime(folder, monkeypatch, **files):
    for name, text in files.items():
        (folder / f"{name}.js").write_text(text)
    monkeypatch.setattr(es_modules, "RUNTIME", folder)
    read_module.cache_clear()
    bundle.cache_clear()


@pytest.fixture
def runtime(tmp_path, monkeypatch):
    yield lambda **files: a_runtime(tmp_path, monkeypatch, **files)
    read_module.cache_clear()
    bundle.cache_clear()


def test_it_leaves_out_unreachable_functions(runtime):
    runtime(
        entry="import { used } from './other.js';\n\nexport function start() {\n  return used();\n}\n",
        other="export const unused = 'UNUSED';\n\n/** Kept. */\nexport function used() {\n  return 'USED';\n}\n",
    )
    script = bundle("entry.js", "start()")
    assert "USED" in script
    assert "UNUSED" not in script


def test_it_bundles_modules_that_import_each_other(runtime):
    runtime(
        entry="import { even } from './other.js';\nexport function odd(n) {\n  return n > 0 && even(n - 1);\n}\n",
        other="import { odd } from './entry.js';\nexport function even(n) {\n  return n === 0 || odd(n - 1);\n}\n",
    )
    context = MiniRacer()
    context.eval(bundle("entry.js", "globalThis.answer = odd(7)"))
    assert context.eval("answer") is True


def test_it_defines_functions_before_tables_and_keeps_this(runtime):
    runtime(
        entry="const table = {\n  'one': one,\n};\n"
        "function one() {\n  return two.call(3);\n}\n"
        "function two() {\n  return this + table.one.length;\n}\n"
    )
    context = MiniRacer()
    context.eval(bundle("entry.js", "globalThis.answer = table.one()"))
    assert context.eval("answer") == 3


def test_it_refuses_a_name_that_is_declared_twice(runtime):
    runtime(
        entry="import { a } from './other.js';\nconst same = a;\n",
        other="export const a = 1;\nconst same = 2;\n",
    )
    with pytest.raises(ModuleError, match="same is declared twice"):
        bundle("entry.js", "same")


@pytest.mark.parametrize(
    "line", ["start();", "import x from './x.js';", "export default 1;", "class A {}", "var a;"]
)
def test_it_refuses_an_unsupported_statement_with_its_line(runtime, line):
    runtime(entry=f"const a = 1;\n{line}\n")
    with pytest.raises(ModuleError, match=r"entry\.js:2: expected an import or a top-level declaration"):
        bundle("entry.js", "a")


@pytest.mark.parametrize(
    ("second", "is_moved"),
    [
        # Hidden from the minifier in a literal or a default, or a call, whose order matters.
        ("const { length } = f({ first });", True),
        ("const [a = first] = given;", True),
        ("const [a] = f(given);", True),
        ("const [a] = f({\n    b: { first },\n  });", True),
        # Visible to the minifier, independent of order, or not adjacent.
        ("const [a] = f(first);", False),
        ("const [a] = first || f({ first });", False),
        ("const { length } = given;", False),
        ("f();\n  const [a] = f(given);", False),
        ("let [a] = f({ first });", False),
        ("const a = f({ first });", False),
    ],
)
def test_it_refuses_a_const_that_the_minifier_would_move(runtime, second, is_moved):
    runtime(
        entry="function f(given) {\n"
        "  const first = () => {\n    const one = 1;\n    return one;\n  };\n"
        f"\n  // Why.\n  {second}\n"
        "}\n"
    )
    if is_moved:
        with pytest.raises(ModuleError, match=r"entry\.js: the minifier would move this"):
            read_module("entry.js")
    else:
        read_module("entry.js")


def test_it_finds_no_import_cycles_in_the_runtime():
    paths = [str(path.relative_to(RUNTIME)) for path in RUNTIME.rglob("*.js")]
    assert len(paths) > 10
    # Raises CycleError.
    assert set(TopologicalSorter({path: read_module(path).imports for path in paths}).static_order()) == set(
        paths
    )


TABLES = """
const layers = {
  'debug': carried,
};
const modes = {
  'devMode': carried,
};
function carried() {
  return 'CARRIED';
}
export function start(settings) {
  let outlet = [];
  for (const name of Object.keys(layers)) outlet.push(layers[name]());
  if (modes.devMode && settings.devMode) return modes.devMode();
  return outlet;
}
"""


@pytest.mark.parametrize(
    ("settings", "answer"),
    [({}, []), ({"debug": True}, ["CARRIED"]), ({"devMode": True}, "CARRIED")],
)
def test_it_drops_statements_about_missing_entries(runtime, settings, answer):
    spec = source_spec(destination_spec(settings={"orgId": "o-1ABCD-na1", **settings}))
    runtime(entry=TABLES)
    call = f"globalThis.answer = start({script_literal(settings)})"
    script = bundle("entry.js", call, used_instructions(compile_source(spec)))
    assert ("CARRIED" in script) == bool(settings)
    assert ("Object.keys" in script) == ("debug" in settings)
    assert ("devMode" in script) == ("devMode" in settings)
    context = MiniRacer()
    context.eval(script)
    assert json.loads(context.eval("JSON.stringify(answer)")) == answer


def test_it_keeps_a_condition_that_has_an_else(runtime):
    runtime(
        entry="const modes = {};\nexport function start() {\n"
        "  if (modes.devMode && 1) return 1;\n  else return 2;\n}\n"
    )
    context = MiniRacer()
    used = used_instructions(compile_source(presets_spec()))
    context.eval(bundle("entry.js", "globalThis.answer = start()", used))
    assert context.eval("answer") == 2


def test_it_leaks_no_globals():
    context = MiniRacer()
    before = set(json.loads(context.eval("JSON.stringify(Object.getOwnPropertyNames(globalThis))")))
    context.eval(bundle("preview.js", "definePreview()"))
    after = set(json.loads(context.eval("JSON.stringify(Object.getOwnPropertyNames(globalThis))")))
    assert after - before == {"preview", "previewApart", "trace"}


def test_it_uses_few_instructions_for_the_presets():
    used = used_instructions(compile_source(presets_spec()))
    assert used.conditions == {"="}
    assert used.functions == set()
    assert used.templates == {"object", "path", "exists"}
    assert used.actions == {"identifyUserV2", "trackEventV2", "viewedPageV2"}


def test_it_finds_instructions_at_any_depth():
    spec = source_spec(
        destination_spec(
            mapping_spec(
                trigger='!(length(lowercase(event)) > 3 or contains(event, "a"))',
                fields={
                    "name": {
                        "@replace": {"pattern": "path", "replacement": "", "value": {"@path": "$.event"}}
                    },
                    "properties": {
                        "a": {"@flatten": {"separator": ".", "value": {"@path": "$.properties"}}},
                        "b": [{"@case": {"operator": "upper", "value": {"@template": "x{{event}}"}}}],
                    },
                },
            )
        )
    )
    used = used_instructions(compile_source(spec))
    assert used.conditions == {"!", "or", ">", "contains"}
    assert used.functions == {"length", "lowercase"}
    assert used.templates >= {"replace", "path", "flatten", "case", "template", "array", "object"}


def test_it_bundles_only_code_that_the_mappings_use():
    config = compile_source(presets_spec())
    everything = bundle("snippet.js", "install(0)")
    assert len(build_snippet(config).body) < len(everything)
    for word in (b"flattenedSeparator", b"setUserVars('", b"camelCase"):
        assert word not in build_plugin(config).body


def test_it_writes_literals_that_cannot_end_a_script():
    value = {"names": HOSTILE, "</script>": 1}
    literal = script_literal(value)
    assert "<" not in literal
    assert literal.isascii()
    assert json.loads(MiniRacer().eval(f"JSON.stringify({literal})")) == value


@pytest.mark.parametrize("text", HOSTILE)
def test_it_keeps_hostile_text_unchanged_in_the_config(text):
    spec = source_spec(destination_spec(mapping_spec(name=text, fields={"name": text})))
    body = build_snippet(compile_source(spec)).body.decode("ascii")
    assert "</script" not in body.lower()
    assert "<!--" not in body
    assert script_literal(text) in body


def test_it_writes_canonical_json_for_any_key_order():
    assert canonical_json({"b": 1, "a": [{"d": 1, "c": 2}]}) == canonical_json(
        {"a": [{"c": 2, "d": 1}], "b": 1}
    )
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"a": float("nan")})
