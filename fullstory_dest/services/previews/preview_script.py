"""The script of a preview link. It's compiled when it's requested, so that it always has the current drafts."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from typing import Final, TypedDict

from cachetools import LRUCache

from fullstory_dest.compiler.artifacts import build_no_preview_script, build_preview_script
from fullstory_dest.compiler.check import CompileError
from fullstory_dest.compiler.compile import compile_source, configure
from fullstory_dest.compiler.files import canonical_json
from fullstory_dest.compiler.schema import CompiledConfig
from fullstory_dest.models import PreviewLink
from fullstory_dest.services.previews.preview_link import PreviewLinkError, find_preview_link, sends_calls
from fullstory_dest.services.spec import drafts_in, release_in


class PreviewAbout(TypedDict):
    """Facts for the debug panel, and the write keys of pages that can show the preview.

    ``release`` is the number of the previewed release, and ``live`` that of the release it would replace; both can be
    None. ``sends`` means that calls are sent to FullStory.
    """

    name: str
    keys: list[str]
    release: int | None
    live: int | None
    sends: bool


#: Scripts by what they are made from. Without it, each page load of a tester would compile.
_built: Final[LRUCache[str, bytes]] = LRUCache(64)
#: Also keeps many requests at once from compiling at once.
_lock: Final = threading.Lock()


def preview_script(token: str) -> bytes:
    """Return the script of a token. Without a preview, it makes the page show what is live, and the panel say why."""
    try:
        link = find_preview_link(token)
    except PreviewLinkError as error:
        return build_no_preview_script(str(error))
    about = _about(link)
    if release := link.release:
        spec = release_in(release, link.environment)
        return _built_once([spec, about], about, lambda: configure(spec, release.compiled))
    drafts = drafts_in(link.environment)
    return _built_once([drafts, about], about, lambda: compile_source(drafts))


def _built_once(made_from: object, about: PreviewAbout, config: Callable[[], CompiledConfig]) -> bytes:
    """Return the script of a config, which is only called for if none was made from the same."""
    key = hashlib.sha256(canonical_json(made_from).encode()).hexdigest()
    with _lock:
        if key not in _built:
            _built[key] = _build(config, about)
        return _built[key]


def _build(config: Callable[[], CompiledConfig], about: PreviewAbout) -> bytes:
    try:
        return build_preview_script(config(), about, sends_calls=about["sends"])
    except CompileError as error:
        problems = [problem.message for problem in error.problems]
        return build_no_preview_script("the drafts have problems", problems)


def _about(link: PreviewLink) -> PreviewAbout:
    environment = link.environment
    source, live = environment.source, environment.live
    several = source.environments.count() > 1
    return {
        "name": f"{source.name}, {environment.name}" if several else source.name,
        # A page has the key of the time when its release was published.
        "keys": [environment.write_key, *environment.retired_keys.values_list("write_key", flat=True)],
        "release": link.release.number if link.release else None,
        "live": live.release.number if live else None,
        # Nothing is sent from the pages of a disabled source.
        "sends": source.enabled and sends_calls(link),
    }
