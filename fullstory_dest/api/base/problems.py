"""Errors as RFC 9457 problem details."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from itertools import islice
from typing import Any, Final, TypedDict

from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, RequestDataTooBig
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import IntegrityError, OperationalError
from django.db.models import ProtectedError
from rest_framework.exceptions import APIException, NotFound, PermissionDenied, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from fullstory_dest.compiler.check import CompileError
from fullstory_dest.problem import Problem
from fullstory_dest.services.previews.engine import PreviewBusyError, PreviewError
from fullstory_dest.services.previews.preview_link import PreviewLinkPermissionError
from fullstory_dest.services.publishing.approvals import ApprovalRequiredError
from fullstory_dest.services.publishing.deploy import (
    LiveDeploymentChangedError,
    OutdatedReviewError,
    RollBackError,
)
from fullstory_dest.services.publishing.proposals import ProposalError
from fullstory_dest.services.publishing.publish_with_test_cases import FailingTestCasesError, PublishBusyError
from fullstory_dest.services.publishing.redeploy import NothingLiveError
from fullstory_dest.services.publishing.reviews import ReviewError
from fullstory_dest.services.row_locks import is_lock_timeout, is_write_conflict
from fullstory_dest.services.sources.rotate_key import WriteKeyChangedError

MEDIA_TYPE: Final = "application/problem+json"
MAXIMUM_ERRORS: Final = 100

#: Titles of the project's problem types. Other problems only have their HTTP status.
TITLES: Final = {
    "malformed": "Malformed request body",
    "invalid": "Invalid request",
    "too-large": "Request body too large",
    "conflict": "Edit conflict",
    "in-use": "Object is in use",
    "cannot-compile": "Source can't be compiled",
    "test-cases-fail": "Test cases fail",
    "cannot-roll-back": "Environment can't be rolled back to this deployment",
    "cannot-redeploy": "Nothing is live in this environment",
    "approval-required": "Approval required",
    "cannot-review": "Review doesn't allow this",
    "cannot-schedule": "Deployment can't be scheduled",
    "cannot-delete": "Environment can't be deleted",
    "cannot-migrate": "Classic destination can't be migrated",
    "cannot-preview": "Events can't be previewed",
    "busy": "Server is busy",
}

#: ``Retry-After`` of previews while others run, and of changes that waited too long for a lock.
PREVIEW_RETRY_SECONDS: Final = 1
CHANGE_RETRY_SECONDS: Final = 5

_CONFLICT_DETAIL: Final = "Another change was made at the same time. Reload and try again."


class _ErrorDetail(TypedDict):
    detail: str


class ProblemError(_ErrorDetail, total=False):
    """An error, with a JSON `pointer` into the body, or with the name of the query `parameter`.

    Errors in text have their `position` in characters from 0, and the tokens `expected` there.
    """

    pointer: str
    parameter: str
    position: int
    expected: list[str]


class ProblemDetails(TypedDict):
    """The body of error responses (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[ProblemError]


class ApiProblem(APIException):
    """An error of one of the types in ``TITLES``, with its problems. ``wait`` is the ``Retry-After`` in seconds."""

    def __init__(
        self, status: HTTPStatus, kind: str, problems: Iterable[Problem] | str, *, wait: int | None = None
    ) -> None:
        self.kind = kind
        self.wait = wait
        self.problems = () if isinstance(problems, str) else tuple(islice(problems, MAXIMUM_ERRORS))
        super().__init__(problems if isinstance(problems, str) else _summary(self.problems))
        self.status_code = status


class ProblemRenderer(JSONRenderer):
    media_type = MEDIA_TYPE


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """Handle exceptions for REST framework. Returns None, which leads to a 500, for unexpected exceptions."""
    error = _as_api_problem(error)
    response = exception_handler(error, context)
    if response is None:
        return None
    request: Request = context["request"]
    # Errors have this format regardless of the Accept header.
    request.accepted_renderer = ProblemRenderer()
    request.accepted_media_type = MEDIA_TYPE
    response.data = _problem_document(error, response, request)
    return response


def _problem_document(error: Exception, response: Response, request: Request) -> ProblemDetails:
    status = HTTPStatus(response.status_code)
    kind, problems = (error.kind, error.problems) if isinstance(error, ApiProblem) else (None, ())
    detail = error.detail if isinstance(error, APIException) else response.data.get("detail", "")
    # Errors of requests without a body are about the query.
    in_query = request.method in ("GET", "HEAD", "OPTIONS")
    return {
        "type": f"urn:problem-type:fullstory-dest:{kind}" if kind else "about:blank",
        "title": TITLES[kind] if kind else status.phrase,
        "status": status.value,
        "detail": str(detail),
        "instance": request.get_full_path(),
        "errors": [problem_error(problem, in_query=in_query) for problem in problems],
    }


def problem_error(problem: Problem, *, in_query: bool = False) -> ProblemError:
    """Return the API's form of a problem, with its query parameter or JSON pointer."""
    error: ProblemError = {"detail": problem.message}
    if in_query and problem.path:
        error["parameter"] = str(problem.path[0])
    else:
        error["pointer"] = problem.pointer
    if problem.position is not None:
        error["position"] = problem.position
    if problem.expected:
        error["expected"] = list(problem.expected)
    return error


def _as_api_problem(error: Exception) -> Exception:
    """Return the exception that REST framework can respond with, if the client caused the error."""
    match error:
        case ValidationError():
            return ApiProblem(HTTPStatus.BAD_REQUEST, "invalid", _serializer_problems(error.detail))
        case ModelValidationError():
            return ApiProblem(HTTPStatus.BAD_REQUEST, "invalid", model_problems(error))
        case CompileError():
            return ApiProblem(HTTPStatus.CONFLICT, "cannot-compile", error.problems)
        case FailingTestCasesError():
            failing = [Problem((), f"test case “{name}” fails") for name in error.names]
            return ApiProblem(HTTPStatus.CONFLICT, "test-cases-fail", failing or str(error))
        case OutdatedReviewError():
            return ApiProblem(HTTPStatus.CONFLICT, "conflict", _CONFLICT_DETAIL)
        case LiveDeploymentChangedError() | WriteKeyChangedError():
            sentence = str(error)
            return ApiProblem(
                HTTPStatus.CONFLICT, "conflict", f"{sentence[:1].upper()}{sentence[1:]}. {_CONFLICT_DETAIL}"
            )
        case RollBackError():
            return ApiProblem(HTTPStatus.CONFLICT, "cannot-roll-back", str(error))
        case PreviewLinkPermissionError():
            return PermissionDenied(str(error))
        case NothingLiveError():
            return ApiProblem(HTTPStatus.CONFLICT, "cannot-redeploy", "Nothing was deployed here yet.")
        case ApprovalRequiredError():
            return ApiProblem(HTTPStatus.FORBIDDEN, "approval-required", str(error))
        case ReviewError() | ProposalError():
            return ApiProblem(HTTPStatus.CONFLICT, "cannot-review", str(error))
        case PreviewBusyError():
            message = "Too many previews are running. Try again in a moment."
            return ApiProblem(HTTPStatus.TOO_MANY_REQUESTS, "busy", message, wait=PREVIEW_RETRY_SECONDS)
        case PreviewError():
            return ApiProblem(HTTPStatus.UNPROCESSABLE_ENTITY, "cannot-preview", str(error))
        case PublishBusyError():
            return _busy()
        case OperationalError() if is_lock_timeout(error):
            return _busy()
        case ProtectedError():  # an IntegrityError as well
            referring = sorted({str(item._meta.verbose_name_plural) for item in error.protected_objects})
            return ApiProblem(
                HTTPStatus.CONFLICT, "in-use", f"This object is used by {', '.join(referring)}."
            )
        case IntegrityError() | OperationalError() if is_write_conflict(error):
            return ApiProblem(HTTPStatus.CONFLICT, "conflict", _CONFLICT_DETAIL)
        case RequestDataTooBig():
            return ApiProblem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", str(error))
        case ObjectDoesNotExist():  # deleted during the request
            return NotFound()
        case _:
            return error


def _busy() -> ApiProblem:
    message = "Other changes took too long. No changes were made; try again in a moment."
    return ApiProblem(HTTPStatus.SERVICE_UNAVAILABLE, "busy", message, wait=CHANGE_RETRY_SECONDS)


def model_problems(error: ModelValidationError) -> Iterator[Problem]:
    """Return the problems in a model's ValidationError (see ``models/validated.py``)."""
    fields = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    for field, errors in fields.items():
        for one in errors:
            problem = (one.params or {}).get("problem")
            path = () if field == NON_FIELD_ERRORS else (field,)
            yield problem if isinstance(problem, Problem) else Problem(path, " ".join(one.messages))


def _serializer_problems(detail: Any, path: tuple[str | int, ...] = ()) -> Iterator[Problem]:
    """Return the problems in the nested lists and dictionaries of REST framework's ValidationError."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            yield from _serializer_problems(
                inner, path if key == api_settings.NON_FIELD_ERRORS_KEY else (*path, key)
            )
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            yield from _serializer_problems(inner, (*path, index) if isinstance(inner, dict | list) else path)
    else:
        yield Problem(path, str(detail))


def _summary(problems: tuple[Problem, ...]) -> str:
    if not problems:
        return ""
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{problems[0]}{more}"
