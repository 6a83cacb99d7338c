"""The settings of the destination.

The first six are those of FullStory Device Mode (Actions). The advanced ones are options of FullStory's browser SDK
(``@fullstory/browser``), except the last four, which are specific to this project.
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
_HOST_HINT = "a host name without https://, such as relay.example.com or relay.example.com:8443/fs"

SETTINGS: tuple[Setting, ...] = (
    Setting(
        key="orgId",
        label="FS Org",
        description="Your FullStory organization ID. Find it in FullStory's settings, or as _fs_org in its snippet.",
        required=True,
        placeholder="o-1ABCD-na1",
        pattern=re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*"),
        hint="letters, digits and dashes, such as o-1ABCD-na1",
    ),
    Setting(
        key="debug",
        label="Debug mode",
        description="Loads FullStory's debug script, and logs sent and skipped calls to the console.",
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
        description="The host that receives recorded events: a FullStory custom endpoint, a relay or your proxy.",
        default=DEFAULT_HOST,
        placeholder=DEFAULT_HOST,
        pattern=_HOST,
        hint=_HOST_HINT,
    ),
    Setting(
        key="appHost",
        label="App Host",
        description="The host of the session URLs that FullStory generates. Leave blank if you use the default host.",
        pattern=_HOST,
        hint=_HOST_HINT,
    ),
    Setting(
        key="script",
        label="Custom Script URL",
        description="The URL of FullStory's script, if you serve it yourself. Uses https unless you give a scheme.",
        default=DEFAULT_SCRIPT,
        placeholder=DEFAULT_SCRIPT,
        pattern=re.compile(hosts.SCRIPT),
        hint="a URL such as cdn.example.com/fs.js",
    ),
    Setting(
        key="namespace",
        label="Namespace",
        description="FullStory's global variable. Change it if FS is taken, or to add a second organization.",
        default=DEFAULT_NAMESPACE,
        advanced=True,
        placeholder=DEFAULT_NAMESPACE,
        pattern=re.compile(r"[A-Za-z_$][A-Za-z0-9_$]{0,63}"),
        hint="a JavaScript name that pages don't use yet, such as FS",
        taken=TAKEN_NAMES,
    ),
    Setting(
        key="cookieDomain",
        label="Cookie domain",
        description="The domain of FullStory's cookies. By default, the highest domain that accepts cookies.",
        advanced=True,
        placeholder="example.com",
        pattern=re.compile(rf"\.?(?:{hosts.DOMAIN})"),
        hint="a domain such as example.com",
    ),
    Setting(
        key="recordCrossDomainIFrames",
        label="Capture cross-domain iFrames",
        description="Records the page as part of the recording of a parent page on another domain.",
        type="boolean",
        default=False,
        advanced=True,
    ),
    Setting(
        key="startCaptureManually",
        label="Start capture manually",
        description="Loads FullStory, but doesn't record until the page calls FS('start').",
        type="boolean",
        default=False,
        advanced=True,
    ),
    Setting(
        key="devMode",
        label="Development mode",
        description="Stops recording right after loading, and ignores later calls. Use it in development environments.",
        type="boolean",
        default=False,
        advanced=True,
    ),
    Setting(
        key="assetMapId",
        label="Asset map ID",
        description="The ID of an asset map that you uploaded to FullStory.",
        advanced=True,
        pattern=re.compile(r"[\w.-]+"),
        hint="letters, digits, dots and dashes",
    ),
    Setting(
        key="anonymizeOnReset",
        label="Anonymize on reset",
        description="Makes the visitor anonymous in FullStory when the page calls analytics.reset(), as on logout.",
        type="boolean",
        default=False,
        advanced=True,
    ),
    Setting(
        key="tidyPropertyNames",
        label="Tidy property names",
        description=(
            "Renames properties that FullStory would reject. For example, order total ($) is sent as order_total."
        ),
        type="boolean",
        default=False,
        advanced=True,
    ),
    Setting(
        key="dropRepeatedCalls",
        label="Drop repeated calls",
        description=(
            "Skips user and page properties that haven't changed. Leave it off if the page also calls FullStory's API "
            "itself."
        ),
        type="boolean",
        default=False,
        advanced=True,
    ),
    Setting(
        key="resendPageProperties",
        label="Resend page properties",
        description=(
            "Sends the last page properties again when the path changes. For single-page apps that don't call page on "
            "every view."
        ),
        type="boolean",
        default=False,
        advanced=True,
    ),
)

SETTINGS_BY_KEY: dict[str, Setting] = {setting.key: setting for setting in SETTINGS}
#: The settings that an environment can override for all destinations of its source.
OVERRIDABLE_SETTINGS = ("orgId", "debug", "host", "appHost", "script", "namespace")
