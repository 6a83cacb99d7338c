"""Sets of permissions for what takes several, shared by the admin, REST and services."""

from __future__ import annotations

from typing import Final

#: See a source's drafts, or anything computed from them: a diff, a preview, a spec.
VIEW_DRAFTS: Final = (
    "fullstory_dest.view_source",
    "fullstory_dest.view_destination",
    "fullstory_dest.view_mapping",
)
#: Send the calls of a preview of drafts to FullStory, and revoke preview links of others.
SEND_PREVIEW_CALLS: Final = (*VIEW_DRAFTS, "fullstory_dest.change_mapping")
#: Publish and roll back. Both show the drafts.
PUBLISH: Final = ("fullstory_dest.publish_source", *VIEW_DRAFTS)
#: Deploy without the approvals that an environment requires, and change their number.
OVERRIDE_APPROVALS: Final = (*PUBLISH, "fullstory_dest.override_approvals")
#: Request a review of a deployment.
REQUEST_REVIEW: Final = (*VIEW_DRAFTS, "fullstory_dest.add_review")
#: Rotate a source's write key, archive it and restore it: visitors get the change at once.
CHANGE_LIVE_SOURCE: Final = (*PUBLISH, "fullstory_dest.change_source")
#: Migrate a classic destination, which creates a destination and its mappings.
MIGRATE: Final = (
    "fullstory_dest.view_classicdestination",
    "fullstory_dest.add_migration",
    "fullstory_dest.add_destination",
    "fullstory_dest.add_mapping",
)
#: Load a release into the drafts, which adds, changes and deletes rows.
RESTORE_DRAFTS: Final = (
    *VIEW_DRAFTS,
    "fullstory_dest.view_release",
    "fullstory_dest.change_source",
    *(
        f"fullstory_dest.{verb}_{model}"
        for verb in ("add", "change", "delete")
        for model in ("destination", "mapping")
    ),
)
