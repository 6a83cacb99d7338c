"""Ready-made rows and specs for tests."""

from typing import Any

from django.contrib.auth.models import User

from fullstory_dest.catalog import PRESETS
from fullstory_dest.compiler.schema import DeployedSpec, DestinationSpec, MappingSpec
from fullstory_dest.models import Deployment, Destination, Environment, Mapping, Source
from fullstory_dest.services.drafts.create_destination import create_destination
from fullstory_dest.services.environments.create_environment import create_environment

ORG = "o-1ABCD-na1"


def an_owner() -> User:
    """A saved user with all permissions, the same one each time."""
    return User.objects.filter(username="factory").first() or User.objects.create_superuser("factory")


def a_source(**values: Any) -> Source:
    """A saved source."""
    source = Source(**{"name": "Shop", **values})
    source.save()
    return source


def a_set_up_source(**values: Any) -> Source:
    """A saved source with one destination and the three recommended presets, not yet published."""
    source = a_source(**values)
    create_destination(source, settings={"orgId": ORG})
    return source


def a_staging_environment(source: Source, **values: Any) -> Environment:
    """A saved environment before production."""
    environment = create_environment(Environment(**{"source": source, "name": "Staging", **values}))
    source.refresh_from_db()
    return environment


def live(source: Source) -> Deployment | None:
    """The live deployment of a source's production, as it is in the database."""
    source.refresh_from_db()
    return source.production.live


def a_destination(source: Source | None = None, **values: Any) -> Destination:
    """A saved destination without mappings."""
    destination = Destination(**{"source": source or a_source(), "settings": {"orgId": ORG}, **values})
    destination.save()
    return destination


def a_mapping(destination: Destination | None = None, **values: Any) -> Mapping:
    """A saved, enabled mapping that tracks events."""
    mapping = Mapping(
        **{
            "destination": destination or a_destination(),
            "name": "Track",
            "enabled": True,
            "action": "trackEventV2",
            "trigger": 'type = "track"',
            "fields": {"name": {"@path": "$.event"}},
            **values,
        }
    )
    mapping.save()
    return mapping


def mapping_spec(**values: Any) -> MappingSpec:
    spec: dict[str, Any] = {
        "id": 1,
        "name": "Track",
        "enabled": True,
        "action": "trackEventV2",
        "trigger": 'type = "track"',
        "fields": {"name": {"@path": "$.event"}},
        **values,
    }
    return spec  # type: ignore[return-value]


def destination_spec(*mappings: MappingSpec, **values: Any) -> DestinationSpec:
    spec: dict[str, Any] = {
        "id": 1,
        "name": "FullStory",
        "enabled": True,
        "settings": {"orgId": ORG},
        "mappings": list(mappings),
        **values,
    }
    return spec  # type: ignore[return-value]


def source_spec(*destinations: DestinationSpec, **values: Any) -> DeployedSpec:
    """A spec in an environment."""
    spec: dict[str, Any] = {
        "name": "Shop",
        "slug": "shop",
        "write_key": "key",
        "api_host": "",
        "destinations": list(destinations),
        **values,
    }
    return spec  # type: ignore[return-value]


def presets_spec() -> DeployedSpec:
    """A source with the three recommended presets."""
    mappings = [
        mapping_spec(
            id=number,
            name=preset.name,
            action=preset.action.key,
            trigger=preset.trigger,
            fields=preset.fields,
        )
        for number, preset in enumerate(PRESETS, 1)
        if preset.recommended
    ]
    return source_spec(destination_spec(*mappings))
