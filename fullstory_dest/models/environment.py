"""Environments: where a source runs, such as Staging and Production. And write keys that are no longer used."""

from __future__ import annotations

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models.functions import Lower
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from fullstory_dest.catalog import check_overrides, hosts, tidy_overrides
from fullstory_dest.models.history import history_records
from fullstory_dest.models.validated import TimestampedQuerySet, ValidatedModel, raise_problems, validate_name
from fullstory_dest.problem import Problem

WRITE_KEY_LENGTH = 32
MAXIMUM_APPROVALS = 10
PRODUCTION = _("Production")
_DEPLOYED_FIELDS = ("live", "live_build")


def new_write_key() -> str:
    """Return a random write key of 32 letters and digits, like Segment's."""
    return get_random_string(WRITE_KEY_LENGTH)


class Environment(ValidatedModel):
    """Where a source runs. Its write key is public: it's part of the script's URL.

    Releases are promoted from one environment to the next in the order of ``position``; the last one is production.
    ``settings`` overrides settings of all destinations of the source. ``live`` is the deployment that browsers get.
    """

    source = models.ForeignKey(
        "Source", on_delete=models.CASCADE, related_name="environments", verbose_name=_("source")
    )
    name = models.CharField(_("name"), max_length=100, validators=[validate_name])
    slug = models.SlugField(
        _("slug"), max_length=100, blank=True, help_text=_("Leave blank to use the name.")
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Releases are promoted from lower to higher positions.")
    )
    write_key = models.CharField(
        _("write key"),
        max_length=64,
        unique=True,
        default=new_write_key,
        validators=[RegexValidator(r"\A[A-Za-z0-9_-]+\Z", _("Use letters, digits, dashes and underscores."))],
        help_text=_("Part of the script's URL. It's public, not a secret."),
    )
    api_host = models.CharField(
        _("API host"),
        max_length=200,
        blank=True,
        validators=[
            RegexValidator(
                rf"\A{hosts.HOST}\Z",
                _("Use a host without https:// and without dot segments, such as api.segment.io/v1."),
            )
        ],
        help_text=_("Also posts events to this host, such as api.segment.io/v1. Leave blank to post none."),
    )
    settings: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("settings"),
        default=dict,
        blank=True,
        help_text=_("Replaces these settings of the source's destinations in this environment."),
    )
    required_approvals = models.PositiveSmallIntegerField(
        _("required approvals"),
        default=0,
        validators=[MaxValueValidator(MAXIMUM_APPROVALS)],
        help_text=_("The number of people, other than the author, who must approve a deployment."),
    )
    live = models.OneToOneField(
        "Deployment",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="live_in",
        verbose_name=_("live deployment"),
    )
    #: The ``build`` that the live documents are equal to. A later one can make the same documents.
    live_build = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = TimestampedQuerySet.as_manager()
    history = history_records(excluded_fields=["live", "live_build"])

    #: The write key that saving replaces.
    _replaced_key = ""

    class Meta:
        verbose_name = _("environment")
        verbose_name_plural = _("environments")
        ordering = ["source", "position", "id"]
        permissions = [("override_approvals", "Can deploy without the required approvals")]
        constraints = [
            models.UniqueConstraint(fields=["source", "slug"], name="one_environment_per_slug"),
            models.UniqueConstraint("source", Lower("name"), name="one_environment_per_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the environment, and retire a write key that was replaced.

        This doesn't save what is live, which only a deployment changes. The row might have been read before.
        """
        if not self._state.adding:
            fields = (field.name for field in self._meta.concrete_fields if not field.primary_key)
            kwargs.setdefault("update_fields", [name for name in fields if name not in _DEPLOYED_FIELDS])
        with transaction.atomic():
            super().save(*args, **kwargs)
            if self._replaced_key:
                retire_write_key(self._replaced_key)
        self._replaced_key = ""

    def clean(self) -> None:
        saved = Environment.objects.filter(pk=self.pk).only("write_key", "settings").first()
        self._check_write_key(saved.write_key if saved else None)
        self._check_name()
        self.api_host = self.api_host.rstrip("/")
        self.slug = self.slug or slugify(self.name) or "environment"
        raise_problems(problem.below("settings") for problem in check_overrides(self.settings))
        self.settings = tidy_overrides(self.settings)
        self._check_namespace(saved.settings if saved else {})

    def _check_name(self) -> None:
        others = Environment.objects.filter(source=self.source_id).exclude(pk=self.pk)
        if self.name.casefold() in (name.casefold() for name in others.values_list("name", flat=True)):
            raise ValidationError({"name": _("This source has another environment with this name.")})

    def _check_namespace(self, saved: dict[str, Any]) -> None:
        """Refuse to give several destinations one namespace. A saved override is kept: rotating a key saves, too."""
        namespace = self.settings.get("namespace")
        if namespace is None or namespace == saved.get("namespace") or self.source_id is None:
            return
        if self.source.destinations.filter(enabled=True).count() > 1:
            message = str(
                _("This source has several enabled destinations, and each needs its own namespace.")
            )
            raise_problems([Problem(("settings", "namespace"), message)])

    def _check_write_key(self, saved_key: str | None) -> None:
        self._replaced_key = ""
        if saved_key == self.write_key:
            return
        self._replaced_key = saved_key or ""
        if RetiredWriteKey.objects.filter(write_key=self.write_key).exists():
            raise ValidationError({"write_key": _("This write key was used before. Choose a new one.")})
        # Rotating retires the old key before it sets a new one.
        if (
            saved_key
            and self.deployments.exists()
            and not RetiredWriteKey.objects.filter(write_key=saved_key).exists()
        ):
            raise ValidationError(
                {
                    "write_key": _(
                        "Pages use this key since the source was published. Rotate the write key to change it."
                    )
                }
            )


class RetiredWriteKeyQuerySet(models.QuerySet["RetiredWriteKey"]):
    def served(self) -> Self:
        """Return the keys that haven't expired."""
        return self.filter(expires_at__gt=timezone.now())


class RetiredWriteKey(models.Model):
    """A previous write key of an environment. It works like the current one until it expires.

    Expired and changed keys, and those of deleted environments, are kept, so that a key which pages might still use is
    never given to another environment.
    """

    environment = models.ForeignKey(
        Environment,
        on_delete=models.SET_NULL,
        null=True,
        related_name="retired_keys",
        verbose_name=_("environment"),
    )
    write_key = models.CharField(_("write key"), max_length=64, unique=True)
    rotated_at = models.DateTimeField(_("rotated"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))

    objects = RetiredWriteKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("previous write key")
        verbose_name_plural = _("previous write keys")
        ordering = ["-rotated_at", "-id"]

    def __str__(self) -> str:
        return self.write_key


def retire_write_key(write_key: str) -> None:
    """Keep a write key that stops working, unless it's kept already."""
    RetiredWriteKey.objects.get_or_create(write_key=write_key, defaults={"expires_at": timezone.now()})


@receiver(pre_delete, sender=Environment)
def retire_deleted_key(instance: Environment, **_more: object) -> None:
    """Keep the write key of an environment that is deleted, also together with its source."""
    retire_write_key(instance.write_key)
