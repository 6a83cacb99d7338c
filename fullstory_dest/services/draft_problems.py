"""Whether drafts can be published at all, for many sources at a time."""

from __future__ import annotations

import json
from functools import lru_cache

from fullstory_dest.compiler.check import CompileError, check_source


@lru_cache(maxsize=2_000)
def has_problems(spec: str) -> bool:
    """Whether a spec, as ``canonical`` writes it, cannot be compiled. It is remembered: checking takes its time."""
    try:
        check_source(json.loads(spec))
    except CompileError:
        return True
    return False
