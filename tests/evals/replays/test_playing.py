"""Tests of the timed replay: the plan goes through the whole engine on a simulated clock."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from copilot.suggesters.upstream import bounded
from evals.replays.playing import Weather, play, weathered
from evals.runs.subject import Endpoint, Subject
from tests.fakes.evals import answering, script, under_test
from tests.fakes.openai_server import FakeOpenAI

STORM = Weather(noise=0.2, disorder=True, seed=3)


async def test_cards_come_after_the_pause_and_go_when_they_speak_again(subject: Subject) -> None:
    """In voice, while they speak there is a silence, after the pause a phrase, until somebody goes on."""
    played = await play(subject, script(), Weather())
    cards = played.result.cards
    spoken = {span.turn: span for span in played.spans}
    first = [card for card in cards if card.turn == 0]
    assert [card.offered.silence for card in first] == ["customer_speaking", None]
    assert spoken[0].start_ms <= first[0].appeared_ms < spoken[0].end_ms
    assert 600 <= first[1].appeared_ms - first[1].turn_ended_ms <= 800
    assert all(card.appeared_ms <= card.ended_ms for card in cards)
    assert all(one.ended_ms <= other.appeared_ms for one, other in pairwise(cards))
    assert played.result.phases[-1].phase == "closing"


async def test_the_same_weather_gives_the_same_replay(subject: Subject) -> None:
    """Noise, disorder and cuts repeat by their seed; another seed is another replay."""
    talk = script()
    assert await play(subject, talk, STORM) == await play(subject, talk, STORM)
    assert weathered(talk, STORM) != weathered(talk, STORM._replace(seed=4))


async def test_a_reader_that_is_cut_off_misses_nothing(subject: Subject) -> None:
    """In disorder the stream is cut and resumed, and the last phase is known all the same."""
    played = await play(subject, script(), STORM._replace(noise=0.0))
    assert played.result.reconnects > 0
    assert played.result.phases[-1].phase == "closing"


def test_words_are_misheard_in_voice_alone() -> None:
    """Noise changes what a recogniser hears, never what was typed; a partial begins its final."""
    noisy = Weather(noise=0.4)
    chat = script("chat")
    assert weathered(chat, noisy) == weathered(chat, Weather())
    steps = [fragment for step in weathered(script(), noisy) for fragment in step.fragments]
    clean = [fragment for step in weathered(script(), Weather()) for fragment in step.fragments]
    assert [f.text for f in steps] != [f.text for f in clean]
    growing = [f.text for f in steps if f.utterance_id == "t000-0"]
    assert all(later.startswith(earlier[:-2]) for earlier, later in pairwise(growing))


async def test_a_model_s_recorded_pace_is_the_replay_s(subject: Subject, tmp_path: Path) -> None:
    """Live answers are recorded while simulated time stands still, and the replay repeats offline."""
    async with FakeOpenAI(answering) as server:
        live = bounded()
        asked = under_test(subject, tmp_path, Endpoint(server.base_url, "key", live))
        first = await play(asked, script(), Weather())
        await live.aclose()
    again = await play(under_test(subject, tmp_path), script(), Weather())
    assert first.result.cards == again.result.cards
    assert any(card.offered.origin == "llm" for card in again.result.cards)
    assert [call.outcome for call in again.result.calls] == [call.outcome for call in first.result.calls]
