"""The web UI: one package per object or task."""

import fullstory_dest.admin.accounts.users
import fullstory_dest.admin.classic.admin
import fullstory_dest.admin.destinations.admin
import fullstory_dest.admin.environments.admin
import fullstory_dest.admin.mappings.admin
import fullstory_dest.admin.releases.admin
import fullstory_dest.admin.sources.admin
import fullstory_dest.admin.test_cases.admin  # noqa: F401
