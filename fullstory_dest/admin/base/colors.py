"""Colors of status labels."""

from typing import Final

#: Unfold's label type for each source status. "danger" blocks publishing, "warning" needs attention, and "info" means
#: that drafts differ from the live release.
STATUS_COLORS: Final[dict[str, str]] = {
    "archived": "default",
    "disabled": "default",
    "problems": "danger",
    "never_published": "info",
    "ahead": "default",
    "changed": "info",
    "idle": "warning",
    "live": "success",
}
