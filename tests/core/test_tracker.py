"""The tracker follows conversations by the codebook, gives evidence, and stays pure, valid and bounded."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.core.memory import Memory
from copilot.core.types import ACTS, CAUSES, EMOTIONS, PHASES, Turn
from tests.core.tracking_samples import reading, talk, tracker

COMPLAINT = "C My washing machine has been broken for nine days and nobody calls me back!"
ASKED = "A Could I have your order number please?"

turns = st.lists(st.tuples(st.sampled_from(["customer", "agent"]), st.text(max_size=120)), max_size=6)


def test_a_greeting_stays_venting() -> None:
    """Nothing is told yet: hello and how can I help leave the phase where every conversation starts."""
    assert reading("C Hello", "A Good morning, how can I help you?").phase == "venting"


def test_naming_the_problem_acknowledges() -> None:
    """An agent turn that shows it heard, without work, is acknowledged, and the customer is heard."""
    after = reading(
        COMPLAINT, "A I'm so sorry, nine days without a washing machine must be really frustrating."
    )
    assert after.phase == "acknowledged"
    assert after.heard


def test_acknowledging_and_working_is_solving() -> None:
    """Sorry with a question for the order number is work, and heard all the same."""
    after = reading(COMPLAINT, "A I'm so sorry to hear that. Could you give me the order number please?")
    assert after.phase == "solving"
    assert after.heard


def test_anger_anew_is_a_flare_up() -> None:
    """A furious turn in the middle of the work brings venting back and asks to be heard anew."""
    after = reading(
        COMPLAINT,
        "A I'm sorry about that. Could I have your order number please?",
        "C 4471",
        "A Thank you. Please check the plug first.",
        "C Are you kidding me?! I told you people three times already! This is a joke, you are useless!",
    )
    assert after.phase == "venting"
    assert after.flare
    assert after.heat >= 2
    assert not after.heard


def test_wrapping_up_is_closing() -> None:
    """Anything else turns to closing, and thanks stay there."""
    said = [COMPLAINT, ASKED, "C 4471", "A I have booked the engineer for Monday. Is there anything else?"]
    assert reading(*said).phase == "closing"
    assert reading(*said, "C no thats all thank you").phase == "closing"


@pytest.mark.parametrize("said", ["Okay, thanks, bye.", "Thanks, goodbye.", "okay bye", "Bye."])
def test_a_goodbye_is_one_whatever_came_before(said: str) -> None:
    """Who says goodbye in the middle of the work is leaving."""
    assert (
        reading(COMPLAINT, ASKED, "C 4471", "A Let me look that up for you.", f"C {said}").phase == "closing"
    )


def test_a_new_problem_reopens_the_work() -> None:
    """A calm new question after closing is solving again."""
    after = reading(
        COMPLAINT,
        ASKED,
        "C 4471",
        "A Done, it is booked. Anything else I can do for you?",
        "C Yes, can you also tell me how to change my address?",
    )
    assert after.phase == "solving"


def test_speech_without_punctuation_is_read_too() -> None:
    """Lower case and no marks leave the same phase."""
    after = reading(
        "C my internet has been down since monday and i am sick of it", "A can i get your account number"
    )
    assert after.phase == "solving"
    assert after.agent_act == "probe"


@pytest.mark.parametrize(
    ("text", "heat"),
    [
        ("Could you tell me when the shop opens?", 0),
        ("This is an absolute disgrace, you are liars and I will sue you!!", 2),
        ("you fucking idiot, go to hell", 3),
    ],
)
def test_heat_is_read_from_the_words_of_the_turn(text: str, heat: int) -> None:
    """Calm questions, fury and abuse have their degrees."""
    assert reading(f"C {text}").heat == heat


def test_the_matter_keeps_the_customers_words() -> None:
    """The first problem told is the matter, with its place."""
    after = reading("C Hi. My tablet keeps restarting since the update.", "A Could I have the serial number?")
    assert after.matter == "your tablet that keeps restarting since the update"
    assert after.matter_evidence is not None
    assert after.matter_evidence.turn == 0


def test_promises_offers_questions_and_contacts_are_kept() -> None:
    """What was promised, offered, asked and tried before stands in the state."""
    after = reading(
        "C This is the third time I call. When will my refund arrive?",
        "A I will email you the answer by Friday. Would you like a voucher until then?",
        "C Yes please",
    )
    assert after.contacts == 2
    assert [promise.by for promise in after.promises] == ["by Friday"]
    assert [offer.outcome for offer in after.offers] == ["accepted"]


@settings(max_examples=60, deadline=None)
@given(turns)
def test_any_text_gives_a_valid_reading(said: list[tuple[str, str]]) -> None:
    """Whatever is said, the reading is whole and every quote is the text at its offsets."""
    track = tracker().start("voice")
    for index, (speaker, text) in enumerate(said):
        turn = Turn(index=index, speaker="customer" if speaker == "customer" else "agent", text=text)
        track = tracker().advance(track, turn)
        now = track.reading
        assert now.phase in PHASES
        assert 0 <= now.confidence <= 1
        assert now.heat in (0, 1, 2, 3)
        assert now.emotion in EMOTIONS
        assert now.cause in CAUSES
        assert now.agent_act is None or now.agent_act in ACTS
        quoted = [*now.evidence, *([now.matter_evidence] if now.matter_evidence else [])]
        quoted += [kept.evidence for kept in (*now.questions, *now.promises, *now.offers)]
        for evidence in quoted:
            assert said[evidence.turn][1][evidence.start : evidence.end] == evidence.quote


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=150))
def test_a_growing_turn_is_read_anew_each_time(text: str) -> None:
    """Reading a partial changes nothing for the final: the same before and turn give the same track."""
    before = talk(COMPLAINT, ASKED)
    final = Turn(index=2, speaker="customer", text=text)
    alone = tracker().advance(before, final)
    for end in range(0, len(text), 25):
        tracker().advance(before, Turn(index=2, speaker="customer", text=text[:end], more=True))
    assert tracker().advance(before, final) == alone


def test_memory_does_not_grow_with_the_conversation() -> None:
    """After two hundred turns the track is no larger than after forty."""
    said = [COMPLAINT, "A I will call you by Friday. Would you like a new one? I can send it today."] * 100
    assert len(msgspec.json.encode(talk(*said))) < len(msgspec.json.encode(talk(*said[:40]))) * 1.2


def test_a_decision_of_the_log_is_followed() -> None:
    """Where the log says another phase than was believed, the tracker goes on from the log's."""
    track = talk(COMPLAINT, ASKED)
    logged = msgspec.structs.replace(track, reading=msgspec.structs.replace(track.reading, phase="closing"))
    after = tracker().advance(logged, Turn(index=2, speaker="customer", text="ok thanks, bye"))
    assert after.reading.phase == "closing"


def test_what_the_customer_said_last_is_carried_to_the_agents_turn() -> None:
    """The cues of the customer's last turn are remembered, and no older ones."""
    memory = talk("C Thanks, bye", "A You are welcome", "C Please call me back").memory
    assert isinstance(memory, Memory)
    assert "polite" in memory.customer_cues
    assert "thanks" not in memory.customer_cues
