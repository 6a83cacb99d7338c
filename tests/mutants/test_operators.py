"""Mutants of short sources."""

import pytest

from tests.mutants.operators import mutants


def bodies(source):
    """The changed sources, without line breaks at the end."""
    return [mutant.source.decode().strip() for mutant in mutants("a.py", source.encode())]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", ["a <= b"]),
        ("a == b != c", ["a != b != c", "a == b == c"]),
        ("a and b or c", ["(a and b) and c", "(c)", "(a and b)", "a or b or c", "(b) or c", "(a) or c"]),
        ("not a", ["(a)"]),
        ("x = 7", ["x = 8", "x = (6)"]),
        ("x = True", ["x = False"]),
        ("x = 'key'", ["x = 'keyx'"]),
        ("x = a + b", ["x = a - b"]),
        ("x = (a, b)", ["x = (b,)", "x = (a,)"]),
        ("x = {a: b, **c}", ["x = {**c}", "x = {a: b}"]),
        ("x = f(a, b=c)", ["x = f(a)"]),
        ("f()", ["pass"]),
        ("x = any(y)", ["x = all(y)"]),
        ("x = y.first()", ["x = y.last()"]),
        ("x = [a for a in b if c]", ["x = [a for a in b if (not (c))]"]),
        ("if a:\n    b", ["if (not (a)):\n    b"]),
        ("def f():\n    return a", ["def f():\n    return None"]),
        (
            "if a is b:\n    raise E(c)",
            [
                "if a is not b:\n    raise E(c)",
                "if a is b:\n    pass",
                "if a is b:\n    raise ZeroDivisionError(c)",
            ],
        ),
        ("try:\n    a\nexcept E:\n    b", ["try:\n    a\nexcept ZeroDivisionError:\n    b"]),
        ("@atomic\ndef f():\n    pass", ["def f():\n    pass"]),
        ("x.y = z", ["pass"]),
        (
            "x = 'é' if a else 'b'",
            ["x = 'éx' if a else 'b'", "x = 'é' if a else 'bx'", "x = 'é' if (not (a)) else 'b'"],
        ),
    ],
)
def test_it_makes_one_mistake_at_a_time(source, expected):
    assert sorted(bodies(source)) == sorted(expected)


@pytest.mark.parametrize(
    "source",
    [
        '"""Text."""',
        'def f(x: "a") -> "b":\n    """Text."""',
        "__all__ = ['a', 'b']",
        "x: list['a']",
        "assert a == 1",
        "_logger.info('a', exc_info=True)",
        "x = _('Text')",
        "x = f(help_text='a')",
        "x = f'{a == 1}'",
        "x = 'several words'",
        "from a import b",
        "if TYPE_CHECKING:\n    x = 1",
    ],
)
def test_it_skips_code_without_behavior(source):
    assert bodies(source) == []


def test_it_shows_the_place_and_the_change():
    (mutant,) = mutants("a.py", b"x = 1\n".replace(b"1", b"a") + b"y = a < b\n")
    assert (mutant.line, mutant.last_line) == (2, 2)
    assert str(mutant) == "a.py:2  a < b  →  a <= b"
