"""The panel's reader of text/event-stream follows the standard, however the text is cut."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.panel.modules import run

pytestmark = pytest.mark.asyncio(loop_scope="session")

_READ = """
const { EventParser } = await load("sse");
const parser = new EventParser();
const events = argument.flatMap((piece) => parser.feed(piece));
return { events: events.map(({ type, data, id }) => [type, data, id]), retry: parser.retry };
"""


async def events(modules: Page, *pieces: str) -> list[list[str]]:
    found: list[list[str]] = (await run(modules, _READ, list(pieces)))["events"]
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("data: a\n\n", [["message", "a", ""]]),
        ("data: a\r\ndata: b\r\n\r\n", [["message", "a\nb", ""]]),
        ("data: a\rdata: b\r\r", [["message", "a\nb", ""]]),
        ("event: x\ndata:a\ndata:  b\ndata\n\n", [["x", "a\n b\n", ""]]),
        ("\ufeffdata: a\n\n\ufeffdata: b\n\n", [["message", "a", ""]]),
        (": note\n\n:\n\ndata: a\n\n", [["message", "a", ""]]),
        ("id: 7\ndata: a\n\ndata: b\n\n", [["message", "a", "7"], ["message", "b", "7"]]),
        ("id: 7\ndata: a\n\nid\ndata: b\n\n", [["message", "a", "7"], ["message", "b", ""]]),
        ("id: 7\nid: x\0y\ndata: a\n\n", [["message", "a", "7"]]),
        ("event: x\n\ndata: a\n\n", [["message", "a", ""]]),
        ("event: x\nunknown: y\ndata: a", []),
        ("data: a\n", []),
    ],
)  # fmt: skip
async def test_events_are_read_as_the_standard_has_them(
    modules: Page, text: str, expected: list[list[str]]
) -> None:
    """Line ends, byte order mark, comments, ids, unknown fields and unfinished events count as said."""
    assert await events(modules, text) == expected


async def test_it_does_not_matter_where_the_text_is_cut(modules: Page) -> None:
    """Cut in two at any place, and into single characters, a stream gives the same events."""
    first = '\ufeffid: e.1\r\nevent: phase\r\ndata: {"a":\r\ndata: 1}\r\n\r\n'
    text = first + ":\n\nretry: 250\rdata: ünï\r\rdata: z\n\n"
    script = """
    const { EventParser } = await load("sse");
    const read = (pieces) => {
      const parser = new EventParser();
      return JSON.stringify([pieces.flatMap((piece) => parser.feed(piece)), parser.retry]);
    };
    const whole = read([argument]);
    const others = [read([...argument])];
    for (let at = 0; at <= argument.length; at += 1) {
      others.push(read([argument.slice(0, at), argument.slice(at)]));
    }
    return [whole, others.filter((other) => other !== whole).length, JSON.parse(whole)];
    """
    _, different, (found, retry) = await run(modules, script, text)
    assert different == 0
    assert [event["data"] for event in found] == ['{"a":\n1}', "ünï", "z"]
    assert retry == 250


async def test_only_digits_make_a_retry(modules: Page) -> None:
    """A retry that is no number is left out."""
    assert (await run(modules, _READ, ["retry: 5s\nretry: -1\n\n"]))["retry"] is None
