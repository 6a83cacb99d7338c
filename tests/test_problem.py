"""Problems of user input, and errors in text."""

import pytest

from fullstory_dest.problem import SHOWN_WIDTH, Problem, ProblemsError, TextSyntaxError, describe, excerpt

LONG = "".join(f"{number:04}" for number in range(100))


@pytest.mark.parametrize(
    ("source", "position", "line", "marked"),
    [
        ("a = b", 0, "a = b", "a"),
        ("a = b", 4, "a = b", "b"),
        ("one\ntwo\nthree", 5, "two", "w"),
        ("one\r\ntwo\r\n", 5, "two", "t"),
        ("\n\n", 1, "", ""),
        (LONG, 0, LONG[:SHOWN_WIDTH], "0"),
        (LONG, 50, LONG[:SHOWN_WIDTH], "1"),
        (LONG, 203, LONG[153:253], "0"),
        (LONG, 399, LONG[349:], "9"),
        (f"{LONG}\n{LONG}", 403, LONG[:SHOWN_WIDTH], "0"),
    ],
)
def test_it_marks_a_position_in_its_line(source, position, line, marked):
    shown, caret = excerpt(source, position).split("\n")
    assert shown == f"    {line}"
    assert caret.strip() == "^"
    assert shown[len(caret) - 1 : len(caret)] == marked


def test_it_marks_a_position_after_tabs():
    assert excerpt("\ta\tb", 3) == "    \ta\tb\n    \t \t^"


def test_it_adds_the_marked_line_to_an_error():
    assert str(TextSyntaxError("Expected b", "a c", 2)) == "Expected b\n    a c\n      ^"


def test_it_writes_a_path_as_a_json_pointer():
    problem = Problem(("a/b", "c~d", 0), "is wrong", 3, ("x",), of_key=True)
    assert problem.pointer == "/a~1b/c~0d/0"
    assert str(problem) == "/a~1b/c~0d/0: is wrong"
    below = problem.below("fields", 1)
    assert below.pointer == "/fields/1/a~1b/c~0d/0"
    assert (below.message, below.position, below.expected, below.of_key) == ("is wrong", 3, ("x",), True)
    assert str(Problem((), "is wrong")) == "is wrong"


def test_it_lists_all_problems_of_an_input():
    error = ProblemsError([Problem(("a",), "is wrong"), Problem((), "is long")])
    assert str(error) == "/a: is wrong; is long"
    assert [problem.pointer for problem in error.problems] == ["/a", ""]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "null"),
        (True, "a boolean"),
        (1, "a number"),
        (1.5, "a number"),
        ("1", "a string"),
        ([], "an array"),
        ({}, "an object"),
        (set(), "set"),
    ],
)
def test_it_names_the_type_of_a_value(value, name):
    assert describe(value) == name
