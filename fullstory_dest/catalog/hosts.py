"""Regular expressions for hosts and script URLs, in the syntax that Python and JavaScript share.

Hosts are DNS names or IPv4 addresses, as browsers parse them (https://url.spec.whatwg.org/#host-parsing). User names
are not accepted, and ports are between 1 and 65535. Paths have no dot segments (``/../``), which browsers would remove.
"""

from __future__ import annotations

from typing import Final

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_PORT = r"(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})"
_CHARACTER = r"(?:[A-Za-z0-9._~!$&()*+,;=:@/-]|%[0-9A-Fa-f]{2})"
_DOTS = r"(?:\.|%2[eE]){1,2}(?:[/?]|$)"
_PATH = rf"(?![^?]*/{_DOTS})/{_CHARACTER}*"

# Browsers parse a host whose last label is a number as an IPv4 address.
_NAME = rf"(?=[^:/]{{1,253}}(?![^:/]))(?:{_LABEL}\.)*(?!(?:[0-9]+|0[xX][0-9A-Fa-f]*)(?![A-Za-z0-9-])){_LABEL}"

DOMAIN: Final = _NAME
_HOST = rf"(?:(?:{_OCTET}\.){{3}}{_OCTET}|{_NAME})(?::{_PORT})?"

#: A host with an optional port and path: ``relay.example.com:8443/fs``.
HOST: Final = rf"{_HOST}(?:{_PATH})?"
#: The URL of a script: an optional scheme (https by default), a host, and an optional path and query.
SCRIPT: Final = rf"(?:https?://)?{_HOST}(?:{_PATH}(?:\?(?:{_CHARACTER}|\?)*)?)?"
