"""Triggers are parsed once: compiling reuses the tree of the check."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fullstory_dest.fql.tokenizer import Tokenizer
from fullstory_dest.models import TestCase
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.publish_with_test_cases import publish_with_test_cases
from tests.factories import a_mapping, a_set_up_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def count_parses(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], int]:
    """Count the parsed triggers while a function runs."""

    def count(work: Callable[[], object]) -> int:
        parsed: list[str] = []
        begin = Tokenizer.__init__

        def begin_counted(self: Tokenizer, source: str) -> None:
            parsed.append(source)
            begin(self, source)

        with monkeypatch.context() as patch:
            patch.setattr(Tokenizer, "__init__", begin_counted)
            work()
        return len(parsed)

    return count


def test_it_parses_each_trigger_once_to_publish(count_parses):
    source = a_set_up_source()
    assert count_parses(lambda: publish(source.production)) == 3


def test_it_parses_each_trigger_once_to_publish_with_test_cases(count_parses):
    source = a_set_up_source()
    TestCase(source=source, name="Nothing", event={"type": "alias"}, expected=[]).save()
    assert count_parses(lambda: publish_with_test_cases(source.production)) == 3


def test_it_parses_a_trigger_once_to_save_a_mapping(count_parses):
    mapping = a_mapping(trigger="event = 'x'  and type='track'")
    assert count_parses(mapping.save) == 1
