"""Folding a streamed chat completion."""

from __future__ import annotations

import json

import pytest

from copilot.errors import ModelFailure
from copilot.suggesters.completion_stream import CompletionStream
from tests.fakes.openai_server import chunk, usage


def test_an_answer_is_whole_after_stop_and_done() -> None:
    """Text in order, `stop`, the cost, [DONE]: only then is it whole."""
    stream = CompletionStream()
    texts = []
    for data in (
        chunk("", role="assistant"),
        chunk("He"),
        chunk("llo"),
        chunk(finish="stop"),
        usage(9, 8, 7),
    ):
        texts.append(stream.take(json.dumps(data)))
        assert not stream.whole
    stream.take("[DONE]")
    assert stream.whole
    assert "".join(texts) == "Hello"
    assert (stream.tokens_in, stream.tokens_cached, stream.tokens_out) == (9, 8, 7)


@pytest.mark.parametrize(
    "data",
    [
        "{}",
        '{"choices": []}',
        '{"choices": null}',
        '{"choices": [{"index": 0, "delta": null}]}',
        '{"choices": [{"index": 0}]}',
        '{"choices": [{"delta": {"role": "assistant", "content": null}}]}',
        '{"choices": [{"index": 1, "delta": {"content": "other"}, "finish_reason": "length"}]}',
        '{"choices": [{"delta": {"tool_calls": [], "reasoning_content": "hm"}}], "unknown": 1}',
    ],
)
def test_what_carries_no_text_is_read_over(data: str) -> None:
    """Roles, costs, other choices and unknown fields add nothing and break nothing."""
    assert CompletionStream().take(data) == ""


@pytest.mark.parametrize(
    ("finish", "reason"),
    [
        ("length", "length"),
        ("content_filter", "content_filter"),
        ("tool_calls", "finish_reason"),
        ("abort", "finish_reason"),
        ("", "finish_reason"),
    ],
)
def test_only_stop_is_a_good_end(finish: str, reason: str) -> None:
    """Every other finish_reason is a failure, known or not."""
    with pytest.raises(ModelFailure) as caught:
        CompletionStream().take(json.dumps(chunk("x", finish=finish)))
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("[DONE]", "truncated"),
        ('{"error": {"message": "overloaded"}}', "in_band_error"),
        ('{"object": "error", "message": "no", "code": 500}', "in_band_error"),
        ("[1, 2]", "protocol"),
        ("not json", "protocol"),
        ('{"choices": {}}', "protocol"),
        ('{"choices": [{"delta": {"content": 7}}]}', "protocol"),
        ('{"choices": [{"delta": {"refusal": "I will not"}}]}', "refusal"),
    ],
)
def test_what_is_no_completion_is_a_failure(data: str, reason: str) -> None:
    """Errors in the stream, other shapes and refusals are told apart."""
    with pytest.raises(ModelFailure) as caught:
        CompletionStream().take(data)
    assert caught.value.reason == reason


def test_no_text_follows_the_end() -> None:
    """Text after the finish_reason is a broken stream."""
    stream = CompletionStream()
    stream.take(json.dumps(chunk(finish="stop")))
    with pytest.raises(ModelFailure):
        stream.take(json.dumps(chunk("more")))
