"""What a site with a Content-Security-Policy adds to it, and the tag with its nonce."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from fullstory_dest.compiler.artifacts import script_literal
from fullstory_dest.compiler.browser_settings import browser_settings
from fullstory_dest.compiler.csp import NONCE, csp_directives, csp_header, origin, script_origins
from fullstory_dest.models import Release, Source
from fullstory_dest.services.sources.install_tags import InstallMethod, page_script, script_tag, script_url


def content_security_policy(source: Source, live: Release | None) -> InstallMethod:
    """For what is live and for what publishing would make live: a policy has to be changed before the release."""
    destinations = _enabled(source, live)
    public_url = settings.PUBLIC_URL
    with_nonce, without = (
        csp_header(csp_directives(public_url, source.api_host, destinations, nonce=nonce))
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
