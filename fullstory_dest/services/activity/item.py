"""An item of recent activity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.contrib.auth.base_user import AbstractBaseUser

from fullstory_dest.models import Destination, Environment, Review, Source

Verb = Literal[
    "added",
    "changed",
    "deleted",
    "enabled",
    "disabled",
    "reordered",
    "archived",
    "restored",
    "rotated_key",
    "published",
    "promoted",
    "rolled_back",
    "redeployed",
    "requested",
    "approved",
    "declined",
    "withdrawn",
    "deployed",
    "overridden",
]
Kind = Literal["source", "environment", "destination", "mapping", "deployment", "review"]


@dataclass(frozen=True, slots=True)
class ActivityItem:
    """A change to a row, a deployment, or what happened to a review.

    ``fields`` are the changed fields. ``channel`` is ``admin``, ``api`` or ``command``, and empty for deployments and
    reviews. ``source``, ``environment`` and ``destination`` are the row's parents, or None if they are deleted; those
    of deployments and reviews have only their names. Each moved mapping is an item.
    """

    at: datetime
    by: AbstractBaseUser | None
    channel: str
    verb: Verb
    kind: Kind
    id: int
    name: str
    #: Whether the row still exists.
    exists: bool
    #: The ID of a deployment's release.
    release: int | None = None
    fields: tuple[str, ...] = ()
    #: Why a review was declined, or why there was a deployment without approvals.
    reason: str = ""
    source: Source | None = None
    destination: Destination | None = None
    environment: Environment | None = None
    #: Whether the source of the environment has other ones.
    several_environments: bool = False
    review: Review | None = None
