"""Sources: the websites that send events."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from fullstory_dest.models.environment import PRODUCTION, Environment
from fullstory_dest.models.history import history_records
from fullstory_dest.models.validated import TimestampedQuerySet, ValidatedModel, validate_name

SLUG_ATTEMPTS = 20


class Source(ValidatedModel):
    """A website, with one or more environments. Its first one is created together with it, as "Production".

    ``write_key`` and ``api_host`` are those of the production environment, the only one of most sources. Setting them
    changes it when the source is saved.
    """

    name = models.CharField(_("name"), max_length=200, validators=[validate_name])
    slug = models.SlugField(
        _("slug"), max_length=200, unique=True, blank=True, help_text=_("Leave blank to use the name.")
    )
    enabled = models.BooleanField(
        _("enabled"),
        default=True,
        help_text=_("Pages of a disabled source keep working, but nothing is sent to FullStory."),
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

    SOURCE_ID = "pk"

    #: The slug that a new source got from its name.
    _made_slug = ""
    _changes_production = False

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["name", "id"]
        permissions = [("publish_source", "Can publish and roll back sources")]
        indexes = [
            models.Index(fields=["name", "id"], name="sources_by_name"),
            models.Index(fields=["-updated_at", "-id"], name="sources_by_change"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the source, and a new one with its first environment.

        If another source has just taken the generated slug, retry with another one.
        """
        if not self._state.adding:
            return self._update(*args, **kwargs)
        for _attempt in range(SLUG_ATTEMPTS):
            try:
                with transaction.atomic():
                    return self._add(*args, **kwargs)
            except (IntegrityError, ValidationError):
                self._state.adding, self.pk = True, None
                if not self.slug or self.slug != self._made_slug or not self._is_taken():
                    raise
                self.slug = ""
        return self._add(*args, **kwargs)

    def _add(self, *args: Any, **kwargs: Any) -> None:
        production = self.production
        super().save(*args, **kwargs)
        production.source = self
        production.save()
        self._changes_production = False

    def _update(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            if self._changes_production:
                self.production.save()
        self._changes_production = False

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Load the row and, when they are used next, its environments."""
        super().refresh_from_db(*args, **kwargs)
        self._changes_production = False
        for name in ("production", "first_environment"):
            self.__dict__.pop(name, None)

    def clean(self) -> None:
        if self._state.adding or self._changes_production:
            self.production.full_clean(exclude=["source"])
        if not self.slug:
            self.slug = self._made_slug = self._free_slug()

    @cached_property
    def production(self) -> Environment:
        """The last environment of the promotion order, which visitors use."""
        if self._state.adding:
            return Environment(source=self, name=str(PRODUCTION), slug="production")
        return max(self.environments.all(), key=lambda each: (each.position, each.pk))

    @cached_property
    def first_environment(self) -> Environment:
        """The first environment of the promotion order, to which drafts are published by default."""
        return min(self.environments.all(), key=lambda each: (each.position, each.pk))

    @property
    def write_key(self) -> str:
        """The write key of the production environment."""
        return self.production.write_key

    @write_key.setter
    def write_key(self, write_key: str) -> None:
        self.production.write_key, self._changes_production = write_key, True

    @property
    def api_host(self) -> str:
        """The API host of the production environment."""
        return self.production.api_host

    @api_host.setter
    def api_host(self, api_host: str) -> None:
        self.production.api_host, self._changes_production = api_host, True

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
