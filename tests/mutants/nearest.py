"""The tests of each line: recorded once, and again for test files that have changed since."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import coverage

CACHE = Path(".cache/mutants")
#: Tests that prove behavior at its own level, in the order in which they're recorded. Each group is saved on its own.
#: Others, such as the browser's, take longer than a mutant is worth.
GROUPS = (
    ("fql", "mapping_kit", "compiler", "catalog", "test_*.py"),
    ("services", "delivery", "models", "management"),
    ("api",),
)
#: The processor seconds of tests that a mutant has to survive.
LIMIT_SECONDS = 20.0


@dataclass(frozen=True)
class Nearest:
    """Lookup of the nearest tests, and the seconds of each."""

    data: coverage.CoverageData
    seconds: dict[str, float]

    def tests(self, path: str, lines: Iterable[int]) -> list[str]:
        """Return the nearest tests that run a line, the fastest first: those of its module, folder, and then others.

        No test runs the lines of constants and classes. They have the tests of their whole module or folder.
        """
        contexts = self.data.contexts_by_lineno(str(Path(path).absolute()))
        area = f"tests/{path.split('/')[1].removesuffix('.py')}"
        own = str(Path("tests", *Path(path).parts[1:-1], f"test_{Path(path).name}"))
        run = {test for line in lines for test in contexts.get(line, ())} & self.seconds.keys()
        found = set(run)
        # A test that imports the module first runs the lines of constants, too.
        if not run or any("" in contexts.get(line, ()) for line in lines):
            found |= {test for tests in contexts.values() for test in tests} & self.seconds.keys()
            found |= {
                test for test in self.seconds if test.startswith((f"{area}/", f"tests/test_{area[6:]}"))
            }
        chosen, total = [], 0.0
        for test in sorted(
            found,
            key=lambda test: (
                not test.startswith(own),
                not test.startswith(area),
                test not in run,
                self.seconds[test],
            ),
        ):
            if total + self.seconds[test] <= LIMIT_SECONDS or not chosen:
                chosen.append(test)
                total += self.seconds[test]
        return sorted(chosen, key=self.seconds.__getitem__)


def nearest(groups: Sequence[Sequence[str]] = GROUPS) -> Nearest:
    """Return the recorded tests, after recording those that are missing or have changed."""
    CACHE.mkdir(parents=True, exist_ok=True)
    index = CACHE / "index.json"
    # The tests of the admin aren't recorded.
    sources = [file for file in sorted(Path("fullstory_dest").rglob("*.py")) if "admin" not in file.parts]
    code = _digest(*sources, Path("tests/conftest.py"))
    known = json.loads(index.read_text()) if index.exists() else {}
    data = coverage.CoverageData(str(CACHE / "all.sqlite"))
    if known.get("code") != code:
        known = {"code": code, "files": {}, "seconds": {}}
        data.erase()
    data.read()  # without this, the first update would erase it
    for group in groups:
        files = {str(file): _digest(file) for area in group for file in _test_files(area)}
        if outdated := [file for file, digest in files.items() if known["files"].get(file) != digest]:
            seconds, recorded = _record(outdated)
            for part in recorded:
                data.update(part)
                part.erase()
            known["files"] |= files
            known["seconds"] = {
                test: each
                for test, each in known["seconds"].items()
                if test.partition("::")[0] not in outdated
            } | seconds
            index.write_text(json.dumps(known))
    return Nearest(data, {test: each for test, each in known["seconds"].items() if _exists(test)})


def _exists(test: str) -> bool:
    """Whether the file of a test wasn't deleted or renamed since it was recorded."""
    return Path(test.partition("::")[0]).exists()


def _test_files(area: str) -> list[Path]:
    return sorted(Path("tests").glob(area if area.endswith(".py") else f"{area}/**/test_*.py"))


def _record(files: list[str]) -> tuple[dict[str, float], list[coverage.CoverageData]]:
    """Run test files, and return the seconds of each test that passes, and the lines that each one runs."""
    for leftover in (*CACHE.glob("coverage.*"), *CACHE.glob("seconds.*")):
        leftover.unlink()
    print(f"Recording the lines of {len(files)} test files …", flush=True)
    with (CACHE / "output.txt").open("w") as output:
        subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "tests.mutants.record", "-n", "2", "--no-header", *files],
            env={**os.environ, "MUTANTS_CACHE": str(CACHE.absolute())},
            stdout=output,
            check=False,
        )
    recorded = [coverage.CoverageData(str(file)) for file in CACHE.glob("coverage.*")]
    for part in recorded:
        part.read()
    seconds: dict[str, float] = {}
    for file in CACHE.glob("seconds.*"):
        seconds |= json.loads(file.read_text())
    return seconds, recorded


def _digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
