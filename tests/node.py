"""A Node process that answers each line of JSON with a line of JSON, to start Node only once."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.requirements import needs

ORACLE = Path(__file__).parent / "oracle"


@contextmanager
def running_node(script: Path) -> Iterator[Callable[[Any], Any]]:
    """Start a script that uses the packages in tests/oracle. Yield a function that asks it."""
    node = shutil.which("node")
    needs(node, "Node, to compare with Segment's and FullStory's packages")
    needs((ORACLE / "node_modules").is_dir(), "the npm packages in tests/oracle, to compare with them")
    process = subprocess.Popen(
        [str(node), str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def ask(question: Any) -> Any:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        assert answer, f"{script.name} has ended"
        return json.loads(answer)

    yield ask
    process.terminate()
    process.wait(10)
