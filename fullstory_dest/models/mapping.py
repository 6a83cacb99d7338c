"""Mappings: a trigger, an action and its fields."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Max, Q
from django.utils.translation import gettext_lazy as _

from fullstory_dest import fql
from fullstory_dest.catalog import ACTIONS, ACTIONS_BY_KEY, MAXIMUM_MAPPINGS, Action
from fullstory_dest.compiler.check import check_mapping
from fullstory_dest.compiler.schema import CheckedMapping, MappingSpec
from fullstory_dest.models.destination import Destination
from fullstory_dest.models.history import history_records
from fullstory_dest.models.validated import (
    KEEP_UPDATED_AT,
    TimestampedQuerySet,
    ValidatedModel,
    raise_problems,
    validate_name,
)

MAXIMUM_NAME_LENGTH = 200


class MappingQuerySet(TimestampedQuerySet["Mapping"]):
    def move_aside(self) -> int:
        """Move these mappings to negative positions, which frees theirs: positions are unique at all times."""
        return self.update(position=-1 - F("position"), **KEEP_UPDATED_AT)


class Mapping(ValidatedModel):
    """A mapping of a destination. ``trigger`` is FQL, ``fields`` a mapping-kit template with the action's fields.

    Positions are unique within a destination and below 50, so the database also limits destinations to 50 mappings.
    Negative positions exist only inside the transaction that reorders.
    """

    destination = models.ForeignKey(
        Destination, on_delete=models.CASCADE, related_name="mappings", verbose_name=_("destination")
    )
    name = models.CharField(_("name"), max_length=MAXIMUM_NAME_LENGTH, validators=[validate_name])
    enabled = models.BooleanField(_("enabled"), default=False)
    action = models.CharField(
        _("action"), max_length=50, choices=[(action.key, action.title) for action in ACTIONS]
    )
    # No limit of length: the parser also reports missing and too long triggers.
    trigger = models.TextField(_("trigger"), blank=True)
    fields: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("fields"), default=dict, blank=True
    )
    position = models.SmallIntegerField(
        _("position"), blank=True, help_text=_("Mappings run in this order. Leave blank to add it last.")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = MappingQuerySet.as_manager()
    history = history_records()

    SOURCE_ID = "destination__source_id"

    class Meta:
        verbose_name = _("mapping")
        verbose_name_plural = _("mappings")
        ordering = ["destination", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["destination", "position"],
                name="one_mapping_per_position",
                violation_error_message=_("Another mapping of this destination has this position."),
            ),
            models.CheckConstraint(
                condition=Q(position__gte=-MAXIMUM_MAPPINGS, position__lt=MAXIMUM_MAPPINGS),
                name="at_most_50_mappings",
                violation_error_message=_("A destination can have at most 50 mappings."),
            ),
            models.CheckConstraint(
                condition=Q(action__in=list(ACTIONS_BY_KEY)),
                name="action_is_in_the_catalog",
                violation_error_message=_("This action isn't in the catalog."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def definition(self) -> Action:
        """The action's entry in the catalog."""
        return ACTIONS_BY_KEY[self.action]

    def clean_fields(self, exclude: Any = None) -> None:
        if self.position is None and self.destination_id:
            self.position = self._last_position()
        super().clean_fields(exclude)

    def clean(self) -> None:
        if self.position is not None and self.position < 0:
            raise ValidationError({"position": _("Positions can't be negative.")})
        spec: MappingSpec = {
            "id": self.pk or 0,
            "name": self.name,
            "enabled": self.enabled,
            "action": self.action,
            "trigger": self.trigger,
            "fields": self.fields,
        }
        checked = check_mapping(spec, self._destination_settings())
        if isinstance(checked, CheckedMapping):
            self.trigger = fql.normalize(self.trigger, checked.trigger)
        else:
            raise_problems(checked)

    def _destination_settings(self) -> dict[str, Any]:
        """Return the destination's settings. A missing destination has none, and is an error by itself."""
        try:
            return self.destination.settings
        except Destination.DoesNotExist:
            return {}

    def _last_position(self) -> int:
        """Return the position after the last one, or the first gap if that is 50."""
        positions = Mapping.objects.filter(destination_id=self.destination_id).exclude(pk=self.pk)
        last = positions.aggregate(last=Max("position"))["last"]
        following = 0 if last is None else last + 1
        if following < MAXIMUM_MAPPINGS:
            return following
        taken = set(positions.values_list("position", flat=True))
        free = next((position for position in range(MAXIMUM_MAPPINGS) if position not in taken), None)
        if free is None:
            raise ValidationError({"destination": _("A destination can have at most 50 mappings.")})
        return free
