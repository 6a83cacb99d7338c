"""Says whether a port of this machine is free, before anything is made for it: ``python -m project.port PORT``.

The server itself would not tell: two of them share a port, and browsers would meet either.
"""

import socket
import sys


def refusal(text: str) -> str:
    """Why a port cannot be listened on; empty when it can."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        return f"PORT={text}: expected a number from 1 to 65535"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            return f"port {text} is not free ({error.strerror}): choose another, as in make run PORT=8001"
    return ""


if __name__ == "__main__":
    sys.exit(refusal(sys.argv[1] if len(sys.argv) > 1 else "") or None)
