"""Forms of the setup wizard: source, FullStory's settings, and presets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextInputWidget

from fullstory_dest.admin.base.posted_inputs import parse_ids
from fullstory_dest.admin.destinations.forms import ADVANCED as ADVANCED_SETTINGS
from fullstory_dest.admin.destinations.forms import ESSENTIAL, PREFIX, DestinationForm
from fullstory_dest.catalog import PRESETS, Preset
from fullstory_dest.models import Destination, Mapping, Source
from fullstory_dest.models.validated import validate_name
from fullstory_dest.services.drafts.presets import find_preset_mapping, is_unedited

MORE = tuple(name for name in ESSENTIAL if name != f"{PREFIX}orgId")
ADVANCED = (*ADVANCED_SETTINGS, "consent_categories")
NEW = "new"


class SourceForm(forms.Form):
    """The ID of a source, or the name of a new one.

    ``resumed`` is the source that the user created earlier in this setup. Submitting its name again reuses it.
    """

    source = forms.CharField(required=False)
    name = forms.CharField(required=False, max_length=200, strip=True, validators=[validate_name])

    def __init__(self, *args: Any, may_add: bool, resumed: Source | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_add, self.resumed = may_add, resumed

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        chosen, name = cleaned.get("source", ""), cleaned.get("name", "")
        if "name" in self.errors:
            return cleaned
        if name and chosen in ("", NEW):
            if not self.may_add:
                self.add_error(
                    "name",
                    _("You don't have permission to add sources. Choose one, or ask an owner."),
                )
        elif name:
            self.add_error(
                "name", _("You chose a source and entered a name. Choose “New source”, or clear the name.")
            )
        elif chosen and chosen != NEW:
            cleaned["found"] = Source.objects.filter(archived_at=None, pk__in=parse_ids([chosen])).first()
            if cleaned["found"] is None:
                self.add_error("source", _("Source not found. Choose another one."))
        else:
            self.add_error("name", _("Choose a source, or enter a name for a new one."))
        return cleaned

    def save(self) -> Source:
        """Return the chosen source, or save and return the new one."""
        found: Source | None = self.cleaned_data.get("found")
        if found:
            return found
        name = self.cleaned_data["name"]
        if self.resumed and self.resumed.name == name:
            return self.resumed
        source = Source(name=name)
        source.save()
        return source


class SettingsStepForm(DestinationForm):
    """A destination's settings."""

    class Meta:
        model = Destination
        fields = ("name", "consent_categories")
        widgets = {"name": UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})}

    def __init__(self, *args: Any, by: AbstractBaseUser | AnonymousUser, **kwargs: Any) -> None:
        self.by = by
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            # The organization is the only required setting.
            self.fields[f"{PREFIX}orgId"].widget.attrs["autofocus"] = True

    @property
    def typed_over(self) -> str:
        over = super().typed_over
        if over or not self.is_bound or not self.instance.pk:
            return over
        # A form for a new row has no version. Its creator can submit it again from the browser's history, unless
        # another user has changed the row since.
        last = self.instance.history.first()
        return self.version if last and last.history_user_id == self.by.pk else ""


@dataclass(frozen=True, slots=True)
class PresetOption:
    """A preset on the form, and the state of its mapping."""

    preset: Preset
    chosen: bool
    #: Whether its mapping exists.
    made: bool
    #: Its mapping, if someone edited it. Clearing the preset doesn't delete it.
    changed: Mapping | None


def preset_options(
    mappings: Sequence[Mapping], *, recommended: bool, are_chosen: bool = False
) -> list[PresetOption]:
    """The recommended or the legacy presets. Recommended ones are preselected until the user has chosen."""
    options = []
    for preset in PRESETS:
        if preset.recommended != recommended:
            continue
        made = find_preset_mapping(preset, mappings)
        options.append(
            PresetOption(
                preset,
                chosen=made is not None or (recommended and not mappings and not are_chosen),
                made=made is not None,
                changed=made if made and not is_unedited(made, preset) else None,
            )
        )
    return options
