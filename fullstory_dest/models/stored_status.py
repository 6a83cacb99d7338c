"""The stored status of each source, which lists and filters read."""

from __future__ import annotations

from typing import TypedDict

from django.db import models

from fullstory_dest.models.deployment import Deployment
from fullstory_dest.models.source import Source


class EnvironmentSummary(TypedDict):
    """One of several environments: the number of its live release, and how it differs.

    ``behind`` is the number of releases that it's behind the newest one in the environments before it. Negative if it's
    ahead of all of them.
    """

    name: str
    release: int | None
    behind: int
    settings_changed: bool


class StoredStatus(models.Model):
    """The status ``code`` of a source, and how its drafts compare with what is live.

    It's stored in the transaction of each change (``services/source_changes.py``). ``drift`` is whether environments
    have different releases, or settings that changed after their deployment.
    """

    source = models.OneToOneField(
        Source, on_delete=models.CASCADE, primary_key=True, related_name="stored_status"
    )
    code = models.CharField(max_length=20, db_index=True)
    #: The live deployment of the first environment.
    live = models.ForeignKey(Deployment, on_delete=models.SET_NULL, null=True, related_name="+")
    changed = models.BooleanField()
    problems = models.BooleanField()
    ahead = models.BooleanField()
    drift = models.BooleanField(db_index=True)
    #: In promotion order. Empty for a source with one environment.
    environments: models.JSONField[list[EnvironmentSummary], list[EnvironmentSummary]] = models.JSONField(
        default=list
    )
    destinations = models.PositiveIntegerField()
    any_destination_enabled = models.BooleanField()
    mappings = models.PositiveIntegerField()
    mappings_enabled = models.PositiveIntegerField()

    class Meta:
        verbose_name = "stored status"
        verbose_name_plural = "stored statuses"
        # No permissions: it's never shown by itself.
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.source_id} {self.code}"
