"""What is at every other address."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.views import APIView


class NotFoundView(APIView):
    """Answers 404 as a problem document.

    It takes what lacks its last slash too: Django would redirect that or, with a body to lose, fail.
    """

    authentication_classes = []
    permission_classes = []
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound("There is nothing at this address. All addresses end in a slash.")
