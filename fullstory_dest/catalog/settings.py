"""The settings of the destination.

The first six are those of FullStory Device Mode (Actions); the advanced ones are options of FullStory's own browser
SDK (``@fullstory/browser``), but for the last four, which are ours.
"""

from __future__ import annotations

import re

from fullstory_dest.catalog import hosts
from fullstory_dest.catalog.taken_names import TAKEN_NAMES
from fullstory_dest.catalog.types import Setting

DEFAULT_HOST = "fullstory.com"
DEFAULT_SCRIPT = "edge.fullstory.com/s/fs.js"
DEFAULT_NAMESPACE = "FS"

_HOST = re.compile(hosts.HOST)
_HOST_HINT = "a host name without https://, with a port of at most 65535 if any, such as relay.example.com"

SETTINGS: tuple[Setting, ...] = (
    Setting(
        key="orgId",
        label="FS Org",
        description="The organization ID for FullStory: in FullStory under Settings, or _fs_org in its snippet.",
        required=True,
        placeholder="o-1ABCD-na1",
        pattern=re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*"),
        hint="letters, digits and dashes, such as o-1ABCD-na1",
    ),
    Setting(
        key="debug",
        label="Debug mode",
        description="Loads FullStory's debug script and writes to the console what is sent and what is skipped.",
        type="boolean",
        default=False,
    ),
    Setting(
        key="recordOnlyThisIFrame",
        label="Capture only this iFrame",
        description="Treats the iframe that the page runs in as the root of the recording.",
        type="boolean",
        default=False,
    ),
    Setting(
        key="host",
        label="Host",
        description="Where recorded events are sent: a FullStory custom endpoint, a relay or your own proxy.",
        default=DEFAULT_HOST,
        placeholder=DEFAULT_HOST,
        pattern=_HOST,
        hint=_HOST_HINT,
    ),
    Setting(
        key="appHost",
        label="App Host",
        description="The base of the session URLs that FullStory generates. Leave blank with the default host.",
        pattern=_HOST,
        hint=_HOST_HINT,
    ),
    Setting(
        key="script",
        label="Custom Script URL",
        description="Where FullStory's script is loaded from, if you serve it. https unless a scheme is given.",
        default=DEFAULT_SCRIPT,
        placeholder=DEFAULT_SCRIPT,
        pattern=re.compile(hosts.SCRIPT),
        hint="a URL such as cdn.example.com/fs.js",
    ),
    Setting(
        key="namespace",
        label="Namespace",
        description="The name of FullStory's global. Change it when FS is taken, or for a second organization.",
        default=DEFAULT_NAMESPACE,
        advanced=True,
        placeholder=DEFAULT_NAMESPACE,
        pattern=re.compile(r"[A-Za-z_$][A-Za-z0-9_$]{0,63}"),
        hint="a JavaScript name that pages do not use already, such as FS",
        taken=TAKEN_NAMES,
    ),
    Setting(
        key="cookieDomain",
        label="Cookie domain",
        description="The domain that FullStory's cookies are set on, instead of the highest one it can find.",
        advanced=True,
        placeholder="example.com",
        pattern=re.compile(rf"\.?(?:{hosts.DOMAIN})"),
        hint="a domain such as example.com",
    ),
    Setting(
        key="recordCrossDomainIFrames",
        label="Capture cross-domain iFrames",
        description="Records the page as part of a recording that a parent page on another domain has started.",
        type="boolean",
        default=False,
        advanced=True,
    ),
    Setting(
        key="startCaptureManually",
        label="Start capture manually",
        description="Loads FullStory without recording until the page calls FS('start').",
        type="boolean",
        default=False,
        advanced=True,
    ),
    Setting(
        key="devMode",
        label="Development mode",
        description="Stops recording right after loading and ignores later calls, for development environments.",
        type="boolean",
        default=False,
        advanced=True,
    ),
    Setting(
        key="assetMapId",
        label="Asset map ID",
        description="The id of an asset map uploaded to FullStory.",
        advanced=True,
        pattern=re.compile(r"[\w.-]+"),
        hint="letters, digits, dots and dashes",
    ),
    Setting(
        key="anonymizeOnReset",
        label="Anonymize on reset",
        description="Makes the visitor anonymous in FullStory on analytics.reset(), which pages call on logging out.",
        type="boolean",
        default=False,
        advanced=True,
    ),
    Setting(
        key="tidyPropertyNames",
        label="Tidy property names",
        description=(
            "Makes legal the names of properties that FullStory would reject: order total ($) is sent as order_total."
        ),
        type="boolean",
        default=False,
        advanced=True,
    ),
    Setting(
        key="dropRepeatedCalls",
        label="Drop repeated calls",
        description=(
            "Sends user and page properties that say what was said before on the same page only once, so that a page "
            "that talks much stays within FullStory's rate limits. Events are never dropped. Leave it off where the "
            "page itself also identifies visitors or sets properties with FullStory's own API."
        ),
        type="boolean",
        default=False,
        advanced=True,
    ),
    Setting(
        key="resendPageProperties",
        label="Resend page properties",
        description=(
            "For single-page applications that do not say a page for every view: FullStory forgets page properties "
            "when the path changes, and this sends the last ones again. They are sent as they were, so map what holds "
            "for more than one path, such as a plan or a language."
        ),
        type="boolean",
        default=False,
        advanced=True,
    ),
)

SETTINGS_BY_KEY: dict[str, Setting] = {setting.key: setting for setting in SETTINGS}
