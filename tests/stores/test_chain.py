"""The checksum chain tells every change of an event, of its place and of its conversation."""

from __future__ import annotations

from msgspec.structs import replace

from copilot.core.events import StoredEvent
from copilot.ports import Key
from copilot.stores.chain import SIZE, START, link, name_of

EVENT = StoredEvent(3, 1_000, "transcript", "public", b'{"text":"hm"}')
NAME = name_of(Key("acme", "c1"))


def test_every_part_counts() -> None:
    """Each part of an event, its conversation's name and what came before change the checksum."""
    others = [
        replace(EVENT, seq=4),
        replace(EVENT, at_ms=1_001),
        replace(EVENT, type="suggestion"),
        replace(EVENT, audience="internal"),
        replace(EVENT, payload=b'{"text":"hn"}'),
    ]
    links = [link(START, NAME, one) for one in (EVENT, *others)]
    links.append(link(links[0], NAME, EVENT))
    links.append(link(START, name_of(Key("acme", "c2")), EVENT))
    assert len({*links}) == len(links)
    assert {len(one) for one in links} == {SIZE}


def test_nothing_moves_over_a_border() -> None:
    """Letters that move from one part into the next make another name and another checksum."""
    names = {name_of(key) for key in (Key("ab", "c"), Key("a", "bc"), Key("abc", ""), Key("", "abc"))}
    assert len(names) == 4
    moved = [StoredEvent(1, 1, "ab", "public", b"c"), StoredEvent(1, 1, "a", "public", b"bc")]
    assert len({link(START, NAME, one) for one in moved}) == 2


def test_stays_as_it_is() -> None:
    """The checksum of an event is the same in every release: files of older ones must be readable."""
    assert link(START, NAME, EVENT).hex() == "d00f8cf649d810b67fb5b3366ccd8ce1"
