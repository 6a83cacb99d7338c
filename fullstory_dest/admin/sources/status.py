"""Where a source stands between its drafts and what browsers get, for many sources at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.db.models import Case, OuterRef, Prefetch, Subquery, When, prefetch_related_objects
from django.utils.translation import gettext as _

from fullstory_dest.compiler.artifacts import canonical
from fullstory_dest.models import Destination, Mapping, Release, ScriptRequestCount, Source
from fullstory_dest.services.draft_problems import has_problems
from fullstory_dest.services.rolled_back import holds_rolled_back, published_specs
from fullstory_dest.services.spec import source_spec

Kind = Literal["disabled", "problems", "never", "ahead", "changes", "idle", "live"]
Step = Literal[
    "destination",
    "mend",
    "mappings",
    "load",
    "enable",
    "enable_mapping",
    "publish",
    "install",
    "installed",
    "restore",
]

#: The colours of unfold's labels. Danger keeps from publishing, at a warning somebody should look, and info says that
#: drafts differ from what is live.
LABELS: dict[str, str] = {
    "disabled": "default",
    "problems": "danger",
    "never": "info",
    "ahead": "default",
    "changes": "info",
    "idle": "warning",
    "live": "success",
}

#: Restoring writes, makes and deletes drafts.
RESTORE: Final = (
    "fullstory_dest.view_release",
    "fullstory_dest.change_source",
    *(
        f"fullstory_dest.{verb}_{model}"
        for verb in ("add", "change", "delete")
        for model in ("destination", "mapping")
    ),
)


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source: what is live, whether the drafts differ from it, and how much there is."""

    source: Source
    live: Release | None
    changed: bool
    destinations: int
    mappings: int
    #: Those that run: of enabled destinations, and enabled themselves.
    mappings_enabled: int
    #: Whether any destination is enabled.
    sending: bool
    #: Whether the drafts cannot be published as they are.
    problems: bool = False
    #: Whether publishing the drafts would undo a rollback.
    ahead: bool = False
    #: When a page last requested the script. Requests are kept for a month.
    last_request: datetime | None = None

    @property
    def kind(self) -> Kind:
        if not self.source.enabled or self.source.archived_at:
            return "disabled"
        if self.problems:
            return "problems"
        if self.live is None:
            return "never"
        if self.ahead:
            return "ahead"
        if self.changed:
            return "changes"
        return "idle" if self.idle else "live"

    @property
    def idle(self) -> bool:
        """Whether no event would reach FullStory, although there is something that could send it."""
        return bool(self.destinations) and (not self.sending or self.nothing_runs)

    @property
    def nothing_runs(self) -> bool:
        """Whether there are mappings, and none of them is in use."""
        return bool(self.mappings) and not self.mappings_enabled

    @property
    def label(self) -> str:
        """The state in words."""
        if self.source.archived_at:
            return _("Archived")
        if self.kind == "disabled":
            return _("Disabled")
        if self.problems:
            return _("Problems")
        if self.live is None:
            return _("Never published")
        if self.ahead:
            return _("Drafts ahead of #%(number)s") % {"number": self.live.number}
        if self.changed:
            return _("Changes waiting")
        if self.idle:
            return _("Sends no events")
        return _("Published #%(number)s") % {"number": self.live.number}

    @property
    def color(self) -> str:
        return LABELS[self.kind]

    @property
    def step(self) -> Step:
        """What to do next."""
        if self.source.archived_at:
            return "restore"
        if not self.destinations:
            return "destination"
        if self.problems:
            return "mend"
        if self.live is None and not self.mappings:
            return "mappings"
        if self.ahead and self.source.enabled:
            return "load"
        if not self.source.enabled or not self.sending:
            return "enable"
        if self.nothing_runs:
            return "enable_mapping"
        if self.live is None or self.changed:
            return "publish"
        return "installed" if self.last_request else "install"

    @property
    def step_needs(self) -> list[str]:
        """The permissions that it takes to do that. None where there is something for everybody to look at."""
        whole = ["change_source", "publish_source"]
        needed = {
            "restore": whole,
            "destination": ["add_destination"],
            "mappings": ["add_mapping"],
            "load": [name.partition(".")[2] for name in RESTORE],
            "enable": ["change_destination"] if self.source.enabled else whole,
            "enable_mapping": ["change_mapping"],
        }
        return [f"fullstory_dest.{name}" for name in needed.get(self.step, ())]


def source_states(sources: Sequence[Source]) -> list[SourceState]:
    """The state of each source, in three queries however many there are (at most a page of a list)."""
    prefetch_related_objects(
        sources,
        Prefetch("destinations", Destination.objects.order_by("id")),
        Prefetch("destinations__mappings", Mapping.objects.order_by("position")),
    )
    requests = (
        ScriptRequestCount.objects.filter(source=OuterRef("source")).order_by("-last_at").values("last_at")
    )
    published = Subquery(published_specs(source=OuterRef("source"))[:1])
    releases = (
        Release.objects.live()
        .filter(source__in=sources)
        .annotate(
            last_request=Subquery(requests[:1]),
            published=Case(When(rolled_back_to__isnull=False, then=published)),
        )
    )
    live = {release.source_id: release for release in releases.defer("config").select_related("created_by")}
    return [_state(source, live.get(source.pk)) for source in sources]


def source_state(source: Source) -> SourceState:
    """The state of one source."""
    return source_states([source])[0]


def _state(source: Source, live: Any) -> SourceState:
    destinations = source.destinations.all()
    spec = source_spec(source, destinations)
    drafts = canonical(spec)
    changed = live is None or canonical(live.spec) != drafts
    return SourceState(
        source=source,
        live=live,
        changed=changed,
        destinations=len(destinations),
        sending=any(destination.enabled for destination in destinations),
        mappings=sum(len(destination.mappings.all()) for destination in destinations),
        mappings_enabled=sum(
            mapping.enabled
            for destination in destinations
            if destination.enabled
            for mapping in destination.mappings.all()
        ),
        # What is live was checked when it was published.
        problems=changed and has_problems(drafts),
        ahead=bool(
            changed and live and live.published and holds_rolled_back(spec, live.spec, live.published)
        ),
        last_request=live.last_request if live else None,
    )
