"""Colors of unfold's labels."""

from typing import Final

#: The colors of unfold's labels. Danger prevents publishing, a warning asks for a look, info says that drafts differ
#: from what is live.
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
