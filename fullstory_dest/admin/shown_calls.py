"""Runs of samples, told in people's words: calls, and calls that appear, vanish or change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fullstory_dest.admin.marks import Part, marked
from fullstory_dest.admin.trial import call_text
from fullstory_dest.models import Sample
from fullstory_dest.services.preview import Call
from fullstory_dest.services.samples import CallEffect, SampleRun

KINDS: dict[str, tuple[str | Promise, str]] = {
    "appears": (_("Appears"), "success"),
    "vanishes": (_("Vanishes"), "danger"),
    "changes": (_("Changes"), "info"),
}


@dataclass(frozen=True, slots=True)
class ShownEffect:
    """A call that appears, vanishes or changes: both sides, in which what differs is marked."""

    kind: str
    label: str | Promise
    color: str
    before: list[Part]
    after: list[Part]


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A sample and how many calls it leads to. ``mismatches`` go from what is expected to what comes."""

    sample: Sample
    fails: bool
    calls: int = 0
    effects: list[ShownEffect] = field(default_factory=list)
    mismatches: list[ShownEffect] = field(default_factory=list)


def shown_runs(runs: Sequence[SampleRun], unrun: Sequence[Sample] = ()) -> list[ShownRun]:
    """Runs ready to be read, and after them samples that could not be run."""
    return [
        *(
            ShownRun(
                sample=run.sample,
                fails=run.fails,
                calls=len(run.calls),
                effects=[_effect(effect) for effect in run.effects],
                mismatches=[_effect(effect) for effect in run.mismatches],
            )
            for run in runs
        ),
        *(ShownRun(sample, fails=False) for sample in unrun),
    ]


def _effect(effect: CallEffect) -> ShownEffect:
    label, color = KINDS[effect.kind]
    before, after = marked(_text(effect.before), _text(effect.after))
    return ShownEffect(effect.kind, label, color, before, after)


def _text(call: Call | None) -> str:
    return call_text(call) if call else ""
