"""What a model endpoint can do wrong, a row each, and what the reader of the stream is owed all the same."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from tests.fakes.openai_server import (
    End,
    Pause,
    Piece,
    Reply,
    Torn,
    chunk,
    completion,
    cut,
    dripping,
    event,
    failing,
    forever,
    resized,
    stream,
)

FIRST = "I’m so sorry the kettle leaks again."
PHRASE = f"{FIRST} That must be tiring, and I want to get it right with you."
GOOD: dict[str, object] = {
    "act": "apologise",
    "phrase": PHRASE,
    "why": "They were let down",
    "alternatives": ["I’m sorry that the kettle leaks."],
}
ANSWER = json.dumps(GOOD, ensure_ascii=False)
# As many endpoints write it: characters as they are, so that a cut can fall within one.
EVENTS = [each.decode().replace("\\u2019", "’").encode() for each in completion(ANSWER, size=8)]
WHOLE = b"".join(EVENTS)
CHARACTER = WHOLE.index("’".encode())
# Up to here the first sentence is out, with the white space that ends it.
GROWN = 1 + next(n for n, each in enumerate(EVENTS) if b"tiring" in each)

Owed = Literal["phrasebook", "model", "sentence"]


@dataclass(frozen=True)
class Row:
    """`owed`: the phrasebook's phrase, the model's whole one, or the model's up to a whole sentence.

    `grows`: a reader has seen a sentence before. `hangs`: the endpoint never ends, and has to be hung up on.
    """

    name: str
    reply: Callable[[], Reply]
    owed: Owed = "phrasebook"
    grows: bool = False
    hangs: bool = False


def good() -> Reply:
    return stream(EVENTS)


def fails(name: str, reply: Callable[[], Reply], *, grows: bool = False, hangs: bool = False) -> Row:
    return Row(name, reply, grows=grows, hangs=hangs)


def holds(name: str, reply: Callable[[], Reply]) -> Row:
    return Row(name, reply, owed="model")


def fixed(*body: Piece, kind: str = "text/event-stream", **headers: str) -> Callable[[], Reply]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: Reply(body, headers={"content-type": kind} | named)


def worded(**parts: object) -> Callable[[], Reply]:
    return lambda: stream(completion(json.dumps({**GOOD, **parts})))


def answered(text: str, finish: str | None = "stop") -> Callable[[], Reply]:
    return lambda: stream(completion(text, finish=finish))


def status(code: int, *, retry_after: str | None = None, location: str | None = None) -> Callable[[], Reply]:
    named = {"retry_after": retry_after, "location": location}
    headers = {name: value for name, value in named.items() if value is not None}
    return lambda: failing(code, b'{"error": {"message": "no"}}', **headers)


WAYS: tuple[End, ...] = ("rst", "fin", "clean")


def at_byte(place: int, end: End) -> Row:
    """The recorded answer, ended early after so many bytes."""
    # What was sent before a reset may be lost with it.
    grows = end != "rst" and place >= len(b"".join(EVENTS[:GROWN]))
    return fails(f"{end} after {place} bytes", lambda: cut(EVENTS, place, end=end), grows=grows)


STALLS = [
    fails("no byte", lambda: Reply(end="hang", before=60), hangs=True),
    fails("headers, then nothing", lambda: Reply(end="hang"), hangs=True),
    fails("one token, then nothing", lambda: Reply(EVENTS[:2], end="hang"), hangs=True),
    fails("half an event, then nothing", lambda: Reply([WHOLE[:200]], end="hang"), hangs=True),
    fails("a drip", lambda: Reply(dripping(EVENTS, 1.0)), hangs=True),
    fails("a sentence, then nothing", lambda: Reply(EVENTS[:GROWN], end="hang"), grows=True, hangs=True),
    fails(
        "a sentence, then a drip",
        lambda: Reply(chain(EVENTS[:GROWN], dripping(EVENTS[GROWN:], 1.0))),
        grows=True,
        hangs=True,
    ),
    fails("the whole phrase, but no end", lambda: Reply(EVENTS[:-3], end="hang"), grows=True, hangs=True),
    fails("only comments", lambda: Reply(forever(b": still here\n\n", 0.05)), hangs=True),
    fails("only roles", lambda: Reply(forever(event(chunk(role="assistant")), 0.05)), hangs=True),
    fails("white space for ever", lambda: Reply(forever(event(chunk(" ")), 0.02)), hangs=True),
]
PLACES = (1, CHARACTER + 1, len(WHOLE) - 16, len(WHOLE) - 1)
CUTS = [
    *(at_byte(place, end) for place in PLACES for end in WAYS),
    fails("a torn chunk", lambda: Reply([*EVENTS[:4], Torn(EVENTS[4][:9], 4_000)], end="fin")),
    fails("a torn chunk, reset", lambda: Reply([*EVENTS[:4], Torn(EVENTS[4][:9], 4_000)], end="rst")),
    fails("no [DONE]", lambda: Reply(EVENTS[:-1]), grows=True),
    fails("[DONE] within the phrase", lambda: stream([*EVENTS[:GROWN], EVENTS[-1]]), grows=True),
    fails("[DONE] without a reason", answered(ANSWER, None), grows=True),
    fails("nothing at all", fixed()),
]
ENDS = [
    *(
        fails(f"finish_reason {finish}", answered(ANSWER, finish), grows=True)
        for finish in ("abort", "content_filter", "tool_calls", "length", "")
    ),
    fails("length within the phrase", answered(ANSWER[:90], "length"), grows=True),
    fails("stop within the phrase", answered(ANSWER[:90]), grows=True),
    fails(
        "an error after tokens", lambda: stream([*EVENTS[:GROWN], event({"error": {"code": 1}})]), grows=True
    ),
    fails("an error, then the answer", lambda: stream([event({"error": "x"}), *EVENTS])),
]
STATUSES = [
    *(fails(f"HTTP {code}", status(code)) for code in (400, 401, 403, 404, 408, 409, 422, 429)),
    *(fails(f"HTTP {code}", status(code)) for code in (500, 502, 503, 504, 529)),
    *(fails(f"429, Retry-After {wish}", status(429, retry_after=wish)) for wish in ("soon", "-1", "nan")),
    fails("an error without end", lambda: Reply(forever(b"x" * 65_536), status=500), hangs=True),
    fails("an error that stalls", lambda: Reply([b'{"error'], status=500, end="hang"), hangs=True),
    *(
        fails(f"HTTP {code} to another host", status(code, location="http://192.0.2.1/"))
        for code in (301, 307)
    ),
    fails("HTTP 302 to itself", status(302, location="/v1/chat/completions")),
    fails("HTTP 204", lambda: Reply(status=204, end="fin")),
]
PAUSES = [
    fails(f"{code}, Retry-After {wish}", status(code, retry_after=wish))
    for code, wish in ((429, "0"), (429, "1"), (503, "3600"))
]
SHAPES = [
    fails("HTML", fixed(b"<html><body>busy</body></html>", kind="text/html")),
    fails("HTML as a stream", fixed(b"<html>\n\n</html>")),
    fails("JSON that is no stream", fixed(json.dumps({"choices": []}).encode(), kind="application/json")),
    fails("an array", fixed(event([1, 2]), event("[DONE]"))),
    fails("no JSON", fixed(event("hello"), event("[DONE]"))),
    fails("no UTF-8", fixed(b"data: \xff\xfe\n\n")),
    fails("JSON of great depth", fixed(event("[" * 30_000), event("[DONE]"))),
    fails("no choices", fixed(event({"choices": []}), event({}), event("[DONE]"))),
    fails("choices of another kind", fixed(event({"choices": "none"}), event("[DONE]"))),
    fails("content of another kind", fixed(event({"choices": [{"delta": {"content": [1]}}]}))),
    fails(
        "a bomb",
        lambda: Reply([gzip.compress(b"data: x\n\n" * 10**6)], headers={"content-encoding": "gzip"}),
    ),
    fails("events without end", lambda: Reply(forever(event({"choices": []}) * 300)), hangs=True),
    fails("a line without end", lambda: Reply(forever(b"x" * 65_536)), hangs=True),
    fails("a phrase without end", lambda: Reply(chain(EVENTS[:9], forever(event(chunk("so "))))), hangs=True),
    fails(
        "ten megabytes of a reason", lambda: stream(completion('{"why": "' + "x" * 10**6, size=4_000) * 10)
    ),
]
WORDS = [
    fails("prose", answered("Sure! You could say that you are sorry.")),
    fails("a fence", answered(f"```json\n{ANSWER}\n```")),
    fails("another schema", answered('{"text": "hello"}')),
    fails("an act of its own", worded(act="soothe")),
    fails("an act that is not its to choose", worded(act="disengage")),
    fails("a phrase as a number", worded(phrase=7)),
    fails("a surplus field", worded(mood="x"), grows=True),
    fails("half a character", answered(ANSWER.replace("’", "\\ud83d"))),
    fails("an empty answer", answered("")),
    fails("an empty phrase", worded(phrase="")),
    fails("a blank phrase", worded(phrase=" \n ")),
    fails("a refusal", worded(phrase="I'm sorry, but I can't assist with that.")),
    fails("a refusal of its own kind", fixed(event(chunk(refusal="no")), event("[DONE]"))),
    fails("a loop", worded(phrase="I am sorry about it " * 9)),
    fails("the prompt read back", worded(phrase="My reference is ref-7QK4-next-phrase-X2M9.")),
    fails("the rules read back", worded(phrase="They let people finish, then show that they heard before.")),
    fails("another language", worded(phrase="Es tut mir sehr leid, dass der Kessel schon wieder leckt.")),
    fails("a link", worded(phrase="I'm sorry, please see http://kettles.example/refunds for it.")),
    fails("an invented amount", worded(phrase="I can give you 250 dollars for the kettle right now.")),
    fails("duplicate chunks", lambda: stream([each for each in EVENTS for _ in (0, 1)])),
    fails("another order", lambda: stream([EVENTS[0], *reversed(EVENTS[1:-3]), *EVENTS[-3:]])),
    Row(
        "a second sentence that fails",
        worded(phrase=f"{FIRST} I will give you 250 dollars right now."),
        owed="sentence",
    ),
]
HARMLESS = [
    holds("a good answer", good),
    holds("a byte order mark", fixed(b"\xef\xbb\xbf" + WHOLE)),
    holds("CRLF", fixed(WHOLE.replace(b"\n", b"\r\n"))),
    holds("a byte a chunk", lambda: stream(resized(completion(ANSWER, size=60), 1))),
    holds("comments between", lambda: stream([part for each in EVENTS for part in (b": hi\n\n", each)])),
    holds("other fields", fixed(WHOLE.replace(b"\n\n", b"\nid: 1\nevent: x\nretry: 1\n\n"))),
    holds("no space after the colon", fixed(WHOLE.replace(b"data: ", b"data:"))),
    holds("several data lines", fixed(WHOLE.replace(b'{"id": "c", ', b'{"id": "c",\ndata: '))),
    holds("a second choice", lambda: stream(with_second_choice(EVENTS))),
    holds("null deltas", lambda: stream([event({"choices": [{"delta": None}]}), *EVENTS])),
    holds("more after [DONE]", lambda: stream([*EVENTS, event(chunk("more")), event("[DONE]")])),
    holds("a slow beginning", lambda: stream(EVENTS, before=0.3)),
    holds("a pause in the middle", lambda: Reply([*EVENTS[:GROWN], Pause(0.3), *EVENTS[GROWN:]])),
]


def with_second_choice(events: Sequence[bytes]) -> list[bytes]:
    other = event(chunk("Never mind.", index=1))
    return [*chain.from_iterable((each, other) for each in events[:-3]), *events[-3:]]


TABLE = [*STALLS, *CUTS, *ENDS, *STATUSES, *SHAPES, *WORDS, *HARMLESS]
