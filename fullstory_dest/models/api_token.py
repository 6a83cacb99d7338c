"""API tokens, with the name that their user gave them. Hashing and expiry are knox's."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken


class ApiToken(AbstractAuthToken):
    """A token of a user. Stored hashed; ``token_key`` holds its first characters, to recognize it by."""

    name = models.CharField(_("name"), max_length=100)
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name or self.token_key
