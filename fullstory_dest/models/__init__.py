"""Sources with their drafts (destinations, mappings, test cases), environments, releases, and what goes with them."""

from fullstory_dest.models.api_token import ApiToken
from fullstory_dest.models.classic import CLASSIC_DEFAULTS, ClassicDestination, Migration
from fullstory_dest.models.deployment import Deployment, Document
from fullstory_dest.models.destination import Destination
from fullstory_dest.models.environment import Environment, RetiredWriteKey
from fullstory_dest.models.heartbeat import SchedulerHeartbeat
from fullstory_dest.models.mapping import Mapping
from fullstory_dest.models.preview_link import PreviewLink
from fullstory_dest.models.release import Release
from fullstory_dest.models.review import Approval, Review
from fullstory_dest.models.scheduled_deployment import ScheduledDeployment
from fullstory_dest.models.script_request_count import ScriptRequestCount
from fullstory_dest.models.source import Source
from fullstory_dest.models.stored_status import StoredStatus
from fullstory_dest.models.test_case import TestCase

__all__ = [
    "CLASSIC_DEFAULTS",
    "ApiToken",
    "Approval",
    "ClassicDestination",
    "Deployment",
    "Destination",
    "Document",
    "Environment",
    "Mapping",
    "Migration",
    "PreviewLink",
    "Release",
    "RetiredWriteKey",
    "Review",
    "ScheduledDeployment",
    "SchedulerHeartbeat",
    "ScriptRequestCount",
    "Source",
    "StoredStatus",
    "TestCase",
]
