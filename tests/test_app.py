"""The composition root: refuses what cannot be served safely, and builds what can."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from copilot.app import Patience, _keys, _listen, build
from copilot.core.types import Opening
from copilot.errors import Misconfigured
from copilot.ports import ApiKey, Key
from copilot.settings import Settings
from copilot.stores.sqlite_keys import SqliteKeyStore
from tests.fakes.talk import say


def test_no_keys_no_strangers(tmp_path: Path) -> None:
    """Without a key a server is open on loopback, and does not start on any other address."""
    assert _keys(Settings(data_dir=tmp_path)) is None
    with pytest.raises(Misconfigured, match="create a key"):
        _keys(Settings(data_dir=tmp_path, host="0.0.0.0"))


def test_with_a_key_any_address_is_served(tmp_path: Path) -> None:
    """A configured key is asked for, on loopback too."""
    settings = Settings(data_dir=tmp_path, host="0.0.0.0")
    kept = SqliteKeyStore(settings.keys_path)
    kept.add(ApiKey(id="k1", tenant="t", name="n", scopes=("read",), secret_hash="h", created_ms=1))
    kept.close()
    keys = _keys(settings)
    assert keys is not None
    keys.close()


def test_taken_address_is_told_in_one_line() -> None:
    """An address that another program has is the operator's to mend."""
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Misconfigured, match="cannot listen"):
        _listen("127.0.0.1", taken.getsockname()[1], Patience(0))


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system has no such option")
def test_what_nobody_takes_ends_a_connection() -> None:
    """A peer that has vanished is known by the heartbeat that it does not take, within half a minute."""
    with _listen("127.0.0.1", 0, Patience(0)) as listening:
        ours = socket.create_connection(listening.getsockname())
        theirs, _ = listening.accept()
        unsent_ms = theirs.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        ours.close()
        theirs.close()
    assert unsent_ms > 0  # 0: the system waits a quarter of an hour
    assert unsent_ms + Settings().heartbeat_ms < 30_000


def test_endpoint_without_a_model_is_refused(tmp_path: Path) -> None:
    """An endpoint needs the name of a model."""
    with pytest.raises(Misconfigured, match="COPILOT_MODEL"):
        build(Settings(data_dir=tmp_path, model_base_url="http://127.0.0.1:1/v1"))


@pytest.mark.parametrize("by_model", [True, False])
def test_the_model_writes_records_unless_told_not_to(tmp_path: Path, by_model: bool) -> None:
    """With a model the record is told by it over the same calls; a setting leaves it to the template."""
    settings = Settings(
        data_dir=tmp_path,
        model_base_url="http://127.0.0.1:1/v1",
        model="m",
        wrap_up_by_model=by_model,
    )
    _, assembled = build(settings)
    assert assembled.wrapping.by_model is by_model


async def test_what_is_shipped_makes_a_phrase(tmp_path: Path) -> None:
    """Built from the defaults, without a model, an engine answers a customer with a phrase of the book."""
    _, assembled = build(Settings(data_dir=tmp_path / "data"))
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    await assembled.upkeep.start()
    try:
        await assembled.engine.open("t", "c1", Opening(channel="chat"))
        key = Key("t", "c1")
        await assembled.engine.ingest(key, [say(1, "My parcel has not come and nobody calls me back!")])
        shown = (await assembled.engine.view(key)).suggestion
        assert shown is not None
        assert shown.text
        assert shown.origin == "phrasebook"
    finally:
        await assembled.upkeep.stop()
