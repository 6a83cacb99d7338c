"""Display of test case runs: calls that are added, removed or changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from fullstory_dest.admin.base.calls import call_text
from fullstory_dest.admin.base.text_diff import Part, marked
from fullstory_dest.models import TestCase
from fullstory_dest.services.previews.preview import Call
from fullstory_dest.services.previews.test_cases import CallEffect, TestCaseRun

KINDS: dict[str, tuple[str | Promise, str]] = {
    "appears": (_("Added"), "success"),
    "vanishes": (_("Removed"), "danger"),
    "changes": (_("Changed"), "info"),
}
#: The most effects shown in full by default. A hundred test cases can have thousands.
EFFECTS_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class EffectDiff:
    """A call that is added, removed or changed, with differing words marked on both sides."""

    kind: str
    label: str | Promise
    color: str
    before: list[Part]
    after: list[Part]


@dataclass(frozen=True)
class TestCaseResult:
    """A test case and its run, which is None if it could not run.

    ``mismatches`` compare the expected calls with the actual ones. Unless ``in_full``, effects are only counted.
    """

    test_case: TestCase
    run: TestCaseRun | None = None
    in_full: bool = True

    @property
    def fails(self) -> bool:
        return self.run is not None and self.run.fails

    @property
    def calls(self) -> int:
        return len(self.run.calls) if self.run else 0

    @property
    def verdict(self) -> str:
        """The numbers of calls before and now, and the result, such as "2 calls → 1, failed"."""
        if self.run is None:
            return gettext("not run")
        before = self.run.before
        counted = self.calls if before is None else len(before)
        words = ngettext("%(count)s call", "%(count)s calls", counted) % {"count": counted}
        if before is not None:
            words = gettext("%(before)s → %(after)s") % {"before": words, "after": self.calls}
        if self.test_case.expected is None:
            return gettext("%(calls)s, no expected result") % {"calls": words}
        ended = gettext("%(calls)s, failed") if self.fails else gettext("%(calls)s, passed")
        return ended % {"calls": words}

    @property
    def changes(self) -> int:
        """The number of effects, including those not shown."""
        return len(self.run.effects) if self.run else 0

    @cached_property
    def effects(self) -> list[EffectDiff]:
        return [_effect(effect) for effect in self.run.effects] if self.run and self.in_full else []

    @cached_property
    def mismatches(self) -> list[EffectDiff]:
        return [_effect(effect) for effect in self.run.mismatches] if self.run and self.in_full else []


def results_of_runs(
    runs: Sequence[TestCaseRun],
    unrun: Sequence[TestCase] = (),
    *,
    compared: bool = True,
    everything: bool = False,
) -> list[TestCaseResult]:
    """Results of runs, followed by test cases that could not run.

    The first results with up to ``EFFECTS_SHOWN`` effects are in full, or all with ``everything``. Runs that are not
    ``compared`` with earlier calls count only mismatches.
    """
    shown: list[TestCaseResult] = []
    count = 0
    for run in runs:
        count += len(run.mismatches) + (len(run.effects) if compared else 0)
        shown.append(TestCaseResult(run.test_case, run, in_full=everything or count <= EFFECTS_SHOWN))
    return [*shown, *(TestCaseResult(test_case) for test_case in unrun)]


def _effect(effect: CallEffect) -> EffectDiff:
    label, color = KINDS[effect.kind]
    before, after = marked(_text(effect.before), _text(effect.after))
    return EffectDiff(effect.kind, label, color, before, after)


def _text(call: Call | None) -> str:
    return call_text(call) if call else ""
