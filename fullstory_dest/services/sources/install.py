"""Says how a source gets onto a site: each way with the code to copy. ``docs/install.md`` says the same at length."""

from __future__ import annotations

import base64
import json
from html import escape
from typing import Any, Final, Literal, TypedDict

from django.conf import settings
from django.utils.translation import gettext as _

from fullstory_dest.compiler.artifacts import script_literal
from fullstory_dest.compiler.browser_settings import browser_settings
from fullstory_dest.compiler.csp import NONCE, as_header, directives, origin, script_origins
from fullstory_dest.compiler.segment_snippet import changed_line, segment_snippet
from fullstory_dest.models import Release, Source

#: JavaScript that makes the queue, unless the page has one.
QUEUE: Final = "if (!window.analytics || !window.analytics.push) window.analytics = [];"


class Code(TypedDict):
    """Something to copy, and what it is."""

    title: str
    language: Literal["html", "javascript", "shell", "header"]
    code: str


class Way(TypedDict):
    """One way to install a source: for whom it is, the code, and what to know."""

    key: str
    title: str
    when: str
    codes: list[Code]
    notes: list[str]


class Install(TypedDict):
    """All ways to install a source."""

    ways: list[Way]


def install(source: Source, live: Release | None) -> Install:
    """The ways to install a source whose live release this is, if there is one; in at most two queries."""
    return {
        "ways": [
            _tag(source),
            _pinned(live),
            _segment(source),
            _npm(source),
            _tag_manager(source),
            _content_security_policy(source, live),
        ]
    }


def script_tag(url: str, **attributes: str) -> str:
    """A script element that does not hold up the page."""
    more = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f'<script async src="{escape(url)}"{more}></script>'


def page_script(**attributes: str) -> str:
    """A script element that queues the page view, for before the tag: the tag alone sends no event.

    An element with the ID ``analytics``, or another script's object, can have the name. The tag replaces both.
    """
    more = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f'<script{more}>\n  {QUEUE}\n  window.analytics.push(["page"]);\n</script>'


def pinned_tag(release: Release) -> str:
    """The page view and the script tag that loads this release for ever, and nothing else."""
    url = f"{settings.PUBLIC_URL}/v1/sources/{release.source.write_key}/releases/{release.digest}.js"
    integrity = "sha256-" + base64.b64encode(bytes.fromhex(release.digest)).decode()
    return f"{page_script()}\n{script_tag(url, integrity=integrity, crossorigin='anonymous')}"


def script_url(source: Source) -> str:
    """The address that the site's pages load."""
    return f"{settings.PUBLIC_URL}/analytics.js/v1/{source.write_key}/analytics.min.js"


def _tag(source: Source) -> Way:
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


def _pinned(live: Release | None) -> Way:
    title = _("A script tag, pinned to the live release")
    if live is None:
        codes: list[Code] = []
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


def _segment(source: Source) -> Way:
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


def _npm(source: Source) -> Way:
    said = (
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
                    f"export const analytics = AnalyticsBrowser.load({{\n{said}}});\n\n"
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


def _tag_manager(source: Source) -> Way:
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


def _content_security_policy(source: Source, live: Release | None) -> Way:
    """For what is live and for what publishing would make live: a policy has to be changed before the release."""
    destinations = _enabled(source, live)
    public_url = settings.PUBLIC_URL
    with_nonce, without = (
        as_header(directives(public_url, source.api_host, destinations, nonce=nonce))
        for nonce in (True, False)
    )
    origins = ",\n    ".join(map(script_literal, script_origins(public_url, destinations)))
    return {
        "key": "csp",
        "title": _("A strict Content-Security-Policy"),
        "when": _(
            "For a site that says which scripts run and what they may reach. Computed from this source's settings."
        ),
        "codes": [
            {
                "title": _("The tag, with the page view and your nonce"),
                "language": "html",
                "code": f"{page_script(nonce=NONCE)}\n{script_tag(script_url(source), nonce=NONCE)}",
            },
            {"title": _("What to add to the policy, with a nonce"), "language": "header", "code": with_nonce},
            {"title": _("What to add to the policy, without one"), "language": "header", "code": without},
            {
                "title": _("Trusted Types: a default policy, before the tag"),
                "language": "javascript",
                "code": _TRUSTED_TYPES.replace("@ORIGINS", origins),
            },
        ],
        "notes": [
            _(
                "%(nonce)s stands for the random value that you make for every response. The script hands it on to "
                "FullStory's. Without a nonce, push the page view from a script file of your own."
            )
            % {"nonce": NONCE},
            _(
                "Where script-src has 'strict-dynamic', the nonce is all that it needs: browsers ignore the hosts."
            ),
            _(
                "Segment's snippet and its package need %(host)s in script-src, and the package in connect-src as well."
            )
            % {"host": origin(public_url)},
            _(
                "The hosts of FullStory are those that it documents. What its script loads beyond them, such as "
                "Guides and Surveys, has directives of its own there."
            ),
            _(
                "With require-trusted-types-for 'script', a browser refuses the addresses of inserted scripts, ours "
                "and those of FullStory's own script, unless the page has a default policy that lets them through."
            ),
        ],
    }


_TRUSTED_TYPES = """\
if (window.trustedTypes && !trustedTypes.defaultPolicy) {
  const origins = [
    @ORIGINS,
  ];
  trustedTypes.createPolicy("default", {
    createScriptURL: (url) => (origins.includes(new URL(url, location.href).origin) ? url : null),
  });
}"""


def _enabled(source: Source, live: Release | None) -> list[dict[str, Any]]:
    """The settings of the enabled destinations as browsers get them: of the drafts, then of the live release."""
    drafts = [destination.settings for destination in source.destinations.all() if destination.enabled]
    published = live.spec["destinations"] if live else []
    all_settings = drafts + [destination["settings"] for destination in published if destination["enabled"]]
    distinct = {json.dumps(each, sort_keys=True): each for each in all_settings}
    return [browser_settings(each) for each in distinct.values()]
