"""URLs of the admin, and what its forms send."""

import json
from typing import Any

from django.db.models import Model
from django.urls import reverse

from fullstory_dest.models import Destination, Mapping, Source
from fullstory_dest.services.publishing.deploy import fingerprint
from fullstory_dest.services.spec import drafts_in


def url(model: str, page: str = "changelist", *arguments: Any) -> str:
    return reverse(f"admin:fullstory_dest_{model}_{page}", args=arguments)


def text(response: Any) -> str:
    return str(response.content.decode())


def version_of(row: Model) -> str:
    """The hidden version of a row's form, as opened now."""
    changed = [type(row)._base_manager.values_list("updated_at", flat=True).get(pk=row.pk)]
    if isinstance(row, Source):
        changed += row.environments.values_list("updated_at", flat=True)
    return str(max(changed).isoformat())


def reviewed(source: Source) -> dict[str, str]:
    """The hidden fingerprint of a source's publish page, as opened now."""
    return {"reviewed": fingerprint(drafts_in(Source.objects.get(pk=source.pk).first_environment))}


def errors(response: Any) -> dict[str, list[str]]:
    """The errors of the page's form, by input."""
    return {name: list(found) for name, found in response.context["adminform"].form.errors.items()}


def destination_form(destination: Destination, **changes: Any) -> dict[str, Any]:
    """The form of a destination's page with these inputs changed. None leaves a checkbox empty."""
    form: dict[str, Any] = {
        "name": destination.name,
        "enabled": "on",
        "_version": version_of(destination),
    }
    form |= {
        f"setting_{key}": "on" if value is True else value for key, value in destination.settings.items()
    }
    form["consent_categories"] = "\n".join(destination.consent_categories)
    return {key: value for key, value in {**form, **changes}.items() if value is not None}


def mapping_form(mapping: Mapping, **changes: Any) -> dict[str, Any]:
    """The form of a mapping's page with these inputs changed."""
    form = {
        "name": mapping.name,
        "_version": version_of(mapping),
        "enabled": "on" if mapping.enabled else None,
        "action": mapping.action,
        "trigger": mapping.trigger,
        "fields": json.dumps(mapping.fields),
    }
    return {key: value for key, value in {**form, **changes}.items() if value is not None}
