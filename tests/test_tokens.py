"""Counting tokens without internet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from copilot.errors import Misconfigured
from copilot.tokens import TiktokenCounter


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tiktoken")


@pytest.fixture(scope="module")
def counter(cache: Path) -> TiktokenCounter:
    return TiktokenCounter.load(cache)


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("Hello world", 2), ("I am so sorry about that.", 7)])
def test_counts_as_the_model_does(counter: TiktokenCounter, text: str, tokens: int) -> None:
    """The counts are those of o200k_base."""
    assert counter.count(text) == tokens


def test_a_special_token_in_what_was_said_is_text(counter: TiktokenCounter) -> None:
    """Words that look like the model's own marks are counted as words, and raise nothing."""
    assert counter.count("<|endoftext|>") > 1


def test_what_was_counted_is_known_within_bounds(counter: TiktokenCounter) -> None:
    """The same text has the same count however many others were counted in between."""
    before = [counter.count(f"turn {number} of many") for number in range(50)]
    for number in range(25_000):
        counter.count(str(number))
    assert [counter.count(f"turn {number} of many") for number in range(50)] == before


def test_the_environment_stays_as_it_was(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading leaves tiktoken's variable as the process had it, set or not."""
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    TiktokenCounter.load(cache)
    assert "TIKTOKEN_CACHE_DIR" not in os.environ
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "elsewhere")
    TiktokenCounter.load(cache)
    assert os.environ["TIKTOKEN_CACHE_DIR"] == "elsewhere"


def test_a_damaged_vocabulary_is_replaced(cache: Path, counter: TiktokenCounter) -> None:
    """A file with other bytes is unpacked anew: tiktoken would go to the internet for it."""
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:1000])
    TiktokenCounter.load(cache)
    assert file.read_bytes() == whole


def test_a_folder_that_cannot_be_written_is_said_at_start(tmp_path: Path) -> None:
    """A cache folder that cannot be is the operator's fault, said in one line."""
    (tmp_path / "file").touch()
    with pytest.raises(Misconfigured, match="vocabulary cannot be unpacked"):
        TiktokenCounter.load(tmp_path / "file" / "folder")


def test_a_fresh_process_loads_offline(tmp_path: Path) -> None:
    """Nothing is loaded at import, and loading opens no connection."""
    script = (
        "import sys\n"
        "def hook(event, arguments):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo'): raise OSError('no way out')\n"
        "sys.addaudithook(hook)\n"
        "import copilot.tokens, tiktoken.registry, pathlib\n"
        "assert not tiktoken.registry.ENCODINGS\n"
        "print(copilot.tokens.TiktokenCounter.load(pathlib.Path(sys.argv[1])).count('Hello world'))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "2"
