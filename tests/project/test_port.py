"""`make run` says so when it cannot have the port, before it makes anything."""

import socket

import pytest

from project.port import refusal


@pytest.mark.parametrize("text", ["", "abc", "0", "99999", "-1", "8000x"])
def test_what_is_no_port_is_refused(text):
    assert refusal(text) == f"PORT={text} isn't a number from 1 to 65535."


def test_a_port_that_something_listens_on_is_refused_even_if_it_would_share():
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"Port {port} isn't free" in refusal(str(port))
    assert refusal(str(port)) == ""
