"""Links with which one browser gets a preview on the site's own pages."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fullstory_dest.models.environment import Environment
from fullstory_dest.models.release import Release
from fullstory_dest.models.validated import ValidatedModel

MAXIMUM_URL_LENGTH = 1000


class PreviewLinkQuerySet(models.QuerySet["PreviewLink"]):
    def active(self) -> Self:
        """Return the links that are neither expired nor revoked."""
        return self.filter(expires_at__gt=timezone.now(), revoked_at=None)


class PreviewLink(ValidatedModel):
    """An expiring link to the drafts, or to a release, in an environment. ``page_url`` is the page that it opens."""

    environment = models.ForeignKey(
        Environment,
        on_delete=models.CASCADE,
        related_name="preview_links",
        verbose_name=_("environment"),
    )
    release = models.ForeignKey(
        Release,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("release"),
        help_text=_("Without one, the link previews the drafts."),
    )
    page_url = models.URLField(
        _("page"), max_length=MAXIMUM_URL_LENGTH, validators=[URLValidator(schemes=["http", "https"])]
    )
    sends_calls = models.BooleanField(_("send calls to FullStory"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.environment.source}: {self.release or _('drafts')}"
