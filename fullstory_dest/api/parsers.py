"""Reads request bodies: JSON as RFC 8259 has it, and nothing that could not be stored or sent on."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import islice
from typing import IO, Any, Final

from rest_framework.parsers import JSONParser

from fullstory_dest.api.problems import ApiProblem
from fullstory_dest.problem import Problem, describe

MAXIMUM_DEPTH: Final = 100
MAXIMUM_PROBLEMS: Final = 20

#: A NUL and half a surrogate pair are Python strings, but neither UTF-8 nor PostgreSQL can hold them.
_unstorable = re.compile("[\x00\ud800-\udfff]")


class StrictJSONParser(JSONParser):
    """Refuses what is not an object in UTF-8, and says where in it is what JSON cannot hold."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        assert parser_context is not None
        # Not from the stream: Django holds the body to DATA_UPLOAD_MAX_MEMORY_SIZE.
        body: bytes = parser_context["request"].body
        try:
            value = json.loads(body.decode(), parse_int=_integer)
        except UnicodeDecodeError as error:
            raise _malformed(Problem((), f"is not UTF-8 at byte {error.start}")) from error
        except json.JSONDecodeError as error:
            raise _malformed(Problem((), f"is not JSON: {error.msg}", position=error.pos)) from error
        except RecursionError as error:
            raise _malformed(Problem((), f"is nested more than {MAXIMUM_DEPTH} levels deep")) from error
        if not isinstance(value, dict):
            raise _malformed(Problem((), f"expected an object, found {describe(value)}"))
        if problems := list(islice(_check(value), MAXIMUM_PROBLEMS)):
            raise _malformed(*problems)
        return value


def _malformed(*problems: Problem) -> ApiProblem:
    return ApiProblem(HTTPStatus.BAD_REQUEST, "malformed", problems)


def _integer(text: str) -> int | float:
    """The number, or infinity where Python would refuse to read one with so many digits."""
    return int(text) if len(text) < sys.int_info.default_max_str_digits else math.inf


def _check(document: Any) -> Iterator[Problem]:
    """What cannot be stored or sent on: some characters, some numbers, and nesting too deep to walk."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), document)]
    while waiting:
        path, value = waiting.pop()
        if len(path) > MAXIMUM_DEPTH:
            yield Problem((), f"is nested more than {MAXIMUM_DEPTH} levels deep")
            return
        if isinstance(value, dict):
            for key, part in value.items():
                if found := _unstorable.search(key):
                    yield Problem(path, f"has a key with {_named(found[0])}")
                else:
                    waiting.append(((*path, key), part))
        elif isinstance(value, list):
            waiting += [((*path, index), part) for index, part in enumerate(value)]
        elif isinstance(value, str):
            if found := _unstorable.search(value):
                yield Problem(path, f"has {_named(found[0])}")
        elif isinstance(value, int | float) and not abs(value) <= sys.float_info.max:
            yield Problem(path, "expected a finite number that JavaScript can hold")


def _named(character: str) -> str:
    return f"the character U+{ord(character):04X}, which cannot be stored"
