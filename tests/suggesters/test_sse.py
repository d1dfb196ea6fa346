"""Reading server-sent events."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.errors import ModelFailure
from copilot.suggesters.sse import SseReader

VECTORS = [
    (b"data: one\n\ndata: two\n\n", ["one", "two"]),
    (b"data:one\r\n\r\ndata: two\r\rdata:  three\n\n", ["one", "two", " three"]),
    (b"\xef\xbb\xbfdata: one\n\n", ["one"]),
    (b"data: one\ndata: two\n\n", ["one\ntwo"]),
    (b": a comment\n\nevent: message\nid: 7\nretry: 9\ndata: one\n\n", ["one"]),
    (b"data: one\r\ndata: two\r\n\r\n", ["one\ntwo"]),
    (b"data\n\n", [""]),
    (b"data\ndata\n\n", ["\n"]),
    (b"database: no\nDATA: no\n data: no\n\n", []),
    (b"data: never whole\n", []),
    (b"data: never whole", []),
    (b"\n\n\n\r\r\n", []),
    ("data: é😀\n\n".encode(), ["é😀"]),
]


@pytest.mark.parametrize(("sent", "events"), VECTORS)
def test_reads_as_the_standard_says(sent: bytes, events: list[str]) -> None:
    """Line ends, byte order mark, comments, other fields and unfinished events go by the WHATWG rules."""
    assert SseReader().feed(sent) == events


@given(st.sampled_from(VECTORS), st.lists(st.integers(1, 5), min_size=60, max_size=60))
def test_the_cut_of_the_chunks_does_not_matter(vector: tuple[bytes, list[str]], sizes: list[int]) -> None:
    """The same bytes give the same events however the network cuts them, also within a character."""
    sent, expected = vector
    reader, events, start = SseReader(), [], 0
    for size in sizes:
        events += reader.feed(sent[start : start + size])
        start += size
    assert events + reader.feed(sent[start:]) == expected


@pytest.mark.parametrize(("sent", "events"), VECTORS)
def test_no_single_cut_matters(sent: bytes, events: list[str]) -> None:
    """Cut in two at each place, also between CR and LF, the bytes give the same events."""
    for place in range(len(sent) + 1):
        reader = SseReader()
        assert reader.feed(sent[:place]) + reader.feed(sent[place:]) == events


@pytest.mark.parametrize("sent", [b"data: " + b"x" * 200, b": " + b"x" * 200, b"data: xxxxx\n" * 20])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_nothing_grows_without_end(sent: bytes, size: int) -> None:
    """A line or an event above the cap ends the reading, whatever its chunks."""
    reader = SseReader(max_line=100)
    chunks = [sent[start : start + size] for start in range(0, len(sent), size)]
    with pytest.raises(ModelFailure) as caught:
        list(map(reader.feed, chunks))
    assert caught.value.reason == "too_large"


def test_an_event_is_text() -> None:
    """Bytes that are no UTF-8 are a broken endpoint, not half a phrase."""
    with pytest.raises(ModelFailure) as caught:
        SseReader().feed(b"data: \xff\xfe\n\n")
    assert caught.value.reason == "protocol"
