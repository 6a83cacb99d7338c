"""Sources: the websites that send events, and their retired write keys."""

from __future__ import annotations

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from fullstory_dest.catalog import hosts
from fullstory_dest.models.history import history_records
from fullstory_dest.models.validated import TimestampedQuerySet, ValidatedModel

WRITE_KEY_LENGTH = 32
SLUG_ATTEMPTS = 20


def new_write_key() -> str:
    """Return a random write key of 32 letters and digits, like Segment's."""
    return get_random_string(WRITE_KEY_LENGTH)


class Source(ValidatedModel):
    """A website. Its write key is public: it's part of the script's URL."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(
        _("slug"), max_length=200, unique=True, blank=True, help_text=_("Leave blank to use the name.")
    )
    write_key = models.CharField(
        _("write key"),
        max_length=64,
        unique=True,
        default=new_write_key,
        validators=[RegexValidator(r"\A[A-Za-z0-9_-]+\Z", _("Use letters, digits, dashes and underscores."))],
        help_text=_("Part of the script's URL. It's public, not a secret."),
    )
    enabled = models.BooleanField(
        _("enabled"),
        default=True,
        help_text=_("Pages of a disabled source keep working, but nothing is sent to FullStory."),
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
    honor_gpc = models.BooleanField(
        _("honor Global Privacy Control"),
        default=False,
        help_text=_("Loads, calls and stores nothing in browsers that ask sites not to sell or share data."),
    )
    honor_dnt = models.BooleanField(
        _("honor Do Not Track"),
        default=False,
        help_text=_("Loads, calls and stores nothing in browsers that ask sites not to track."),
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = TimestampedQuerySet.as_manager()
    history = history_records()

    #: The slug that a new source got from its name.
    _made_slug = ""

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["name", "id"]
        permissions = [("publish_source", "Can publish and roll back sources")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the source. Retry with another generated slug if a new source has just taken it."""
        for _attempt in range(SLUG_ATTEMPTS if self._state.adding else 0):
            try:
                with transaction.atomic():
                    return super().save(*args, **kwargs)
            except (IntegrityError, ValidationError):
                if not self.slug or self.slug != self._made_slug or not self._is_taken():
                    raise
                self.slug = ""
        return super().save(*args, **kwargs)

    def clean(self) -> None:
        self._check_write_key()
        self.api_host = self.api_host.rstrip("/")
        if not self.slug:
            self.slug = self._made_slug = self._free_slug()

    def _check_write_key(self) -> None:
        saved_key = Source.objects.filter(pk=self.pk).values_list("write_key", flat=True).first()
        if saved_key == self.write_key:
            return
        if RetiredWriteKey.objects.filter(write_key=self.write_key).exists():
            raise ValidationError({"write_key": _("This write key was used before. Choose a new one.")})
        # Rotating retires the old key before it sets a new one.
        if (
            saved_key
            and self.releases.exists()
            and not RetiredWriteKey.objects.filter(write_key=saved_key).exists()
        ):
            raise ValidationError(
                {
                    "write_key": _(
                        "Pages use this key since the source was published. Rotate the write key to change it."
                    )
                }
            )

    def _is_taken(self) -> bool:
        return Source.objects.filter(slug=self.slug).exclude(pk=self.pk).exists()

    def _free_slug(self) -> str:
        base = slugify(self.name)[:180] or "source"
        others = Source.objects.filter(slug__startswith=base).exclude(pk=self.pk)
        taken = set(others.values_list("slug", flat=True))
        number = 2
        slug = base
        while slug in taken:
            slug, number = f"{base}-{number}", number + 1
        return slug


class RetiredWriteKeyQuerySet(models.QuerySet["RetiredWriteKey"]):
    def served(self) -> Self:
        """Return the keys that haven't expired."""
        return self.filter(expires_at__gt=timezone.now())


class RetiredWriteKey(models.Model):
    """A previous write key of a source. It works like the current one until it expires.

    Expired keys are kept, so that a key which pages might still use is never given to another source.
    """

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="retired_keys", verbose_name=_("source")
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
