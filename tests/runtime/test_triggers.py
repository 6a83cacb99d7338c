"""Every instruction of a trigger, alone and compared with Segment's `validate`."""

from typing import Any

import pytest

P = ["properties", "p"]

MISSING = object()


def event(value: Any) -> dict[str, Any]:
    return {"type": "track", "properties": {} if value is MISSING else {"p": value}}


#: A trigger on the property `p`, values that match, and values that don't.
CASES: list[tuple[list[Any], list[Any], list[Any]]] = [
    (["=", P, "a"], ["a"], ["A", "ab", "", None, MISSING, ["a"], 1]),
    (["=", P, "5"], ["5"], [5]),
    (["!=", P, "a"], ["b", 1, None, MISSING, True, ["a"]], ["a"]),
    (["=", P, 5], [5, 5.0], ["5", None, MISSING, True, [5]]),
    (["!=", P, 5], [4, 0], [5, "5", "4", None, MISSING, True]),
    (["=", P, True], [True], [False, 1, "true", None, MISSING]),
    (["=", P, False], [False], [True, 0, "", None, MISSING]),
    (["!=", P, True], [False, "true", None, MISSING], [True]),
    (["=", P, None], [None, MISSING], ["", 0, False, [], {}]),
    (["!=", P, None], ["", 0, False, [], {}], [None, MISSING]),
    (["<", P, 5], [4.9, -1, 0], [5, 6, "4", None, MISSING, True]),
    (["<=", P, 5], [5, 4], [5.1, "5", None, MISSING]),
    ([">", P, 5], [5.1], [5, "6", None, MISSING, True]),
    ([">=", P, 5], [5, 6], [4.9, "6", None, MISSING]),
    (["in", P, ["a", 1, None]], ["a", 1, None, MISSING], ["b", "1", True]),
    (["in", P, []], [], ["a", None, MISSING]),
    (
        ["has", P, "a"],
        [["a"], ["b", "a"]],
        [[], ["ab"], [["a"]], "a", {"a": "a"}, {"0": "a", "length": 1}, None, MISSING],
    ),
    (["has", P, 1], [[1], [1.0]], [["1"], [True], 1]),
    (["has", P, None], [[None], [1, None]], [[], [0], [""], None, MISSING]),
    (["has", P, ["type"]], [["track"]], [["page"], [], "track", MISSING]),
    (["has", P, ["absent"]], [[None]], [["a"], [], MISSING]),
    (["contains", P, "b"], ["abc", "b"], ["a", "B", None, MISSING, ["b"], 1]),
    (["contains", P, ""], ["", "a"], [None, 1]),
    (["contains", "abc", P], ["", "b", "abc"], ["d", None, MISSING]),
    (["!contains", P, "b"], ["a", ""], ["abc", None, MISSING, ["a"], 1]),
    (["match", P, ["a", ["*"]]], ["a", "ab", "a\nb"], ["ba", "", None, MISSING, 1, ["a"]]),
    (["!match", P, ["a", ["*"]]], ["ba", ""], ["a", "ab", None, MISSING, 1]),
    (["match", P, []], [""], ["a"]),
    (["match", P, ["ab"]], ["ab"], ["a", "abc", "Ab"]),
    (["match", P, [["*"], "d"]], ["d", "abcd"], ["", "da", "abc"]),
    (["match", P, ["a", ["?"], ["?"], "d"]], ["abcd", "a😀bd"], ["abd", "abcde"]),
    (["match", P, [["?"]]], ["a", "😀"], ["", "ab"]),
    (["match", P, [["*"], ["?"], ["?"]]], ["ab", "a😀"], ["😀", "a"]),
    (["match", P, ["ab", ["[]", "cC"], "d"]], ["abcd", "abCd"], ["abd", "abxd"]),
    (["match", P, [["[]", ["a", "z"], "-", ["0", "9"]]]], ["a", "q", "-", "5"], ["A", "", "aa"]),
    (["match", P, [["[]", ["😀", "😎"]]]], ["😀", "😃"], ["a", "\U0001f000"]),
    (["match", P, [["*"], "ab", ["*"], "ab", ["*"]]], ["abab", "xabyabz"], ["ab", "aba"]),
    (["match", P, [["*"], "aab"]], ["aaab"], ["aaba"]),
    (["match", P, ["*", ["*"]]], ["*", "*a"], ["a"]),
    (["match", P, ["\\d.+"]], ["\\d.+"], ["1x"]),
    (["and", ["!=", P, "a"], ["!=", P, "b"]], ["c"], ["a", "b"]),
    (["or", ["=", P, "a"], ["=", P, "b"]], ["a", "b"], ["c", MISSING]),
    (["!", ["=", P, "a"]], ["b", MISSING], ["a"]),
    (
        ["and", ["or", ["=", P, "a"], ["!", ["match", P, ["x"]]]], ["!=", P, None]],
        ["a", "y", 1],
        ["x", MISSING],
    ),
    (["=", {"length": [P]}, 3], ["abc", [1, 2, 3]], ["ab", 3, {}]),
    (["=", {"length": [P]}, 0], ["", [], None, MISSING], [" ", {}, 0, False]),
    (["=", {"lowercase": [P]}, "é"], ["É", "é"], ["e", None]),
    (["=", {"lowercase": [P]}, None], [None, MISSING, 1, [], False], ["", "A"]),
    (["=", {"uppercase": [P]}, "AB"], ["ab", "aB"], ["b", None]),
    (["=", {"snakecase": [P]}, "test_string"], ["test string"], ["testString", None]),
    (["=", {"kebabcase": [P]}, "test-string"], ["test string"], ["TEST STRING", None]),
    (["=", {"titlecase": [P]}, "Test String"], ["test string", "Test String"], ["TEST STRING", None]),
    (["=", {"typeof": [P]}, "string"], ["", "a"], [1, None]),
    (["=", {"typeof": [P]}, "number"], [0, 1.5], ["1"]),
    (["=", {"typeof": [P]}, "bool"], [True, False], [0]),
    (["=", {"typeof": [P]}, "list"], [[], [1]], [{}]),
    (["=", {"typeof": [P]}, "object"], [{}], [[], None]),
    (["=", {"typeof": [P]}, "null"], [None, MISSING], ["", 0, False]),
    (["=", {"bool": [P]}, True], ["a", "false", 1, True, [0], {}], ["", 0, False, None, MISSING, []]),
    (["=", {"string": [P]}, "5"], ["5", 5], [50, None]),
    (["=", {"string": [P]}, ""], ["", None, MISSING], [" ", 0, False]),
    (["=", {"string": [P]}, "[1,2]"], [[1, 2], "[1,2]"], [[2, 1]]),
    ([">", {"number": [P]}, 4], ["5", 5, " 6 "], ["4", "x", "", None, MISSING, [5], True]),
    (["=", {"number": [P]}, None], ["", " ", "x", None, MISSING, []], ["0", 0]),
    (["=", {"lowercase": [{"uppercase": [P]}]}, "a"], ["a", "A"], ["b"]),
    (["contains", {"lowercase": [P]}, {"lowercase": ["BC"]}], ["aBCd"], ["b"]),
]


