"""The form on a source's Settings tab."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from fullstory_dest.admin.base.edit_conflicts import OptimisticLockForm
from fullstory_dest.admin.environments.forms import environment_input
from fullstory_dest.admin.pages import has_several_environments
from fullstory_dest.models import Environment

#: The inputs of the environment, if the source has only one.
ENVIRONMENT_INPUTS: Final = ("write_key", "api_host")


class SourceForm(OptimisticLockForm):
    """A source with the write key and the API host of its environment, unless it has several."""

    write_key = environment_input("write_key", _("Write key"))
    api_host = environment_input("api_host", _("API host"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ENVIRONMENT_INPUTS:
            if has_several_environments(self.instance):
                del self.fields[name]
            else:
                self.initial.setdefault(name, getattr(self.instance, name))

    @property
    def version(self) -> str:
        """When the source or its environment last changed."""
        changed = Environment.objects.filter(source=self.instance.pk).values_list("updated_at", flat=True)
        return max([super().version, *(each.isoformat() for each in changed)])

    def _get_validation_exclusions(self) -> set[str]:
        """Skip a blank slug. Saving generates a unique one from the name."""
        excluded = super()._get_validation_exclusions()
        blank = "slug" in self.fields and not self.cleaned_data.get("slug")
        return {*excluded, "slug"} if blank else excluded

    def _post_clean(self) -> None:
        for name in ENVIRONMENT_INPUTS:
            # Unchanged values don't save the environment, and write no history.
            if name in self.cleaned_data and self.cleaned_data[name] != getattr(self.instance, name):
                setattr(self.instance, name, self.cleaned_data[name])
        super()._post_clean()  # type: ignore[misc]
