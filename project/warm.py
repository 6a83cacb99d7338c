"""What a worker would otherwise do in its first requests."""

import gc
from contextlib import suppress
from pathlib import Path
from typing import Final

from django.template import TemplateSyntaxError
from django.template.loader import get_template
from django.template.utils import get_app_template_dirs
from django.urls import reverse

#: The templates of pages. What else apps have is seldom shown, or needs apps that are not there.
FOLDERS: Final = ("admin", "fullstory_dest", "registration", "unfold")


def warm_up() -> None:
    """Reads all addresses, and compiles the templates. Asks nothing of the database, which may not be there."""
    reverse("admin:index")
    for folder in get_app_template_dirs("templates"):
        for part in FOLDERS:
            for path in Path(folder, part).rglob("*.html"):
                # Nor is a worker to stay away because of another app's template.
                with suppress(TemplateSyntaxError):
                    get_template(str(path.relative_to(folder)))
    # What is there by now stays: requests need not wait while the collector looks through it, again and again.
    gc.collect()
    gc.freeze()