@pytest.mark.parametrize(("trigger", "true_of", "false_of"), CASES, ids=[str(case[0]) for case in CASES])
def test_it_matches_as_the_compiled_config_describes(preview, trigger, true_of, false_of):
    held = preview.holds(trigger, [event(value) for value in [*true_of, *false_of]])
    assert held == [True] * len(true_of) + [False] * len(false_of)


def test_it_reads_paths_from_anywhere_in_the_event(preview):
    deep = {"context": {"page": {"url": "u", "list": [{"a": 1}]}}, "userId": "", "name": "abc"}
    for path, value in [
        (["context", "page", "url"], "u"),
        (["context", "page", "list", "0", "a"], 1),
        (["userId", "anything"], ""),
        (["name", "0"], "a"),
        (["name", "length"], 3),
        (["context", "missing", "deeper"], None),
    ]:
        assert preview.holds(["=", path, value], [deep]) == [True], path


@pytest.mark.parametrize(
    "path",
    [
        ["__proto__"],
        ["constructor"],
        ["constructor", "name"],
        ["properties", "toString"],
        ["properties", "__proto__", "hasOwnProperty"],
        ["event", "includes"],
        ["list", "map"],
    ],
)
def test_it_never_reads_a_prototype(preview, path):
    assert preview.holds(["=", path, None], [{"properties": {}, "event": "e", "list": []}]) == [True]


def test_it_reads_own_properties_of_any_name(preview):
    own = {"properties": {"constructor": "c", "hasOwnProperty": "h"}}
    assert preview.holds(["=", ["properties", "constructor"], "c"], [own]) == [True]
    assert preview.holds(["=", ["properties", "hasOwnProperty"], "h"], [own]) == [True]


def test_it_is_fast_on_a_glob_that_nearly_matches(preview):
    glob = [part for _ in range(20) for part in (["*"], "a")] + ["b"]
    assert preview.holds(["match", P, glob], [event("a" * 5000)]) == [False]


def starts(text: str) -> list[Any]:
    return [text, ["*"]] if text else [["*"]]


def ends(text: str) -> list[Any]:
    return [["*"], text] if text else [["*"]]


OPERATORS: list[tuple[str, Any, Any]] = [
    ("=", lambda v: ["=", P, v], str),
    ("!=", lambda v: ["!=", P, v], str),
    ("number_equals", lambda v: ["=", P, v], float),
    ("number_not_equals", lambda v: ["!=", P, v], float),
    ("<", lambda v: ["<", P, v], float),
    ("<=", lambda v: ["<=", P, v], float),
    (">", lambda v: [">", P, v], float),
    (">=", lambda v: [">=", P, v], float),
    ("contains", lambda v: ["contains", P, v], str),
    ("not_contains", lambda v: ["!contains", P, v], str),
    ("starts_with", lambda v: ["match", P, starts(v)], str),
    ("not_starts_with", lambda v: ["!match", P, starts(v)], str),
    ("ends_with", lambda v: ["match", P, ends(v)], str),
    ("not_ends_with", lambda v: ["!match", P, ends(v)], str),
    ("exists", lambda v: ["!=", P, None], None),
    ("not_exists", lambda v: ["=", P, None], None),
    ("is_true", lambda v: ["=", P, True], None),
    ("is_false", lambda v: ["=", P, False], None),
]
EXPECTED = {str: ["", "a", "ab", "5", "true", "é*"], float: [0, 5, -1, 2.5], None: [None]}
ACTUAL = [
    MISSING, None, "", "a", "ab", "bab", "abab", "5", "true", "é*", "xé*", 0, 5, 5.5, -1, 2.5, True, False,
    [], ["a"], [5], {}, {"a": 1},
]  # fmt: skip


@pytest.mark.parametrize(("operator", "trigger_of", "kind"), OPERATORS, ids=[name for name, *_ in OPERATORS])
def test_it_matches_like_segments_validate(preview, oracle, operator, trigger_of, kind):
    events = [event(value) for value in ACTUAL] + [{}, {"properties": None}, {"properties": "p"}]
    for expected in EXPECTED[kind]:
        condition = {"type": "event-property", "name": "p", "operator": operator, "value": expected}
        assert preview.holds(trigger_of(expected), events) == oracle("validate", condition, events), expected
