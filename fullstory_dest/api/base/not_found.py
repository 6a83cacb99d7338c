"""The response to unknown URLs."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.views import APIView


class NotFoundView(APIView):
    """Return 404 as a problem document.

    This includes URLs without a trailing slash. Django would redirect those, or fail if the request has a body.
    """

    authentication_classes = []
    permission_classes = []
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound("This URL was not found. Check that it ends in a slash.")
