"""What addresses of hosts look like, as regular expressions that Python and JavaScript read alike.

Hosts are as browsers read them (https://url.spec.whatwg.org/#host-parsing): labels of DNS, or an IPv4 address. There is
no user name, and a port is one that exists.
"""

from __future__ import annotations

from typing import Final

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_PORT = r"(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})"
_PATH = r"(?:[A-Za-z0-9._~!$&()*+,;=:@/-]|%[0-9A-Fa-f]{2})*"

# A last label that is a number makes browsers read the whole as an IPv4 address.
_NAME = rf"(?=[^:/]{{1,253}}(?![^:/]))(?:{_LABEL}\.)*(?!(?:[0-9]+|0[xX][0-9A-Fa-f]*)(?![A-Za-z0-9-])){_LABEL}"

DOMAIN: Final = _NAME
_HOST = rf"(?:(?:{_OCTET}\.){{3}}{_OCTET}|{_NAME})(?::{_PORT})?"

#: A host, with a port and a path if need be: ``relay.example.com:8443/fs``.
HOST: Final = rf"{_HOST}(?:/{_PATH})?"
#: The address of a script: a host with a path and a query, and the scheme if it is not https.
SCRIPT: Final = rf"(?:https?://)?{_HOST}(?:/{_PATH}(?:\?(?:{_PATH}|\?)*)?)?"
