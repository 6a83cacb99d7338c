"""The six actions and their presets, as FullStory Device Mode (Actions) defines them.

Each action exists for both of FullStory's Browser APIs: the current one (keys end in V2) and the legacy one.
"""

from __future__ import annotations

from dataclasses import replace

from fullstory_dest.catalog.types import Action, Field, Preset

_IDENTIFY_FIELDS = (
    Field(key="userId", label="User ID", description="The user's id.", default={"@path": "$.userId"}),
    Field(
        key="anonymousId",
        label="Anonymous ID",
        description="The user's anonymous id.",
        default={"@path": "$.anonymousId"},
    ),
    Field(
        key="displayName",
        label="Display Name",
        description="The user's display name.",
        default={"@path": "$.traits.name"},
    ),
    Field(key="email", label="Email", description="The user's email.", default={"@path": "$.traits.email"}),
    Field(
        key="traits",
        label="Traits",
        description="The traits to send to FullStory.",
        type="object",
        default={"@path": "$.traits"},
    ),
)

_TRACK_FIELDS = (
    Field(
        key="name",
        label="Name",
        description="The name of the event.",
        required=True,
        default={"@path": "$.event"},
    ),
    Field(
        key="properties",
        label="Properties",
        description="Details about the event. FullStory indexes them for search.",
        type="object",
        default={"@path": "$.properties"},
    ),
)

_PAGE_FIELDS = (
    Field(
        key="pageName",
        label="Page Name",
        description="The name of the page that was viewed.",
        default={
            "@if": {
                "exists": {"@path": "$.category"},
                "then": {"@path": "$.category"},
                "else": {"@path": "$.name"},
            }
        },
    ),
    Field(
        key="properties",
        label="Properties",
        description="The properties of the page that was viewed.",
        type="object",
        default={"@path": "$.properties"},
    ),
)

IDENTIFY_USER_V2 = Action(
    key="identifyUserV2",
    title="Identify User V2",
    description="Tells FullStory who the visitor is. Runs on identify calls.",
    api=2,
    default_trigger='type = "identify"',
    fields=_IDENTIFY_FIELDS,
)
TRACK_EVENT_V2 = Action(
    key="trackEventV2",
    title="Track Event V2",
    description="Sends an event to FullStory. Runs on track calls.",
    api=2,
    default_trigger='type = "track"',
    fields=_TRACK_FIELDS,
)
VIEWED_PAGE_V2 = Action(
    key="viewedPageV2",
    title="Viewed Page V2",
    description="Sets the properties of the current page. Runs on page calls.",
    api=2,
    default_trigger='type = "page"',
    fields=_PAGE_FIELDS,
)
IDENTIFY_USER = replace(
    IDENTIFY_USER_V2,
    key="identifyUser",
    title="Identify User",
    description="Tells FullStory who the visitor is, through the legacy API. Runs on identify calls.",
    api=1,
)
TRACK_EVENT = replace(
    TRACK_EVENT_V2,
    key="trackEvent",
    title="Track Event",
    description="Sends an event to FullStory through the legacy API. Runs on track calls.",
    api=1,
)
VIEWED_PAGE = replace(
    VIEWED_PAGE_V2,
    key="viewedPage",
    title="Viewed Page",
    description="Sets the properties of the current page through the legacy API. Runs on page calls.",
    api=1,
)

ACTIONS: tuple[Action, ...] = (
    IDENTIFY_USER_V2,
    TRACK_EVENT_V2,
    VIEWED_PAGE_V2,
    IDENTIFY_USER,
    TRACK_EVENT,
    VIEWED_PAGE,
)
ACTIONS_BY_KEY: dict[str, Action] = {action.key: action for action in ACTIONS}

PRESETS: tuple[Preset, ...] = (
    Preset(name="Identify User V2", action=IDENTIFY_USER_V2, recommended=True),
    Preset(name="Track Custom Event V2", action=TRACK_EVENT_V2, recommended=True),
    Preset(name="Viewed Page V2", action=VIEWED_PAGE_V2, recommended=True),
    Preset(name="Identify User", action=IDENTIFY_USER, recommended=False),
    Preset(name="Track Custom Event", action=TRACK_EVENT, recommended=False),
    Preset(name="Viewed Page", action=VIEWED_PAGE, recommended=False),
)
