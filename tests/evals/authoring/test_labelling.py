"""Labels, question by question."""

from __future__ import annotations

from copilot.transcripts import Labels, Script
from evals.authoring.checking import CHECKS
from evals.authoring.labelling import answers, following, labelled, questions, without_last
from tests.evals.checks.scripts import script

BARE = script(
    {"speaker": "system", "messages": ["You are next."]},
    {"speaker": "customer", "messages": ["it is dead"]},
    {"speaker": "agent", "messages": ["I hear you"]},
    cause=None,
)
GIVEN = {
    (1, "phase"): "venting", (1, "heat"): 1, (1, "emotion"): "fear", (1, "best"): "acknowledge",
    (1, "good"): ("listen",), (1, "never"): ("close", "listen"), (2, "phase"): "acknowledged",
}  # fmt: skip


def complete(bare: Script) -> Script:
    whole = {**GIVEN, (2, "act"): "acknowledge", (None, "cause"): "breakage", (None, "outcome"): "resolved"}
    return labelled(bare, whole)


def test_questions_follow_the_turns() -> None:
    """A customer turn is asked six labels, an agent turn two, the whole two, the system none."""
    asked = [(one.turn, one.field) for one in questions(BARE)]
    assert asked == [*GIVEN, (2, "act"), (None, "cause"), (None, "outcome")]
    assert following(BARE, {}) == questions(BARE)[0]
    assert following(BARE, GIVEN) == questions(BARE)[7]


def test_only_whole_turns_are_labelled() -> None:
    """A turn gets its labels when its last question is answered; the best is among the good."""
    part = labelled(BARE, GIVEN)
    assert part.turns[1].labels == Labels(
        phase="venting",
        heat=1,
        emotion="fear",
        best="acknowledge",
        good=("acknowledge", "listen"),
        never=("close",),
    )
    assert part.turns[2].labels is None


def test_one_goes_on_where_one_stopped() -> None:
    """What is labelled is not asked again; when all is, nothing is asked, and checks find no fault."""
    stopped = labelled(BARE, GIVEN)
    question = following(stopped, answers(stopped))
    assert question is not None
    assert (question.turn, question.field) == (2, "phase")
    done = complete(BARE)
    assert following(done, answers(done)) is None
    assert labelled(done, answers(done)) == done
    assert [found for check in CHECKS for found in check(done)] == []


def test_one_step_back_takes_the_last_answer() -> None:
    """Going back takes the last answer in the order of the questions, also into the turn before."""
    assert without_last(BARE, GIVEN) == {
        place: value for place, value in GIVEN.items() if place != (2, "phase")
    }
    assert without_last(BARE, {}) == {}


def test_every_key_is_one_answer() -> None:
    """No question has a key for two answers, and each has a key for every word of the codebook."""
    for question in questions(BARE):
        assert len(set(question.keys.values())) == len(question.keys)
        assert not {"Q", "<"} & set(question.keys)
