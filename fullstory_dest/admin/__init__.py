"""The web UI: where a team sets up sources, tries mappings and publishes. One module a model."""

from fullstory_dest.admin import classic, destination, mapping, people, release, sample, source

__all__ = ["classic", "destination", "mapping", "people", "release", "sample", "source"]
