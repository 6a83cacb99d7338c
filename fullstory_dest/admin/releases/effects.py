"""The effect of a deployment on test cases, and the problems that prevent it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from fullstory_dest.admin.releases.diff import linked_problems
from fullstory_dest.admin.releases.test_case_results import TestCaseResult, results_of_runs
from fullstory_dest.compiler.check import CompileError, check_settings_of
from fullstory_dest.compiler.compile import compile_source, configure
from fullstory_dest.compiler.schema import CompiledConfig, DeployedSpec
from fullstory_dest.models import Environment, Release
from fullstory_dest.problem import Problem
from fullstory_dest.services.accounts.permissions import PUBLISH
from fullstory_dest.services.previews.engine import PREVIEW_ENGINE, TEST_CASE_ENGINE, PreviewError
from fullstory_dest.services.previews.test_cases import run_test_cases
from fullstory_dest.services.spec import live_spec


def effects_context(
    request: HttpRequest, environment: Environment, spec: DeployedSpec, release: Release | None = None
) -> dict[str, Any]:
    """The problems of a spec. Without any, the results of the test cases with what is live and with the spec.

    The spec is of ``release``, or else of the drafts, which are compiled.
    """
    runs: list[TestCaseResult] = []
    problems: tuple[Problem, ...] = ()
    run_error = ""
    # Only users who can publish wait for the engine that publishing uses.
    engine = TEST_CASE_ENGINE if request.user.has_perms(PUBLISH) else PREVIEW_ENGINE
    try:
        after = _config(spec, release)
        test_cases = list(environment.source.test_cases.order_by("name"))
        live = environment.live
        before = configure(live_spec(live), live.release.compiled) if live and test_cases else None
        ran = run_test_cases(test_cases, after, before, engine=engine)
        runs = results_of_runs(ran, everything="all" in request.GET)
    except CompileError as error:
        problems = tuple(error.problems)
    except PreviewError as error:
        run_error = _("Test cases couldn't run: %(why)s.") % {"why": error}
    return {
        "runs": runs,
        "affected": [run for run in runs if run.changes],
        "failing": [run for run in runs if run.fails],
        "run_error": run_error,
        "problems": linked_problems(spec, problems),
    }


def _config(spec: DeployedSpec, release: Release | None) -> CompiledConfig:
    if release is None:
        return compile_source(spec)
    check_settings_of(spec)
    return configure(spec, release.compiled)
