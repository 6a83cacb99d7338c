"""Preparation of a worker, so that its first requests are fast."""

import gc
from contextlib import suppress
from pathlib import Path
from typing import Final

from django.template import TemplateSyntaxError
from django.template.loader import get_template
from django.template.utils import get_app_template_dirs
from django.urls import reverse

#: The folders of page templates. Others are rarely rendered, or need apps that are not installed.
FOLDERS: Final = ("admin", "fullstory_dest", "registration", "unfold")


def warm_up() -> None:
    """Load the URLs and compile the templates without using the database, which might be unavailable."""
    reverse("admin:index")
    for folder in get_app_template_dirs("templates"):
        for part in FOLDERS:
            for path in Path(folder, part).rglob("*.html"):
                # A broken template of another app shouldn't stop the worker.
                with suppress(TemplateSyntaxError):
                    get_template(str(path.relative_to(folder)))
    # Exclude the loaded code from garbage collection, which would delay requests.
    gc.collect()
    gc.freeze()
