"""Any text leads to a result or an FQLError within a short time."""

import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fullstory_dest.fql import FQLError, compile, normalize, parse, unparse
from fullstory_dest.fql.segment import differences, subscribe

LONGEST = 5_000

openings = st.sampled_from(
    [
        "(",
        "!",
        "!(",
        "lowercase(",
        "contains(",
        'type = "a" and (',
        'type = "a" or (',
        "type in [",
        "properties[",
        '"',
    ]
)
closings = st.sampled_from(["", ")", "]", '"', 'type = "a"', 'type = "a")', "event)"])
CONDITIONS = """
type = "a"
contains(event, "a")
!match(name, "a*")
userId in ["a", "b"]
"a" in properties.list
properties.x > 5
!(properties.x = 5)
lowercase(event) = "a"
properties.paid
"""
conditions = st.sampled_from(CONDITIONS.strip().splitlines())
chains = st.lists(st.tuples(st.sampled_from([" and ", " or "]), conditions), min_size=1, max_size=12)


def chains_of(inner):
    return st.builds(
        lambda first, rest: "(" + first + "".join(operator + each for operator, each in rest) + ")",
        inner,
        st.lists(st.tuples(st.sampled_from([" and ", " or "]), inner), min_size=1, max_size=4),
    )


def everything(text):
    """Run everything that the product does with the text of a trigger."""
    try:
        trigger = parse(text)
    except FQLError as error:
        return str(error)
    printed = unparse(trigger)
    assert len(printed) > LONGEST or parse(printed) == trigger
    normal = normalize(text, trigger)
    assert compile(parse(normal)) == compile(trigger)
    assert normalize(normal, parse(normal)) == normal
    different = differences(text, trigger)
    assert not differences(normal, trigger) or different
    return compile(trigger), subscribe(trigger), different


def seconds(work, text):
    """Processor seconds of a piece of work: the best of three, because the machine may be busy."""
    times = []
    for _ in range(3):
        started = time.process_time()
        work(text)
        times.append(time.process_time() - started)
    return min(times)


@settings(deadline=None)
@given(st.text() | st.text(st.sampled_from("ab.=!<>()[] \"'\\,0-*\n")))
def test_it_handles_any_text(text):
    everything(text)


@settings(deadline=None)
@given(opening=openings, times=st.integers(1, 300), inner=conditions, closing=closings)
def test_it_handles_any_nesting(opening, times, inner, closing):
    everything((opening * times + inner + closing * times)[:LONGEST])


@settings(deadline=None)
@given(st.recursive(conditions, lambda inner: chains_of(inner) | inner.map("!({})".format), max_leaves=12))
def test_it_handles_any_logic(text):
    assert everything(text)[0]


@settings(max_examples=30, deadline=None)
@given(chains)
def test_it_is_fast_on_long_chains(chain):
    text = (chain[0][1] + "".join(operator + each for operator, each in chain * 100))[:LONGEST]
    text = text[: text.rfind(chain[-1][0])]
    assert seconds(lambda text: compile(parse(text)), text) < 0.05
    assert seconds(everything, text) < 0.5


@pytest.mark.parametrize(
    "text",
    [
        " and ".join(f"properties.p{n} = {n}" for n in range(200)),
        "type in [" + ",".join(map(str, range(1_000))) + "]",
        " and ".join(f'(type = "{n}" or event = "{n}")' for n in range(120)),
        " or ".join(
            f'(type = "{n}" and (event = "{n}" or name = "z" and userId = "{n}"))' for n in range(60)
        ),
        "".join(f'type = "a" {("and", "or")[n % 2]} (' for n in range(100)) + 'event = "b"' + ")" * 100,
        "!(" * 50 + 'type = "a" or event = "b"' + ")" * 50,
    ],
    ids=lambda text: f"{text[:24]}...",
)
def test_it_is_fast_on_the_longest_triggers(text):
    assert seconds(lambda text: compile(parse(text)), text) < 0.05
    assert seconds(everything, text) < 0.5
    assert everything(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        'properties.a < "' + "1" * 4_900 + 'x"',
        'match(event, "a*"\r\n) and name = "x"',
        "!" * 99 + 'contains(event, "x")',
    ],
    ids=lambda text: f"{text[:24]}...",
)
def test_it_is_fast_on_odd_triggers(text):
    assert seconds(everything, text) < 0.05


def test_it_limits_the_length_of_a_pattern():
    assert parse(f'match(event, "{"?" * 500}")')
    with pytest.raises(FQLError, match="at most 500 characters, but found 501"):
        parse(f'match(event, "{"?" * 501}")')


def test_it_uses_little_stack_for_the_deepest_trigger():
    """600 frames suffice, because those of a server or a test are below. Python stops at 1,000."""
    deepest = "".join(f'type = "a" {("and", "or")[n % 2]} (' for n in range(100)) + 'event = "b"' + ")" * 100
    frames = 0
    frame = sys._getframe()
    while frame := frame.f_back:
        frames += 1
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(frames + 600)
    try:
        assert everything(deepest)[0]
    finally:
        sys.setrecursionlimit(limit)
