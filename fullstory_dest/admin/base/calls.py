"""Calls to FullStory, and warnings about them, as text."""

from __future__ import annotations

import json

from django.utils.translation import gettext as _

from fullstory_dest.services.previews.preview import Call, CallWarning


def call_text(call: Call) -> str:
    """A call as formatted JavaScript."""
    arguments = [json.dumps(argument, indent=2, ensure_ascii=False) for argument in call["args"]]
    return f"{call['method']}({', '.join(arguments)})"


def warning_text(warning: CallWarning) -> str:
    """A warning as a sentence, such as ``properties.price is null, ...``."""
    place = ".".join(map(str, warning["path"])) or _("The call")
    return f"{place} {warning['message']}"
