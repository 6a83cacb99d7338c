"""Status of sources: how their drafts compare with the live release, and the next step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from fullstory_dest.models import Deployment, ScriptRequestCount, Source
from fullstory_dest.models.stored_status import EnvironmentSummary
from fullstory_dest.services.accounts.permissions import CHANGE_LIVE_SOURCE, RESTORE_DRAFTS, VIEW_DRAFTS

StatusCode = Literal[
    "archived", "disabled", "problems", "never_published", "ahead", "changed", "idle", "live"
]
NextStep = Literal[
    "destination",
    "fix",
    "mappings",
    "load",
    "enable",
    "enable_mapping",
    "publish",
    "install",
    "installed",
    "restore",
]


#: The parts of a status that are stored.
STORED: Final = (
    "live",
    "changed",
    "destinations",
    "mappings",
    "mappings_enabled",
    "any_destination_enabled",
    "problems",
    "ahead",
    "drift",
    "environments",
)


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """The status of a source: its live deployment, whether the drafts differ from it, and counts of drafts."""

    source: Source
    live: Deployment | None
    #: Whether the drafts differ from the live release, or none exists. If the first environment has none, from that of
    #: the first one that has.
    changed: bool
    destinations: int
    mappings: int
    #: Enabled mappings of enabled destinations.
    mappings_enabled: int
    any_destination_enabled: bool
    #: Whether the drafts have problems that prevent publishing.
    problems: bool
    #: Whether publishing the drafts would undo a rollback.
    ahead: bool
    #: Whether environments have different releases, or settings that changed after their deployment.
    drift: bool
    #: Each of several environments, in promotion order. ``live`` is that of the first one.
    environments: Sequence[EnvironmentSummary] = ()
    #: The last time that a page requested the script. Requests are kept for a month.
    last_request: datetime | None = None

    @property
    def code(self) -> StatusCode:
        """The most urgent status that applies."""
        if self.source.archived_at:
            return "archived"
        if not self.source.enabled:
            return "disabled"
        if self.problems:
            return "problems"
        if not self.published:
            return "never_published"
        if self.ahead:
            return "ahead"
        if self.changed:
            return "changed"
        return "idle" if self.idle else "live"

    @property
    def published(self) -> bool:
        """Whether a release is live in any environment."""
        return self.live is not None or any(each["release"] for each in self.environments)

    @property
    def idle(self) -> bool:
        """Whether no events are sent to FullStory because everything that could send them is disabled."""
        return bool(self.destinations) and (not self.any_destination_enabled or self.no_mapping_enabled)

    @property
    def no_mapping_enabled(self) -> bool:
        """Whether there are mappings, but none of them is enabled."""
        return bool(self.mappings) and not self.mappings_enabled

    @property
    def label(self) -> str:
        """The status in the user's language."""
        number = {"number": self.live.release.number if self.live else 0}
        match self.code:
            # Of several environments, none is the source's. A list of them is next to the label.
            case "ahead" if self.environments:
                return _("Drafts ahead after rollback")
            case "live" if self.environments:
                return _("Published")
            case "archived":
                return _("Archived")
            case "disabled":
                return _("Disabled")
            case "problems":
                return _("Problems")
            case "never_published":
                return _("Never published")
            case "ahead":
                return _("Drafts ahead of #%(number)s") % number
            case "changed":
                return _("Unpublished changes")
            case "idle":
                return _("Sends no events")
            case "live":
                return _("Published #%(number)s") % number

    @property
    def step(self) -> NextStep:
        """The next step for the user."""
        if self.source.archived_at:
            return "restore"
        if not self.destinations:
            return "destination"
        if self.problems:
            return "fix"
        if self.live is None and not self.mappings:
            return "mappings"
        if self.ahead and self.source.enabled:
            return "load"
        if not self.source.enabled or not self.any_destination_enabled:
            return "enable"
        if self.no_mapping_enabled:
            return "enable_mapping"
        if self.changed or self.live is None:
            return "publish"
        return "installed" if self.last_request else "install"

    @property
    def step_permissions(self) -> tuple[str, ...]:
        """The permissions that the next step requires. Viewers of drafts can do some steps."""
        match self.step:
            case "restore":
                return CHANGE_LIVE_SOURCE
            case "destination":
                return ("fullstory_dest.add_destination",)
            case "mappings":
                return ("fullstory_dest.add_mapping",)
            case "load":
                return RESTORE_DRAFTS
            case "enable":
                return ("fullstory_dest.change_destination",) if self.source.enabled else CHANGE_LIVE_SOURCE
            case "enable_mapping":
                return ("fullstory_dest.change_mapping",)
            case "fix" | "publish" | "install":
                return VIEW_DRAFTS
            case "installed":
                return ()


def with_statuses(page: QuerySet[Source]) -> QuerySet[Source]:
    """Return a page of sources, in its order, together with their stored statuses, for ``source_statuses``.

    The page is a subquery, so that the database doesn't look for statuses of the sources on earlier pages.
    """
    requests = ScriptRequestCount.objects.filter(source=OuterRef("pk")).order_by().values("source")
    return (
        Source.objects.filter(pk__in=page.values("pk"))
        .order_by(*page.query.order_by)
        .select_related("stored_status__live__release", "stored_status__live__created_by")
        .defer("stored_status__live__release__spec", "stored_status__live__release__compiled")
        .annotate(last_request=Subquery(requests.annotate(last=Max("last_at")).values("last")))
    )


def source_statuses(sources: Iterable[Any]) -> list[SourceStatus]:
    """Return the stored status of each source of ``with_statuses``, without a query."""
    return [
        SourceStatus(
            source=source,
            last_request=source.last_request,
            **{name: getattr(source.stored_status, name) for name in STORED},
        )
        for source in sources
    ]


def source_status(source: Source) -> SourceStatus:
    """Return the status of one source, in one query if it isn't from ``with_statuses``."""
    loaded = hasattr(source, "last_request")
    [status] = source_statuses([source] if loaded else with_statuses(Source.objects.filter(pk=source.pk)))
    return replace(status, source=source)
