"""Suggestions for unknown names."""

import pytest

from fullstory_dest.did_you_mean import closest, did_you_mean, unknown_name

KNOWN = ["orgId", "host", "appHost", "recordOnlyThisIFrame"]


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("orgID", "orgId"),
        ("org_id", "orgId"),
        ("APP-HOST", "appHost"),
        ("h_o_s_t", "host"),
        ("h-o-s-t", "host"),
        ("hsot", "host"),
        ("recordonly", "recordOnlyThisIFrame"),  # a beginning can be much shorter
        ("onlythisiframe", "recordOnlyThisIFrame"),
        ("thisiframe", None),  # another part can't
        ("port", None),
        ("", None),
    ],
)
def test_it_suggests_the_most_similar_name(name, suggestion):
    assert closest(name, KNOWN) == suggestion


def test_it_suggests_less_than_similar_names_on_request():
    assert closest("hoot", ["host"], likeness=0.75) == "host"
    assert closest("hoot", ["host"], likeness=0.76) is None


def test_it_ends_a_message_with_a_suggestion():
    assert did_you_mean("hsot", KNOWN) == "; did you mean host?"
    assert did_you_mean("x", KNOWN) == ""


def test_it_lists_all_names_without_a_suggestion():
    assert unknown_name("key", "hsot", KNOWN) == "unknown key 'hsot'; did you mean 'host'?"
    assert unknown_name("key", "x", ["a", "b"]) == "unknown key 'x'; expected one of a, b"
