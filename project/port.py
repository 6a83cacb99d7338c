"""Check whether a port of this machine is free: ``python -m project.port PORT``.

The server doesn't check this. Two servers can share a port, and browsers would reach either one.
"""

import socket
import sys


def refusal(text: str) -> str:
    """Return the reason why a port can't be used, or an empty string if it can."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        return f"PORT={text} isn't a number from 1 to 65535."
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            return (
                f"Port {text} isn't free ({error.strerror}). Choose another one, such as make run PORT=8001."
            )
    return ""


if __name__ == "__main__":
    sys.exit(refusal(sys.argv[1] if len(sys.argv) > 1 else "") or None)
