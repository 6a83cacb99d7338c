"""Says how a source gets onto a site: each way with the code to copy. ``docs/install.md`` says the same at length."""

from __future__ import annotations

from typing import TypedDict

from django.conf import settings
from django.utils.translation import gettext as _

from fullstory_dest.compiler.artifacts import script_literal
from fullstory_dest.compiler.segment_snippet import changed_line, segment_snippet
from fullstory_dest.models import Release, Source
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
    """All ways to install a source."""

    methods: list[InstallMethod]


def install_instructions(source: Source, live: Release | None) -> InstallInstructions:
    """The ways to install a source whose live release this is, if there is one; in at most two queries."""
    return {
        "methods": [
            _tag(source),
            _pinned(live),
            _segment(source),
            _npm(source),
            _tag_manager(source),
            content_security_policy(source, live),
        ]
    }


def _tag(source: Source) -> InstallMethod:
    tag = script_tag(script_url(source))
    return {
        "key": "tag",
        "title": _("A script tag"),
        "when": _("For a site whose pages you can edit."),
        "codes": [
            {
                "title": _("The tag, with the page view"),
                "language": "html",
                "code": f"{page_script()}\n{tag}",
            },
            {
                "title": _("The tag alone, for code that calls analytics.page()"),
                "language": "html",
                "code": tag,
            },
        ],
        "notes": [
            _("Paste it into the head of every page."),
            _(
                "Nothing else is sent automatically. Before the script loads, push calls into the queue, each a "
                'method with its arguments: ["track", "Signed Up", { plan: "pro" }].'
            ),
            _(
                "Browsers ask for a new release after five minutes at most, and go on with the old one for a week "
                "when they cannot reach the server."
            ),
        ],
    }


def _pinned(live: Release | None) -> InstallMethod:
    title = _("A script tag, pinned to the live release")
    if live is None:
        codes: list[CodeSnippet] = []
        notes = [_("There is no release yet. Publish first.")]
    else:
        title = _("A script tag, pinned to release #%(number)s") % {"number": live.number}
        codes = [
            {
                "title": _("The tag, with the page view"),
                "language": "html",
                "code": pinned_tag(live),
            }
        ]
        notes = [
            _(
                "It does not follow later releases: whatever you publish, roll back or disable, pages with this tag "
                "stay with this release until the tag is changed."
            ),
            _("Browsers refuse the script if a single byte of it differs, and then keep it for a year."),
        ]
    return {
        "key": "pinned",
        "title": title,
        "when": _("For a site that reviews every script it runs."),
        "codes": codes,
        "notes": notes,
    }


def _segment(source: Source) -> InstallMethod:
    key = source.write_key
    snippet = segment_snippet(settings.PUBLIC_URL, key)
    return {
        "key": "segment",
        "title": _("Segment's snippet"),
        "when": _("For a site that has it, or whose code calls analytics at once."),
        "codes": [
            {
                "title": _("You have it: the one line to change"),
                "language": "javascript",
                "code": changed_line(settings.PUBLIC_URL),
            },
            {
                "title": _("You have none: all of it"),
                "language": "html",
                "code": f"<script>\n{snippet}\n</script>",
            },
        ],
        "notes": [
            _(
                "Put %(server)s in place of https://cdn.segment.com, and leave the rest as it is. In the current "
                "snippet that makes the line above; older ones word that line otherwise."
            )
            % {"server": settings.PUBLIC_URL},
            _(
                "The write key of this source is %(key)s. If analytics.load() in your snippet has another one, change "
                "it there; or, before you publish, give this source the one that is there."
            )
            % {"key": key},
            _("It says the first page by itself, in its last line."),
        ],
    }


def _npm(source: Source) -> InstallMethod:
    options = (
        f"  writeKey: {script_literal(source.write_key)},\n  cdnURL: {script_literal(settings.PUBLIC_URL)},\n"
    )
    return {
        "key": "npm",
        "title": _("Segment's package from npm"),
        "when": _("For an application that is built with @segment/analytics-next."),
        "codes": [
            {
                "title": _("Get the package"),
                "language": "shell",
                "code": "npm install @segment/analytics-next",
            },
            {
                "title": _("Load it from here"),
                "language": "javascript",
                "code": (
                    'import { AnalyticsBrowser } from "@segment/analytics-next";\n\n'
                    f"export const analytics = AnalyticsBrowser.load({{\n{options}}});\n\n"
                    "analytics.page();"
                ),
            },
        ],
        "notes": [
            _("An application that has it already gets another cdnURL, and the write key of this source."),
            _("Leave out the last line in an application that already calls analytics.page()."),
            _(
                "It fetches its settings and our plugin before the first call to FullStory. The tag above is a tenth "
                "of the size and has the same methods."
            ),
            _(
                "Its events are posted to the API host of this source or, if that is blank, to this server, which "
                "drops them."
            ),
        ],
    }


def _tag_manager(source: Source) -> InstallMethod:
    return {
        "key": "tag-manager",
        "title": _("Google Tag Manager"),
        "when": _("For a site whose scripts are managed there."),
        "codes": [
            {
                "title": _("A tag of the type Custom HTML"),
                "language": "html",
                "code": _TAG_MANAGER.replace("@QUEUE", QUEUE).replace(
                    "@URL", script_literal(script_url(source))
                ),
            }
        ],
        "notes": [
            _(
                "Choose the trigger Initialization - All Pages, and leave Support document.write off. The tag does "
                "nothing where analytics is there already."
            ),
            _(
                "Use the code as it is: Tag Manager would drop attributes of a plain script tag, such as integrity."
            ),
            _(
                "Other tags push their calls: window.analytics.push(...). The first page "
                "is said; in a single-page application say the others in a tag with the trigger History Change."
            ),
        ],
    }


# Tag Manager takes ECMAScript 5, and makes script elements anew with nothing but their text and their src.
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
