"""Every text follows the project's writing rules."""

import pytest
from drf_spectacular.generators import SchemaGenerator

from tests.voice.rules import problems
from tests.voice.texts import Text, every_text, schema_texts


def all_texts() -> list[Text]:
    """The texts of the files and of the API's schema."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return [*every_text(), *schema_texts(schema)]


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    return all_texts()


def test_it_finds_every_text_in_our_voice(texts):
    found = [f"{text}\n    {problem}" for text in texts for problem in problems(text)]
    assert not found, "\n".join(["", *found, f"{len(found)} problems. CONTRIBUTING.md has the rules."])


def test_it_collects_texts_of_every_kind(texts):
    assert {text.kind for text in texts} >= {
        "message",
        "button",
        "label",
        "help",
        "prose",
        "docstring",
        "comment",
    }
    assert len(texts) > 4000
    assert sum(text.path.startswith("openapi/") for text in texts) > 100


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("prose", "Whoever saves second is told.", '"Whoever"'),
        ("prose", "Who has none copies the snippet.", '"Who has none copies …"'),
        ("prose", "Copy it. What is typed is kept.", '". What is typed …"'),
        ("prose", "Pick a colour.", '"colour"'),
        ("message", "x" * 141, "141 characters; 140 at most"),
        ("message", "Saved. Reload the page", "missing final period"),
        ("message", "Saved..", "double period"),
        ("help", "Both keys work until then", "missing final period"),
        ("sentence", "Write key revoked", "missing final period"),
        ("label", "Grace period.", "a label has no final period"),
        ("button", "Token", "a button is a verb and a noun"),
        ("button", "Create", "a button is a verb and a noun"),
        ("button", "Create Token", "a button is in sentence case"),
    ],
)
def test_it_rejects_texts_that_break_a_rule(kind, text, problem):
    assert any(problem in found for found in problems(Text("", 1, kind, text)))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("prose", "Who can publish? Publishers and owners can."),
        ("message", "Scheduled publish failed"),
        ("message", "This key was already rotated after you opened the page. No changes were made."),
        ("help", "Both keys work until then."),
        ("button", "Create token"),
        ("button", "Cancel"),
        ("button", "Load {} into drafts"),
    ],
)
def test_it_accepts_texts_in_our_voice(kind, text):
    assert not list(problems(Text("", 1, kind, text)))
