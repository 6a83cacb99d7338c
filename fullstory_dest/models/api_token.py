"""What people call their API tokens, and when each was last used. The tokens themselves are knox's."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AuthToken


class TokenName(models.Model):
    """The name of an API token. Tokens from before there were names have none."""

    token = models.OneToOneField(
        AuthToken, on_delete=models.CASCADE, primary_key=True, related_name="label", verbose_name=_("token")
    )
    name = models.CharField(_("name"), max_length=100)
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        verbose_name = _("token name")
        verbose_name_plural = _("token names")

    def __str__(self) -> str:
        return self.name
