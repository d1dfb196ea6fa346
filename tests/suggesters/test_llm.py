"""The model's suggester over real sockets: a whole phrase, or a failure with its reason."""

from __future__ import annotations

import gzip
import json
from contextlib import aclosing

import pytest

from copilot.core.types import Draft, Evidence, Reading
from tests.fakes.asked_model import ANSWER, FIRST, GOOD, LIMITS, PHRASE, PROMPT, SHORT, model
from tests.fakes.moments import moment
from tests.fakes.openai_server import (
    Pause,
    Reply,
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

# --- what goes well -------------------------------------------------------------------------------


async def test_a_phrase_grows_by_sentences_and_is_done_at_the_end() -> None:
    """Whole sentences only, the text so far each time, and one done draft with everything."""
    async with model(stream(completion(ANSWER, size=3))) as asked:
        *growing, last = await asked.drafts()
    assert [draft.text for draft in growing] == [FIRST, PHRASE]
    assert not any(draft.done for draft in growing)
    assert last == Draft(
        act="acknowledge",
        text=PHRASE,
        why=GOOD["why"],
        alternatives=tuple(GOOD["alternatives"]),
        origin="llm",
        prompt="next-phrase@1.0.0",
        prompt_hash=PROMPT.hash,
        done=True,
    )


async def test_a_phrase_rests_on_what_the_tracker_quoted() -> None:
    """The evidence of a model's phrase is that of the reading it was asked with, and nothing of its own."""
    quoted = (Evidence(turn=0, quote="third one", start=0, end=9, cue="again"),)
    reading = Reading(matter="your kettle that leaks", heat=1, evidence=quoted)
    async with model(stream(completion(ANSWER))) as asked:
        drafts = await asked.drafts(moment(reading=reading))
    assert {draft.evidence for draft in drafts} == {quoted}


async def test_the_first_sentence_does_not_wait_for_the_rest() -> None:
    """A sentence is shown while the endpoint still holds back what follows."""
    events = completion(ANSWER, size=5)
    async with (
        model(Reply([*events[:20], Pause(60)], end="hang"), LIMITS) as asked,
        aclosing(asked.suggester.suggest(moment())) as drafts,
    ):
        assert (await anext(drafts)).text == FIRST


async def test_asks_as_the_endpoint_expects() -> None:
    """Model, schema, streaming, usage and caps are in the request; nothing compressed is asked for."""
    async with model(stream(completion(ANSWER))) as asked:
        await asked.drafts()
        (request,) = asked.server.requests
    body = request.json
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == "Bearer key-of-a-test"
    assert request.headers["accept-encoding"] == "identity"
    assert (body["model"], body["stream"], body["stream_options"]) == (
        "small-1",
        True,
        {"include_usage": True},
    )
    assert body["response_format"]["json_schema"]["strict"] is True
    assert body["response_format"]["json_schema"]["schema"] == PROMPT.front.answer
    assert body["max_completion_tokens"] == PROMPT.front.model.parameters.max_output_tokens
    assert [message["role"] for message in body["messages"]] == ["system", "user"]


async def test_the_log_is_told_what_was_asked_and_answered() -> None:
    """Each call is recorded once: raw answer, outcome, tokens, hashes and times."""
    async with model([stream(completion(ANSWER)), failing(500)]) as asked:
        await asked.drafts()
        await asked.failure()
    good, bad = asked.heard
    assert (good.raw, good.outcome, good.model) == (ANSWER, "ok", "small-1")
    assert (good.tokens_in, good.tokens_cached, good.tokens_out) == (900, 800, 40)
    assert (good.prompt, good.prompt_hash) == ("next-phrase@1.0.0", PROMPT.hash)
    assert good.first_token_ms is not None
    assert good.first_sentence_ms is not None
    assert good.total_ms is not None
    assert good.first_token_ms <= good.first_sentence_ms <= good.total_ms
    assert (bad.raw, bad.outcome, bad.first_token_ms) == ("", "http_5xx", None)
    assert bad.request_hash == good.request_hash


@pytest.mark.parametrize("finish", ["length", "content_filter", "abort"])
@pytest.mark.parametrize("size", [None, 7])
async def test_what_was_cut_off_is_billed(finish: str, size: int | None) -> None:
    """An answer that the endpoint cut off has its tokens in the record: they come in an event behind it."""
    events = completion(ANSWER[:60], finish=finish)
    async with model(stream(events if size is None else resized(events, size))) as asked:
        await asked.failure()
    (heard,) = asked.heard
    assert (heard.tokens_in, heard.tokens_cached, heard.tokens_out) == (900, 800, 40)


async def test_a_bill_that_does_not_come_is_not_waited_for() -> None:
    """The failure stands, without tokens, where the endpoint says nothing more."""
    async with model(Reply(completion(ANSWER[:60], finish="length")[:-2], end="hang")) as asked:
        assert await asked.failure() == "length"
    assert asked.heard[0].tokens_out is None


async def test_a_good_connection_is_used_again() -> None:
    """The end of a good answer is read, so that the next call needs no new connection."""
    async with model(stream(completion(ANSWER))) as asked:
        for _ in range(3):
            async with aclosing(asked.suggester.suggest(moment())) as drafts:
                async for draft in drafts:
                    if draft.done:
                        break
        assert asked.server.connections == 1


# --- ways of the wire that are no fault -----------------------------------------------------------

EVENTS = completion(ANSWER)
WHOLE = b"".join(EVENTS)
FEW = completion(ANSWER, size=80)
HARMLESS = {
    "one byte a chunk": resized(FEW, 1),
    "all in one chunk": [WHOLE],
    "CRLF": [WHOLE.replace(b"\n", b"\r\n")],
    "CRLF, one byte a chunk": resized([b"".join(FEW).replace(b"\n", b"\r\n")], 1),
    "no space after the colon": [WHOLE.replace(b"data: ", b"data:")],
    "a byte order mark": [b"\xef\xbb\xbf" + WHOLE],
    "comments and other fields": [
        b": hi\n\nevent: x\nid: 1\n\n",
        WHOLE.replace(b"\n\n", b"\n: c\nretry: 1\n\n"),
    ],
    "several data lines": [WHOLE.replace(b'{"id": "c", ', b'{"id": "c",\ndata: ')],
    "no usage": [each for each in EVENTS if b"usage" not in each],
    "raw characters": completion(json.dumps(GOOD, ensure_ascii=False)),
    "a character at a time": completion(ANSWER, size=1),
    "white space around": completion(f"\n {json.dumps(GOOD, indent=1)}\n"),
    "null deltas": [event({"choices": [{"index": 0, "delta": None}]}), *EVENTS],
    "no choices": [event({"choices": []}), event({}), *EVENTS],
    "a second choice": [
        each for pair in zip(EVENTS, [event(chunk("no", index=1))] * 99, strict=False) for each in pair
    ]
    + EVENTS[99:],
    "something after [DONE]": [*EVENTS, event(chunk("more")), event("[DONE]")],
}


@pytest.mark.parametrize("name", HARMLESS)
async def test_what_the_standards_allow_is_no_fault(name: str) -> None:
    """However the events are cut and written, the answer is the same one."""
    async with model(stream(HARMLESS[name])) as asked:
        *_, last = await asked.drafts()
    assert (last.done, last.text, last.alternatives) == (True, PHRASE, tuple(GOOD["alternatives"]))


async def test_one_suggestion_from_two_choices() -> None:
    """However many choices come, one draft is done."""
    async with model(stream(HARMLESS["a second choice"])) as asked:
        assert sum(draft.done for draft in await asked.drafts()) == 1


# --- the fault matrix -----------------------------------------------------------------------------


def worded(**parts: object) -> Reply:
    return stream(completion(json.dumps({**GOOD, **parts})))


TOKENS = EVENTS[:8]
FAULTS: dict[str, tuple[Reply, set[str]]] = {
    "no byte": (Reply(before=9, end="hang"), {"stalled"}),
    "headers, then nothing": (Reply(end="hang"), {"stalled"}),
    "one token, then nothing": (Reply(EVENTS[:2], end="hang"), {"stalled"}),
    "comments for ever": (Reply(forever(b": still here\n\n", 0.01)), {"stalled"}),
    "chunks without text for ever": (Reply(forever(event(chunk(role="assistant")), 0.01)), {"stalled"}),
    "reset while it answers": (Reply(TOKENS, end="rst"), {"truncated"}),
    "hang-up while it answers": (Reply(TOKENS, end="fin"), {"truncated"}),
    "hang-up within a line": (cut(EVENTS, len(b"".join(TOKENS)) - 9), {"truncated"}),
    "a clean end too early": (Reply(TOKENS), {"truncated"}),
    "no [DONE]": (stream(completion(ANSWER, done=False)), {"truncated"}),
    "[DONE] without a reason": (stream(completion(ANSWER, finish=None)), {"truncated"}),
    "no bytes at all": (Reply(), {"truncated"}),
    "length": (stream(completion(ANSWER[:60], finish="length")), {"length"}),
    "content_filter": (stream(completion(ANSWER, finish="content_filter")), {"content_filter"}),
    "tool_calls": (stream(completion(ANSWER, finish="tool_calls")), {"finish_reason"}),
    "abort": (stream(completion(ANSWER, finish="abort")), {"finish_reason"}),
    "stop within the phrase": (stream(completion(ANSWER[:60])), {"truncated"}),
    "an error among the tokens": (stream([*TOKENS, event({"error": {"code": 1}})]), {"in_band_error"}),
    "an error, then a good answer": (stream([event({"error": "x"}), *EVENTS]), {"in_band_error"}),
    "HTML": (Reply([b"<html>"], headers={"content-type": "text/html"}), {"protocol"}),
    "HTML as a stream": (Reply([b"<html>\n\n</html>"]), {"truncated"}),
    "no stream": (
        Reply([json.dumps({"choices": []}).encode()], headers={"content-type": "application/json"}),
        {"protocol"},
    ),
    "an array": (stream([event([1, 2])]), {"protocol"}),
    "no JSON": (stream([event("hello")]), {"protocol"}),
    "no UTF-8": (stream([b"data: \xff\xff\n\n"]), {"protocol"}),
    "a line without end": (Reply(forever(b"x" * 8192)), {"too_large"}),
    "a line of a megabyte": (stream([b"data: " + b"x" * 2**20 + b"\n\n"]), {"too_large"}),
    "events without end": (Reply(forever(event({"choices": []}) * 300)), {"too_large"}),
    "a bomb": (
        Reply(
            [gzip.compress(b"data: x\n\n" * 10**6)],
            headers={"content-type": "text/event-stream", "content-encoding": "gzip"},
        ),
        {"encoding"},
    ),
    "prose": (stream(completion("Sure! You could say sorry.")), {"schema"}),
    "a fence": (stream(completion(f"```json\n{ANSWER}\n```")), {"schema"}),
    "another schema": (stream(completion('{"text": "hello"}')), {"schema"}),
    "an act of its own": (worded(act="soothe"), {"schema"}),
    "a surplus field": (worded(mood="x"), {"schema"}),
    "a phrase as a number": (worded(phrase=7), {"schema"}),
    "text after the object": (stream(completion(ANSWER + " That is all.")), {"schema"}),
    "duplicate chunks": (stream([each for each in EVENTS for _ in (0, 1)]), {"schema", "protocol"}),
    "chunks in another order": (stream([EVENTS[0], *reversed(EVENTS[1:-3]), *EVENTS[-3:]]), {"schema"}),
    "no answer": (stream(completion("")), {"empty"}),
    "an empty phrase": (worded(phrase=""), {"schema"}),
    "a blank phrase": (worded(phrase="  \n "), {"empty"}),
    "a refusal": (worded(phrase="I'm sorry, but I can't assist with that."), {"refusal"}),
    "a refusal of its own kind": (stream([event(chunk(refusal="no")), event("[DONE]")]), {"refusal"}),
    "a loop": (worded(phrase="I am sorry. " * 9), {"degenerate"}),
    "the prompt": (worded(phrase=f"I was told {PROMPT.front.canary}."), {"prompt_echo"}),
    "a phrase too long": (worded(phrase="word and more " * 60), {"too_long", "degenerate"}),
    "another host": (failing(302, location="http://192.0.2.1/v1"), {"http_3xx"}),
    "another path": (failing(307, location="/v2"), {"http_3xx"}),
    "an error without end": (Reply(forever(b"x" * 8192), status=500), {"too_large"}),
    "an error as a bomb": (
        Reply([gzip.compress(b"x" * 10**7)], status=503, headers={"content-encoding": "gzip"}),
        {"encoding"},
    ),
}
STATUSES = {
    400: "http_4xx",
    401: "http_4xx",
    403: "http_4xx",
    404: "http_4xx",
    408: "http_4xx",
    409: "http_4xx",
}
STATUSES |= {
    422: "http_4xx",
    429: "http_429",
    500: "http_5xx",
    502: "http_5xx",
    503: "http_5xx",
    529: "http_5xx",
}


@pytest.mark.parametrize("name", FAULTS)
async def test_every_fault_has_its_reason(name: str) -> None:
    """Whatever the endpoint does wrong is one ModelFailure, asked once, and nothing of it is done."""
    reply, reasons = FAULTS[name]
    async with model(reply, SHORT if "stalled" in reasons else LIMITS) as asked:
        assert await asked.failure() in reasons
        assert len(asked.server.requests) == 1
        assert asked.heard[0].outcome in reasons


@pytest.mark.parametrize("status", STATUSES)
async def test_no_status_is_asked_again(status: int) -> None:
    """A refusal of the endpoint is a failure at once: no retry, whatever Retry-After says."""
    async with model(failing(status, retry_after="0")) as asked:
        assert await asked.failure() == STATUSES[status]
        assert len(asked.server.requests) == 1


async def test_nobody_there_is_known_at_once() -> None:
    """A port that refuses is a failure to connect."""
    async with model(Reply(), refusing=True) as asked:
        assert await asked.failure() == "connect"


async def test_a_drip_ends_with_the_answer_or_with_its_reader() -> None:
    """A slow answer that goes on is waited for: how long is for its reader to say."""
    async with model(stream(dripping(completion(ANSWER, size=40), 0.05))) as asked:
        *_, last = await asked.drafts()
    assert last.done
