"""The definition of the destination FullStory Device Mode (Actions): settings, actions, fields, presets. Pure data."""

from fullstory_dest.catalog.actions import ACTIONS, ACTIONS_BY_KEY, PRESETS
from fullstory_dest.catalog.check import check_field_keys, check_settings, find_action, tidy_settings
from fullstory_dest.catalog.settings import (
    DEFAULT_HOST,
    DEFAULT_NAMESPACE,
    DEFAULT_SCRIPT,
    SETTINGS,
    SETTINGS_BY_KEY,
)
from fullstory_dest.catalog.types import Action, Field, Preset, Setting

NAME = "FullStory Device Mode (Actions)"
SLUG = "actions-fullstory"
DESCRIPTION = (
    "Records how visitors use a web site, and tells FullStory who they are, what they do and which pages they see: "
    "user properties, custom events and page properties, to search, segment and build funnels by."
)
#: What it does better than FullStory (Classic).
BENEFITS = (
    "Greater control over the page properties you send.",
    "Send events specific to individual pages.",
    "Select by name the specific user properties or custom events to send.",
)
#: The two names that Segment has for the destination. Pages may use either.
CREATION_NAME = "Fullstory"
PLUGIN_NAME = "Fullstory (Actions)"
WEBSITE = "https://www.fullstory.com"
#: Of the categories that Segment's consent manager knows.
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
    "check_settings",
    "find_action",
    "tidy_settings",
]
