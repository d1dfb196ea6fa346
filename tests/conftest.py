"""What holds for every test: none leaves this machine, none its log behind; a real model only if wanted."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

collect_ignore = [] if os.environ.get("COPILOT_MODEL_TEST") else ["model"]

# A busy machine is no failure, and the check of a change asks the same of every run; COPILOT_DRAWN=1, as in
# `make torture`, draws anew.
settings.register_profile(
    "check", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile("drawn", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("drawn" if os.environ.get("COPILOT_DRAWN") else "check")

_LOCAL_NAMES = {"", "localhost", "ip6-localhost"}


def _stay_home(event: str, arguments: tuple[object, ...]) -> None:
    """Every connection and every look-up of a name passes here; those that would leave end."""
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode()
    if isinstance(host, str) and not _local(host):
        raise OSError(f"a test tried to reach {host}")


def _local(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host in _LOCAL_NAMES
    return address.is_loopback or address.is_unspecified


# An audit hook sees what any library does, and no test can forget it.
sys.addaudithook(_stay_home)


@pytest.fixture(autouse=True)
def _log_of_its_own() -> Iterator[None]:
    """Where a test sends the log is no place for the next one's: it may be closed by then."""
    yield
    structlog.reset_defaults()
