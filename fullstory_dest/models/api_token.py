"""Named API tokens. knox hashes and expires them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from fullstory_dest.models.validated import validate_name


class ApiToken(AbstractAuthToken):
    """An API token of a user, stored as a hash. ``token_key`` has its first characters, for display."""

    name = models.CharField(_("name"), max_length=100, validators=[validate_name])
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name or self.token_key
