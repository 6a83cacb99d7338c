"""Reading of a source's drafts as a spec, by themselves or in an environment."""

from __future__ import annotations

from collections.abc import Iterable

from fullstory_dest.compiler.compile import in_environment
from fullstory_dest.compiler.schema import (
    DeployedSpec,
    DestinationSpec,
    EnvironmentSpec,
    MappingSpec,
    SourceSpec,
)
from fullstory_dest.models import Deployment, Destination, Environment, Mapping, Release, Source


def source_spec(source: Source, destinations: Iterable[Destination] | None = None) -> SourceSpec:
    """Return the drafts of a source, from which releases are compiled. This takes two queries.

    Pass ``destinations``, ordered by ID and with their mappings, to avoid the queries.
    """
    if destinations is None:
        destinations = source.destinations.order_by("id").prefetch_related("mappings")
    spec: SourceSpec = {
        "name": source.name,
        "slug": source.slug,
        "destinations": [destination_spec(destination) for destination in destinations],
    }
    # Only if they are on, so that specs of earlier releases without these keys still compare as equal.
    if source.honor_gpc:
        spec["honor_gpc"] = True
    if source.honor_dnt:
        spec["honor_dnt"] = True
    return spec


def drafts_in(environment: Environment) -> DeployedSpec:
    """Return the drafts of an environment's source as they would be deployed there."""
    return in_environment(source_spec(environment.source), environment_spec(environment))


def release_in(release: Release, environment: Environment) -> DeployedSpec:
    """Return a release as it would be deployed in an environment."""
    return in_environment(release.spec, environment_spec(environment))


def live_spec(deployment: Deployment) -> DeployedSpec:
    """Return what a deployment put live."""
    return in_environment(deployment.release.spec, deployment.environment_spec)


def environment_spec(environment: Environment) -> EnvironmentSpec:
    return {
        "write_key": environment.write_key,
        "api_host": environment.api_host,
        "settings": environment.settings,
    }


def destination_spec(destination: Destination) -> DestinationSpec:
    """Return a destination with its mappings, in the order in which they run."""
    spec: DestinationSpec = {
        "id": destination.pk,
        "name": destination.name,
        "enabled": destination.enabled,
        "settings": destination.settings,
        "mappings": [mapping_spec(mapping) for mapping in destination.mappings.all()],
    }
    if destination.consent_categories:
        spec["consent_categories"] = destination.consent_categories
    return spec


def mapping_spec(mapping: Mapping) -> MappingSpec:
    return {
        "id": mapping.pk,
        "name": mapping.name,
        "enabled": mapping.enabled,
        "action": mapping.action,
        "trigger": mapping.trigger,
        "fields": mapping.fields,
    }
