"""What a test needs from the machine. What is missing is skipped with a reason; in CI it fails: CI skips nothing."""

import os

import pytest


def needs(present: object, what: str) -> None:
    """Skips the calling test or fixture, saying what is missing, unless it is present."""
    if not present:
        reason = f"this machine lacks {what}"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}, and CI must skip nothing")
        pytest.skip(reason)
