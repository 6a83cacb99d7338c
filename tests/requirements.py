"""Requirements of tests on the machine. A missing one skips the test, or fails it in CI."""

import os

import pytest


def needs(present: object, what: str) -> None:
    """Skip the calling test or fixture with a reason if the requirement is missing."""
    if not present:
        reason = f"this machine lacks {what}"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}, and CI must skip nothing")
        pytest.skip(reason)
