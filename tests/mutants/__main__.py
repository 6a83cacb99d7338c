"""Run ``python -m tests.mutants [--seed N] [--count N] [PATH ...]``: print the mutants that no test notices."""

from __future__ import annotations

import argparse
import compileall
import importlib
import multiprocessing
import multiprocessing.connection
import os
import py_compile
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

import django
import pytest

from tests.mutants.nearest import Nearest, nearest
from tests.mutants.operators import Mutant, mutants

#: The compiler and what it imports, services, and what others call.
MUTATED = ("catalog", "fql", "mapping_kit", "compiler", "services", "api", "delivery")
MUTATED_FILES = ("strict_json.py", "unstorable_text.py", "did_you_mean.py", "problem.py")
WORKERS = 2
#: A mutant that takes longer than three times its tests' time, by this, never ends.
PATIENCE_SECONDS = 60
#: Packages that each process imports itself: the copy's, and libraries with threads, which a fork doesn't copy. Go's
#: runtime in ``minify`` would wait for them forever.
NOT_SHARED = ("fullstory_dest", "project", "tests", "minify", "py_mini_racer")
#: The file in each copy with the failed tests of its last run.
FAILURES = "failures.txt"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument(
        "paths",
        nargs="*",
        help="files or folders; the compiler and what it imports, services, api and delivery by default",
    )
    parser.add_argument("--seed", type=int, default=random.getrandbits(16))
    parser.add_argument("--count", type=int, default=300)
    options = parser.parse_args()
    known = nearest()
    chosen = sample(options.paths or default_paths(), options.seed, options.count)
    survivors = list(run(chosen, known))
    killed = len(chosen) - len(survivors)
    print(f"{killed} of {len(chosen)} killed ({killed / len(chosen):.0%}), seed {options.seed}")
    return 0 if killed >= 0.9 * len(chosen) else 1


def default_paths() -> list[str]:
    return [f"fullstory_dest/{name}" for name in (*MUTATED, *MUTATED_FILES)]


def sample(paths: list[str], seed: int, count: int) -> list[Mutant]:
    """Return random mutants, each of a different line, so that long tables don't prevail."""
    by_line: dict[tuple[str, int], list[Mutant]] = {}
    for path in map(Path, paths):
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            for mutant in mutants(str(file), file.read_bytes()):
                by_line.setdefault((mutant.path, mutant.line), []).append(mutant)
    chance = random.Random(seed)
    lines = chance.sample(sorted(by_line), min(count, len(by_line)))
    return [chance.choice(by_line[line]) for line in lines]


def run(chosen: list[Mutant], known: Nearest) -> Iterator[Mutant]:
    """Run the nearest tests of each mutant, and yield and print those that survive.

    A mutant is killed if a test fails or never ends, or if its code can't be imported. With any other end of pytest,
    such as a test that isn't found, nothing was proved, and the mutant counts as a survivor.

    At the end, the tests that failed have to pass on unchanged code. Otherwise, the run is void.
    """
    _import_packages()
    waiting = [
        (mutant, known.tests(mutant.path, range(mutant.line, mutant.last_line + 1))) for mutant in chosen
    ]
    running: dict[BaseProcess, tuple[Mutant, Path, float]] = {}
    failed: set[str] = set()
    with _copies(WORKERS) as free:
        while waiting or running:
            while waiting and free:
                mutant, tests = waiting.pop()
                if not tests:
                    print(f"{mutant}  (no test)", flush=True)
                    yield mutant
                    continue
                folder = free.pop()
                (folder / mutant.path).write_bytes(mutant.source)
                process = _start(folder, ["-x", *tests])
                seconds = sum(known.seconds[test] for test in tests)
                # Processes share the cores with others.
                share = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
                deadline = time.monotonic() + share * (PATIENCE_SECONDS + 3 * seconds)
                running[process] = (mutant, folder, deadline)
            multiprocessing.connection.wait([process.sentinel for process in running], timeout=1)
            for process, (mutant, folder, deadline) in list(running.items()):
                late = time.monotonic() > deadline
                if process.is_alive() and not late:
                    continue
                with suppress(ProcessLookupError):
                    os.killpg(process.pid or 0, signal.SIGKILL)
                process.join()
                del running[process]
                shutil.copy(mutant.path, folder / mutant.path)
                failed |= _failed_tests(folder)
                free.append(folder)
                if late:
                    print(f"{mutant}  (killed: its tests don't end)", flush=True)
                elif process.exitcode != pytest.ExitCode.TESTS_FAILED:
                    why = f"  (pytest exited with {process.exitcode})" if process.exitcode else ""
                    print(f"{mutant}{why}", flush=True)
                    yield mutant

        _check_unchanged_code(free, sorted(failed))


