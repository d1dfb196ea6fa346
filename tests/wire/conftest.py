"""The server that tests over real sockets talk to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.wire.processes import ServerProcess


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """An open server on loopback with an empty data folder, for all tests of a module.

    A test that ends or damages its server starts a ServerProcess of its own.
    """
    with ServerProcess(tmp_path_factory.mktemp("server") / "data") as running:
        yield running
