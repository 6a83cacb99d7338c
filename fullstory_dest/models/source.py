"""Sources: the web sites that send events; and the write keys that they had before."""

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
    """A random write key: 32 letters and digits, as Segment's."""
    return get_random_string(WRITE_KEY_LENGTH)


class Source(ValidatedModel):
    """A web site. Its write key is public: it is in the address that the site's pages load."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(
        _("slug"), max_length=200, unique=True, blank=True, help_text=_("Made from the name when left blank.")
    )
    write_key = models.CharField(
        _("write key"),
        max_length=64,
        unique=True,
        default=new_write_key,
        validators=[RegexValidator(r"\A[A-Za-z0-9_-]+\Z", _("Use letters, digits, dashes and underscores."))],
        help_text=_("In the address that the site loads. Public; not a secret."),
    )
    enabled = models.BooleanField(
        _("enabled"),
        default=True,
        help_text=_("A disabled source goes on answering its pages, but nothing is sent to FullStory."),
    )
    api_host = models.CharField(
        _("API host"),
        max_length=200,
        blank=True,
        validators=[
            RegexValidator(
                rf"\A{hosts.HOST}\Z",
                _(
                    "Use a host without https://, with a port of at most 65535 and a path if needed, such as "
                    "api.segment.io/v1."
                ),
            )
        ],
        help_text=_("Where events are posted besides FullStory, such as api.segment.io/v1. Blank: nowhere."),
    )
    honor_gpc = models.BooleanField(
        _("honor Global Privacy Control"),
        default=False,
        help_text=_("Nothing is loaded, called or stored in browsers that ask not to sell or share data."),
    )
    honor_dnt = models.BooleanField(
        _("honor Do Not Track"),
        default=False,
        help_text=_("Nothing is loaded, called or stored in browsers that ask not to be tracked."),
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = TimestampedQuerySet.as_manager()
    history = history_records()

    #: The slug that was made from the name, for a source that is not saved yet.
    _made_slug = ""

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["name", "id"]
        permissions = [("publish_source", "Can publish and roll back sources")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Takes another slug where it was made from the name, and another source has just taken the same."""
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
            raise ValidationError({"write_key": _("This was a write key before. Take a new one.")})
        # Rotating keeps the old key first, and then sets a new one.
        if (
            saved_key
            and self.releases.exists()
            and not RetiredWriteKey.objects.filter(write_key=saved_key).exists()
        ):
            raise ValidationError(
                {
                    "write_key": _(
                        "Pages load this key since the source was published: it stays as it is, "
                        "unless you rotate it."
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
        """Those that have not expired."""
        return self.filter(expires_at__gt=timezone.now())


class RetiredWriteKey(models.Model):
    """A former write key of a source. It goes on being served what the source's key is, until it expires.

    Kept after that, too: a key that pages of one site may still name never becomes another's.
    """

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="retired_keys", verbose_name=_("source")
    )
    write_key = models.CharField(_("write key"), max_length=64, unique=True)
    rotated_at = models.DateTimeField(_("rotated"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))

    objects = RetiredWriteKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("old write key")
        verbose_name_plural = _("old write keys")
        ordering = ["-rotated_at", "-id"]

    def __str__(self) -> str:
        return self.write_key
