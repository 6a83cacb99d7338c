"""Strict parsing of request bodies."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from itertools import islice
from typing import IO, Any

from rest_framework.parsers import JSONParser

from fullstory_dest.api.base.problems import ApiProblem
from fullstory_dest.problem import Problem, describe
from fullstory_dest.strict_json import MAXIMUM_PROBLEMS, JSONError, read_json
from fullstory_dest.unstorable_text import check_text


class StrictJSONParser(JSONParser):
    """Parse a JSON object (RFC 8259) in UTF-8. Report where it has malformed or unstorable values."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        assert parser_context is not None
        # Not the stream: reading the body applies DATA_UPLOAD_MAX_MEMORY_SIZE.
        body: bytes = parser_context["request"].body
        try:
            value = read_json(body)
        except JSONError as error:
            raise _malformed(*error.problems) from error
        if not isinstance(value, dict):
            raise _malformed(Problem((), f"expected an object, found {describe(value)}"))
        if problems := list(islice(check_text(value), MAXIMUM_PROBLEMS)):
            raise _malformed(*problems)
        return value


def _malformed(*problems: Problem) -> ApiProblem:
    return ApiProblem(HTTPStatus.BAD_REQUEST, "malformed", problems)
