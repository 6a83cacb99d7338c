"""Labels of the keys of drafts: those of sources, destinations and mappings, and of an action's fields."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fullstory_dest.catalog import ACTIONS, SETTINGS_BY_KEY

LABELS: Final[dict[str, str | Promise]] = {
    "name": gettext_lazy("Name"),
    "slug": gettext_lazy("Slug"),
    "write_key": gettext_lazy("Write key"),
    "api_host": gettext_lazy("API host"),
    "required_approvals": gettext_lazy("Required approvals"),
    "honor_gpc": gettext_lazy("Honor Global Privacy Control"),
    "honor_dnt": gettext_lazy("Honor Do Not Track"),
    "enabled": gettext_lazy("Enabled"),
    "consent_categories": gettext_lazy("Consent categories"),
    "action": gettext_lazy("Action"),
    "trigger": gettext_lazy("Trigger"),
    "fields": gettext_lazy("Fields"),
    "order": gettext_lazy("Order of mappings"),
    **{key: gettext_lazy(setting.label) for key, setting in SETTINGS_BY_KEY.items()},
}

#: Field keys to labels. Actions that share a key share its label.
_FIELD_LABELS: Final = {field.key: field.label for action in ACTIONS for field in action.fields}


def field_label(key: str) -> str:
    """The label of a catalog field; the key itself if no action has such a field."""
    return _(_FIELD_LABELS[key]) if key in _FIELD_LABELS else key
