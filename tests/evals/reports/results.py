"""A conversation judged both ways, for the tests of the report."""

from __future__ import annotations

from evals.runs.results import (
    CardResult,
    ConversationResult,
    Labelled,
    Offered,
    PhaseChange,
    PointResult,
    ReplayResult,
    Run,
    Score,
    Tracked,
    TurnResult,
)
from tests.evals.small_runs import conversation, head

TRACKED = Tracked(phase="venting", confidence=0.9, heard=False, heat=1, emotion="anger", cause="money")


def offered(text: str, act: str = "acknowledge") -> Offered:
    return Offered(act=act, text=text, why="it comes first", origin="phrasebook")  # type: ignore[arg-type]


def judged(
    name: str, text: str = "I hear you.", right: bool = True, said: str = "where is it"
) -> ConversationResult:
    """Two turns: the customer's with a suggestion and a card, the agent's with what the tracker misread."""
    score = Score(scorer="act in good", value=float(right), passed=right, reason="" if right else "not that")
    missed = Score(scorer="phase", value=0.0, passed=False, wanted="acknowledged", got="venting")
    labels = Labelled(phase="venting", heat=2, emotion="anger", best="acknowledge", good=("acknowledge",))
    customer = TurnResult(
        index=0, speaker="customer", text=said, start_ms=0, end_ms=4000, labels=labels, tracked=TRACKED
    )  # fmt: skip
    agent = TurnResult(
        index=1, speaker="agent", text="I see", start_ms=5000, end_ms=8000,
        labels=Labelled(phase="acknowledged", act="acknowledge"), tracked=TRACKED, scores=(missed,),
    )  # fmt: skip
    card = CardResult(
        id="s1", turn=0, turn_ended_ms=4000, appeared_ms=4600, ended_ms=7000, ending="superseded",
        phase="venting", offered=offered(text),
    )  # fmt: skip
    change = PhaseChange(at_ms=8000, phase="solving", heat=1, heard=True)
    return conversation(
        name,
        turns=(customer, agent),
        points=(PointResult(turn=0, offered=offered(text), scores=(score,)),),
        replay=ReplayResult(cards=(card,), phases=(change,), length_ms=10_000),
    )


def run_of(*conversations: ConversationResult) -> Run:
    transcripts = {one.id: one.transcript_hash for one in conversations}
    return Run(head(transcripts=transcripts), conversations)