def _check_unchanged_code(folders: list[Path], tests: list[str]) -> None:
    """Run the tests that failed on the code as it is, and exit unless all pass. They'd kill every mutant."""
    print(f"Running {len(tests)} tests on unchanged code …", flush=True)
    shares = [share for n in range(len(folders)) if (share := tests[n :: len(folders)])]
    processes = {_start(*each): each[0] for each in zip(folders, shares, strict=False)}
    for process, folder in processes.items():
        process.join()
        if process.exitcode != pytest.ExitCode.OK:
            sys.exit(f"These tests fail on unchanged code, too. Fix them first: {_failed_tests(folder)}")


def _import_packages() -> None:
    """Import all other packages once, for all mutants. Some of their modules need Django's settings, and fail."""
    program = (
        "import sys, django, schemathesis.pytest; django.setup(); import project.urls; print(*sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    for name in ("pytest", *found.stdout.split()):
        if name.partition(".")[0] not in NOT_SHARED:
            with suppress(Exception):
                importlib.import_module(name)


@contextmanager
def _copies(count: int) -> Iterator[list[Path]]:
    """Copies of the working tree, with links to what isn't in git."""
    files = subprocess.run(
        ["git", "ls-files"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    with tempfile.TemporaryDirectory(prefix="mutants-") as parent:
        folders = [Path(parent, str(number)) for number in range(count)]
        for folder in folders:
            for file in files:
                if Path(file).is_file():
                    (folder / file).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(file, folder / file)
            for link in (".venv", "tests/oracle/node_modules"):
                if Path(link).exists():
                    (folder / link).symlink_to(Path(link).absolute())
            # Bytecode of these is valid for equal content, not for an equal time.
            compileall.compile_dir(
                folder, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH
            )
        yield folders


def _start(folder: Path, arguments: list[str]) -> BaseProcess:
    process = multiprocessing.get_context("fork").Process(target=_test, args=(folder, arguments))
    process.start()
    return process


class _Failures:
    """A pytest plugin that writes the failed tests to a file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.write_text("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.file.write_text(f"{self.file.read_text()}{report.nodeid}\n")


def _failed_tests(folder: Path) -> set[str]:
    """Return the failed tests of the last run in a copy."""
    return set((folder / FAILURES).read_text().splitlines()) if (folder / FAILURES).exists() else set()


def _test(folder: Path, arguments: list[str]) -> None:
    """Run pytest in a copy, in a process and a group of its own, and exit with its code.

    Code that can't be imported ends it with 1, like a failing test. pytest would report an error of usage.
    """
    os.setpgid(0, 0)
    os.chdir(folder)
    for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
        del sys.modules[name]
    sys.path[0] = str(folder)
    sys.dont_write_bytecode = True
    tempfile.tempdir = str(folder.parent)  # removed at the end, unlike what this process leaves elsewhere
    with open(os.devnull, "w") as nothing:
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
    failures = _Failures(folder / FAILURES)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    importlib.import_module("project.urls")
    # A test that has the mutated text as a parameter has another name now, so all of its function run. If it isn't
    # found either, its file can't be imported, which fails.
    functions, files = (list(dict.fromkeys(each.split(cut)[0] for each in arguments)) for cut in ("[", "::"))
    for tests in (arguments, functions, files):
        code = pytest.main(["-p", "no:cacheprovider", *tests], plugins=[failures])
        if code != pytest.ExitCode.USAGE_ERROR:
            break
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
