"""Links with which one browser gets a preview on the site's own pages."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fullstory_dest.models.environment import Environment
from fullstory_dest.models.release import Release
from fullstory_dest.models.validated import ValidatedModel

MAXIMUM_URL_LENGTH = 1000

_is_web_url = URLValidator(schemes=["http", "https"])


def validate_page_url(url: str) -> None:
    """Raise ValidationError unless browsers can open a URL. Django accepts ports beyond 65535."""
    _is_web_url(url)
    try:
        valid = urlsplit(url).port != 0
    except ValueError:
        valid = False
    if not valid:
        raise ValidationError(_("Enter a URL with a port between 1 and 65535."))


class PreviewLinkQuerySet(models.QuerySet["PreviewLink"]):
    def active(self) -> Self:
        """Return the links of active users that are neither expired nor revoked."""
        return self.filter(expires_at__gt=timezone.now(), revoked_at=None, created_by__is_active=True)


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
    page_url = models.URLField(_("page"), max_length=MAXIMUM_URL_LENGTH, validators=[validate_page_url])
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
