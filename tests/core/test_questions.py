"""Which of the customer's questions are open."""

from __future__ import annotations

from tests.core.tracking_samples import reading


def open_questions(*said: str) -> list[str]:
    return [question.text for question in reading(*said).questions]


def test_a_question_is_open_until_the_agent_informs() -> None:
    """Asking back answers nothing, explaining does."""
    asked = "C Hello. When will the technician come?"
    assert open_questions(asked) == ["When will the technician come?"]
    assert open_questions(asked, "A What is your postcode please?") == ["When will the technician come?"]
    assert open_questions(asked, "A The technician will be there on Monday, it is in the system.") == []


def test_spoken_questions_have_no_mark() -> None:
    """A turn that opens as a question is one, with or without its mark."""
    assert open_questions("C when is somebody coming to look at it") == [
        "when is somebody coming to look at it"
    ]


def test_an_echo_asks_nothing() -> None:
    """What says again in a word or two what the agent just told is no question; what goes beyond it is."""
    offered = ("C My parcel is gone!", "A I can offer you a voucher of ten euro for that.")
    assert open_questions(*offered, "C A voucher? I don't want a voucher!") == []
    assert open_questions(*offered, "C Ten euro? For all this?") == ["For all this?"]
    assert open_questions(*offered, "C A voucher or money?") == ["A voucher or money?"]
    assert open_questions(*offered, "C Is that a voucher?") == ["Is that a voucher?"]
    assert open_questions("C A voucher?") == ["A voucher?"]


def test_outcries_ask_nothing() -> None:
    """'Are you serious?' wants no answer."""
    assert open_questions("C Are you serious? Hello? Really?!") == []
