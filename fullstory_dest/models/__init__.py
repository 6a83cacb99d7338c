"""Sources with their drafts (destinations, mappings, test cases), releases, preview links, and classic destinations."""

from fullstory_dest.models.api_token import ApiToken
from fullstory_dest.models.classic import CLASSIC_DEFAULTS, ClassicDestination, Migration
from fullstory_dest.models.destination import Destination
from fullstory_dest.models.heartbeat import SchedulerHeartbeat
from fullstory_dest.models.mapping import Mapping
from fullstory_dest.models.preview_link import PreviewLink
from fullstory_dest.models.release import Document, Release
from fullstory_dest.models.scheduled_publish import ScheduledPublish
from fullstory_dest.models.script_request_count import ScriptRequestCount
from fullstory_dest.models.source import RetiredWriteKey, Source
from fullstory_dest.models.source_status_cache import SourceStatusCache
from fullstory_dest.models.test_case import TestCase

__all__ = [
    "CLASSIC_DEFAULTS",
    "ApiToken",
    "ClassicDestination",
    "Destination",
    "Document",
    "Mapping",
    "Migration",
    "PreviewLink",
    "Release",
    "RetiredWriteKey",
    "ScheduledPublish",
    "SchedulerHeartbeat",
    "ScriptRequestCount",
    "Source",
    "SourceStatusCache",
    "TestCase",
]
