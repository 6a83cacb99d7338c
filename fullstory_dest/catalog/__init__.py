"""The definition of FullStory Device Mode (Actions): its settings, actions, fields and presets. Pure data."""

from fullstory_dest.catalog.actions import ACTIONS, ACTIONS_BY_KEY, PRESETS
from fullstory_dest.catalog.check import (
    check_field_keys,
    check_overrides,
    check_settings,
    find_action,
    tidy_overrides,
    tidy_settings,
)
from fullstory_dest.catalog.settings import (
    DEFAULT_HOST,
    DEFAULT_NAMESPACE,
    DEFAULT_SCRIPT,
    OVERRIDABLE_SETTINGS,
    SETTINGS,
    SETTINGS_BY_KEY,
)
from fullstory_dest.catalog.types import Action, Field, Preset, Setting

NAME = "FullStory Device Mode (Actions)"
SLUG = "actions-fullstory"
DESCRIPTION = "Sends identities, events and page properties to FullStory from the browser."
#: Advantages over FullStory (Classic), as Segment lists them.
BENEFITS = (
    "Greater control over the page properties you send.",
    "Send events specific to individual pages.",
    "Select by name the specific user properties or custom events to send.",
)
#: Segment's two names for the destination. Pages can use either one.
CREATION_NAME = "Fullstory"
PLUGIN_NAME = "Fullstory (Actions)"
WEBSITE = "https://www.fullstory.com"
#: One of the categories of Segment's consent manager.
CATEGORY = "Heatmaps & Recordings"
MAXIMUM_MAPPINGS = 50

__all__ = [
    "ACTIONS",
    "ACTIONS_BY_KEY",
    "BENEFITS",
    "CATEGORY",
    "CREATION_NAME",
    "DEFAULT_HOST",
    "DEFAULT_NAMESPACE",
    "DEFAULT_SCRIPT",
    "DESCRIPTION",
    "MAXIMUM_MAPPINGS",
    "NAME",
    "OVERRIDABLE_SETTINGS",
    "PLUGIN_NAME",
    "PRESETS",
    "SETTINGS",
    "SETTINGS_BY_KEY",
    "SLUG",
    "Action",
    "Field",
    "Preset",
    "Setting",
    "check_field_keys",
    "check_overrides",
    "check_settings",
    "find_action",
    "tidy_overrides",
    "tidy_settings",
]
