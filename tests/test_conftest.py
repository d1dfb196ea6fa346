"""The guard around the tests."""

from __future__ import annotations

import socket

import pytest


@pytest.mark.parametrize("host", ["192.0.2.1", "api.example.com", "2001:db8::1"])
def test_no_test_leaves_this_machine(host: str) -> None:
    """A connection to any other machine fails before a packet or a look-up of the name is sent."""
    with pytest.raises(OSError, match="a test tried to reach"):
        socket.create_connection((host, 443), timeout=1)


def test_loopback_is_open() -> None:
    """Servers that a test starts on loopback can be reached."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
