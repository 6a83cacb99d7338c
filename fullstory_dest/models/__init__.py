"""What is kept: sources, destinations, mappings, samples (drafts), releases (published), classic destinations."""

from fullstory_dest.models.api_token import TokenName
from fullstory_dest.models.classic import CLASSIC_DEFAULTS, ClassicDestination, Migration
from fullstory_dest.models.destination import Destination
from fullstory_dest.models.heartbeat import SchedulerHeartbeat
from fullstory_dest.models.mapping import Mapping
from fullstory_dest.models.release import Document, Release
from fullstory_dest.models.scheduled_publish import PendingPublication
from fullstory_dest.models.script_request_count import Sighting
from fullstory_dest.models.source import OldKey, Source
from fullstory_dest.models.source_status import Standing
from fullstory_dest.models.test_case import Sample

__all__ = [
    "CLASSIC_DEFAULTS",
    "ClassicDestination",
    "Destination",
    "Document",
    "Mapping",
    "Migration",
    "OldKey",
    "PendingPublication",
    "Release",
    "Sample",
    "SchedulerHeartbeat",
    "Sighting",
    "Source",
    "Standing",
    "TokenName",
]
