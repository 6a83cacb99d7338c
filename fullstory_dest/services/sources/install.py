"""Instructions to install a source on a website. ``docs/install.md`` has the details."""

from __future__ import annotations

from typing import TypedDict

from django.conf import settings
from django.utils.translation import gettext as _

from fullstory_dest.compiler.files import script_literal
from fullstory_dest.compiler.segment_snippet import changed_line, segment_snippet
from fullstory_dest.models import Deployment, Environment
from fullstory_dest.services.sources.install_csp import content_security_policy
from fullstory_dest.services.sources.install_tags import (
    QUEUE,
    CodeSnippet,
    InstallMethod,
    page_script,
    pinned_tag,
    script_tag,
    script_url,
)


class InstallInstructions(TypedDict):
    """All install methods of a source."""

    methods: list[InstallMethod]


def install_instructions(environment: Environment) -> InstallInstructions:
    """Return the install methods of a source in an environment. This takes at most two queries."""
    live = environment.live
    if live:
        live.environment = environment
    return {
        "methods": [
            _tag(environment),
            _pinned(live),
            _segment(environment),
            _npm(environment),
            _tag_manager(environment),
            content_security_policy(environment, live),
        ]
    }


def _tag(environment: Environment) -> InstallMethod:
    tag = script_tag(script_url(environment))
    return {
        "key": "tag",
        "title": _("Script tag"),
        "use_case": _("For sites whose pages you can edit."),
        "codes": [
            {
                "title": _("Tag with a page view"),
                "language": "html",
                "code": f"{page_script()}\n{tag}",
            },
            {
                "title": _("Tag only, if your code calls analytics.page()"),
                "language": "html",
                "code": tag,
            },
        ],
        "notes": [
            _("Paste the tag into the head of every page."),
            _(
                "Nothing else is sent automatically. Before the script loads, push calls to the queue: "
                'analytics.push(["track", "Signed Up"]).'
            ),
            _(
                "Browsers load new releases within five minutes. If the server is down, they keep using the last one "
                "for a week."
            ),
        ],
    }


def _pinned(live: Deployment | None) -> InstallMethod:
    title = _("Script tag, pinned to the live release")
    if live is None:
        codes: list[CodeSnippet] = []
        notes = [_("No releases yet. Publish the source first.")]
    else:
        title = _("Script tag, pinned to release #%(number)s") % {"number": live.release.number}
        codes = [
            {
                "title": _("Tag with a page view"),
                "language": "html",
                "code": pinned_tag(live),
            }
        ]
        notes = [
            _(
                "Pages with this tag always use this release. Publishing, rolling back and disabling don't affect them."
            ),
            _("Browsers cache the script for a year, and reject it if a single byte differs."),
        ]
    return {
        "key": "pinned",
        "title": title,
        "use_case": _("For sites that review every script."),
        "codes": codes,
        "notes": notes,
    }


def _segment(environment: Environment) -> InstallMethod:
    key = environment.write_key
    snippet = segment_snippet(settings.PUBLIC_URL, key)
    return {
        "key": "segment",
        "title": _("Segment's snippet"),
        "use_case": _("For sites that already use it, or whose code calls analytics immediately."),
        "codes": [
            {
                "title": _("Existing snippet: the line to change"),
                "language": "javascript",
                "code": changed_line(settings.PUBLIC_URL),
            },
            {
                "title": _("New snippet"),
                "language": "html",
                "code": f"<script>\n{snippet}\n</script>",
            },
        ],
        "notes": [
            _(
                "In an existing snippet, only replace https://cdn.segment.com with %(server)s. The line differs in "
                "older snippets."
            )
            % {"server": settings.PUBLIC_URL},
            _(
                "analytics.load() needs this source's write key: %(key)s. Before you publish, you can also change the "
                "source's key instead."
            )
            % {"key": key},
            _("The last line of the snippet sends the first page view."),
        ],
    }


def _npm(environment: Environment) -> InstallMethod:
    key, server = script_literal(environment.write_key), script_literal(settings.PUBLIC_URL)
    options = f"  writeKey: {key},\n  cdnURL: {server},\n"
    return {
        "key": "npm",
        "title": _("Segment's npm package"),
        "use_case": _("For applications that use @segment/analytics-next."),
        "codes": [
            {
                "title": _("Install the package"),
                "language": "shell",
                "code": "npm install @segment/analytics-next",
            },
            {
                "title": _("Load the source"),
                "language": "javascript",
                "code": (
                    'import { AnalyticsBrowser } from "@segment/analytics-next";\n\n'
                    f"export const analytics = AnalyticsBrowser.load({{\n{options}}});\n\n"
                    "analytics.page();"
                ),
            },
        ],
        "notes": [
            _("If your application already uses the package, change cdnURL and writeKey."),
            _("Omit the last line if your application already calls analytics.page()."),
            _(
                "The package loads its settings and a plugin before the first call to FullStory. The script tag is a "
                "tenth of the size."
            ),
            _(
                "The package posts events to this source's API host. If that is blank, it posts them to this server, "
                "which drops them."
            ),
        ],
    }


def _tag_manager(environment: Environment) -> InstallMethod:
    return {
        "key": "tag-manager",
        "title": _("Google Tag Manager"),
        "use_case": _("For sites that manage their scripts there."),
        "codes": [
            {
                "title": _("Custom HTML tag"),
                "language": "html",
                "code": _TAG_MANAGER.replace("@QUEUE", QUEUE).replace(
                    "@URL", script_literal(script_url(environment))
                ),
            }
        ],
        "notes": [
            _(
                "Choose the trigger Initialization - All Pages, and leave Support document.write off. The tag skips "
                "pages that have analytics."
            ),
            _("Use the code as it is. Tag Manager removes attributes of script tags, such as integrity."),
            _(
                "In other tags, push calls to the queue: (window.analytics = window.analytics || []).push(...)."
            ),
            _(
                "The tag sends the first page view. In single-page apps, send the others from a tag with the trigger "
                "History Change."
            ),
        ],
    }


# Tag Manager accepts ECMAScript 5, and recreates script elements with only their text and src.
_TAG_MANAGER = """\
<script>
  (function () {
    @QUEUE
    var analytics = window.analytics;
    if (analytics.initialized || analytics.invoked) return;
    analytics.invoked = true;
    analytics.push(["page"]);
    var script = document.createElement("script");
    var trusted = document.querySelector("script[nonce]");
    if (trusted) script.nonce = trusted.nonce;
    script.async = true;
    script.src = @URL;
    document.head.appendChild(script);
  })();
</script>"""
