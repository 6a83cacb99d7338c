"""Read the examples of a reference page.

A JSON block is the event of the tables that follow it. A table is found by its header, and each cell in backticks is
an example.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

DOCS = Path(__file__).parent.parent.parent / "docs"


class Row(NamedTuple):
    """A row of a table: its cells without backticks, and its event."""

    cells: list[str]
    event: dict[str, Any]


def rows(page: str, *header: str) -> list[Row]:
    """The rows of every table on the page whose header starts with these cells. There is at least one."""
    found = [row for cells, row in _tables(page) if tuple(cells[: len(header)]) == header]
    assert found, f"{page} has no table {header}"
    return found


def _tables(page: str) -> Iterator[tuple[list[str], Row]]:
    event: dict[str, Any] = {}
    header: list[str] = []
    block: list[str] | None = None
    for line in (DOCS / page).read_text("utf-8").splitlines():
        if block is not None and line == "```":
            event, block = json.loads("\n".join(block)), None
        elif block is not None:
            block.append(line)
        elif line == "```json":
            block = []
        elif not line.startswith("|"):
            header = []
        elif not header:
            header = _cells(line)
        elif not line.startswith("| ---"):
            yield header, Row(_cells(line), event)


def _cells(line: str) -> list[str]:
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    return [cell[1:-1] if re.fullmatch("`[^`]+`", cell) else cell for cell in cells]
