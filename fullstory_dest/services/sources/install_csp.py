"""Instructions to install a source on a website with a Content-Security-Policy."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from fullstory_dest.compiler.browser_settings import browser_settings
from fullstory_dest.compiler.csp import NONCE, csp_directives, csp_header, origin, script_origins
from fullstory_dest.compiler.files import script_literal
from fullstory_dest.models import Deployment, Environment
from fullstory_dest.services.sources.install_tags import InstallMethod, page_script, script_tag, script_url
from fullstory_dest.services.spec import drafts_in, live_spec


def content_security_policy(environment: Environment, live: Deployment | None) -> InstallMethod:
    """Return the instructions for the live release and the drafts, as policies must be changed before publishing."""
    destinations = _enabled(environment, live)
    public_url = settings.PUBLIC_URL
    with_nonce, without = (
        csp_header(csp_directives(public_url, environment.api_host, destinations, nonce=nonce))
        for nonce in (True, False)
    )
    origins = ",\n    ".join(map(script_literal, script_origins(public_url, destinations)))
    return {
        "key": "csp",
        "title": _("Content-Security-Policy"),
        "use_case": _(
            "For sites that restrict scripts and connections. Computed from this source's settings."
        ),
        "codes": [
            {
                "title": _("Tag with a page view and your nonce"),
                "language": "html",
                "code": f"{page_script(nonce=NONCE)}\n{script_tag(script_url(environment), nonce=NONCE)}",
            },
            {"title": _("Policy additions with a nonce"), "language": "header", "code": with_nonce},
            {"title": _("Policy additions without a nonce"), "language": "header", "code": without},
            {
                "title": _("Trusted Types: default policy, before the tag"),
                "language": "javascript",
                "code": _TRUSTED_TYPES.replace("@ORIGINS", origins),
            },
        ],
        "notes": _notes(origin(public_url)),
    }


def _notes(host: str) -> list[str]:
    return [
        _("Replace %(nonce)s with a random value for each response. The script passes it on to FullStory's.")
        % {"nonce": NONCE},
        _("Without a nonce, send the page view from a script file."),
        _("With 'strict-dynamic' in script-src, only the nonce is needed. Browsers ignore the hosts."),
        _(
            "Segment's snippet and package need %(host)s in script-src. The package also needs it in connect-src."
        )
        % {"host": host},
        _(
            "The hosts are those that FullStory documents. Features such as Guides and Surveys need more; see its "
            "documentation."
        ),
        _(
            "With require-trusted-types-for 'script', browsers block the script URLs unless the page has this "
            "default policy."
        ),
    ]


_TRUSTED_TYPES = """\
if (window.trustedTypes && !trustedTypes.defaultPolicy) {
  const origins = [
    @ORIGINS,
  ];
  trustedTypes.createPolicy("default", {
    createScriptURL: (url) => (origins.includes(new URL(url, location.href).origin) ? url : null),
  });
}"""


def _enabled(environment: Environment, live: Deployment | None) -> list[dict[str, Any]]:
    """Return the browser settings of the enabled destinations, from the drafts and then from the live release."""
    specs = [drafts_in(environment), *([live_spec(live)] if live else [])]
    enabled = [each["settings"] for spec in specs for each in spec["destinations"] if each["enabled"]]
    distinct = {json.dumps(each, sort_keys=True): each for each in enabled}
    return [browser_settings(each) for each in distinct.values()]
