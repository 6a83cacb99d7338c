"""`make run` reports a port in use before it creates anything."""

import socket

import pytest

from project.port import refusal


@pytest.mark.parametrize("text", ["", "abc", "0", "99999", "-1", "8000x"])
def test_it_refuses_an_invalid_port(text):
    assert refusal(text) == f"PORT={text} isn't a number from 1 to 65535."


def test_it_refuses_a_port_in_use_even_if_shareable():
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"Port {port} isn't free" in refusal(str(port))
    assert refusal(str(port)) == ""
