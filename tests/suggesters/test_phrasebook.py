"""The phrasebook: what it chooses, what it never chooses, and that all it can say passes every guard."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from copilot.core.slots import slots
from copilot.core.types import (
    ACTS,
    CAUSES,
    EMOTIONS,
    PHASES,
    Act,
    Context,
    Customer,
    Decision,
    Draft,
    Moment,
    Offer,
    Opening,
    Reading,
    Remedy,
)
from copilot.core.wording import fill, slots_in
from copilot.errors import Misconfigured
from copilot.guards import check
from copilot.ports import Refusal
from copilot.suggesters.phrasebook import Phrasebook, load_phrasebook
from tests.suggesters.moments import NOWHERE, moment, rich_opening, rich_reading, said

ROOT = Path(__file__).parents[2] / "prompts"
TURNS = (
    said(
        "customer",
        "The kettle has leaked for two weeks, I called three times, $40 gone, and you said Friday.",
    ),
    said("agent", "I call you by Tuesday. Is it the new one?", 1),
    said(
        "customer",
        "What is the order status, and the return window? When will you send the kettle back? "
        "I called three times, and $40 is gone. I want to return the old one. All I want is my kettle back.",
        2,
    ),
)
ASKING = said("customer", "I'd like to know more about the return window. Can I still send it back?", 2)
MATTERS = (
    "the kettle that leaks",
    "your parcels that have not come",
    "not being able to log in",
    "being charged twice",
    "the $40 that you paid",
    "your refund",
    "the delivery",
)


@pytest.fixture(scope="module")
def book() -> Phrasebook:
    return load_phrasebook(ROOT)


@pytest.fixture(scope="module")
def guarded() -> Phrasebook:
    return load_phrasebook(ROOT, check=check)


def test_it_has_phrases_for_every_act(book: Phrasebook) -> None:
    """At least three hundred phrases, and at least seven for every act."""
    by_act = {act: [phrase for of, phrase in book.phrases if of == act] for act in ACTS}
    assert sum(map(len, by_act.values())) >= 300
    assert {act for act, phrases in by_act.items() if len(phrases) < 7} == set()


def test_no_two_phrases_say_the_same(book: Phrasebook) -> None:
    """Each phrase is its own text."""
    texts = [phrase.text for _, phrase in book.phrases]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("channel", ["voice", "chat"])
@pytest.mark.parametrize("about", MATTERS)
def test_every_phrase_passes_every_guard(book: Phrasebook, channel: str, about: str) -> None:
    """Whatever is known, and whatever the matter is, each filled phrase is one that may be said."""
    opening = rich_opening(channel)
    conditional = replace(
        opening,
        context=replace(opening.context, allowed_remedies=opening.context.allowed_remedies[1:]),
    )
    refused: list[object] = []
    for known, turns in (
        (opening, TURNS),
        (opening, (*TURNS[:2], ASKING)),
        (conditional, TURNS),
    ):
        at = moment(reading=rich_reading(matter=about), opening=known, turns=turns)
        filling = slots(at)
        for act, phrase in book.phrases:
            if phrase.channel not in (None, channel) or not set(slots_in(phrase.text)) <= filling.keys():
                continue
            if known is conditional and "conditions" in phrase.never:
                continue  # not for a remedy that has conditions
            draft = Draft(act=act, text=fill(phrase.text, filling), why="", origin="phrasebook")
            if (refusal := check(draft, at)) is not None:
                refused.append((phrase.id, draft.text, refusal))
    assert refused == []


def test_every_slot_of_every_phrase_can_be_known(book: Phrasebook) -> None:
    """No phrase waits for a slot that no moment fills."""
    filled: set[str] = set()
    for about in MATTERS:
        for opening in (rich_opening(), replace(rich_opening(), context=conditions())):
            for turns in (TURNS, (*TURNS[:2], ASKING)):
                filled |= slots(
                    moment(reading=rich_reading(matter=about), opening=opening, turns=turns)
                ).keys()
    assert {slot for _, phrase in book.phrases for slot in slots_in(phrase.text)} <= filled


def conditions() -> Context:
    return Context(
        allowed_remedies=(Remedy(kind="credit", limit=15, currency="EUR", conditions="it stays open"),)
    )


ANY_MOMENT = st.builds(
    lambda act, phase, heat, emotion, cause, flare, about, rich, seed: moment(
        act,
        reading=rich_reading(
            phase=phase,
            heat=heat,
            emotion=emotion,
            cause=cause,
            flare=flare,
            matter=about,
            heard=phase != "venting",
        )
        if rich
        else Reading(phase=phase, heat=heat, emotion=emotion, cause=cause, flare=flare),
        opening=rich_opening(seed) if rich else Opening(channel=seed),
        turns=TURNS,
        seed=seed,
    ),
    st.sampled_from(ACTS),
    st.sampled_from(PHASES),
    st.sampled_from([0, 1, 2, 3]),
    st.sampled_from(EMOTIONS),
    st.sampled_from(CAUSES),
    st.booleans(),
    st.sampled_from(MATTERS),
    st.booleans(),
    st.sampled_from(["voice", "chat"]),
)
FIXTURE_IS_READ_ONLY = [HealthCheck.function_scoped_fixture]


@given(at=ANY_MOMENT)
@settings(max_examples=150, suppress_health_check=FIXTURE_IS_READ_ONLY, deadline=None)
def test_what_it_chooses_is_whole_and_may_be_said(guarded: Phrasebook, at: Moment) -> None:
    """A chosen phrase has no slot left, passes the guards with its alternatives, and comes again alike."""
    draft = guarded.choose(at)
    assert draft == guarded.choose(at)
    if draft is not None:
        assert "{" not in draft.text
        assert len(draft.alternatives) <= 2
        assert len({draft.text, *draft.alternatives}) == 1 + len(draft.alternatives)
        assert check(draft, at) is None


@given(at=ANY_MOMENT)
@settings(max_examples=25, suppress_health_check=FIXTURE_IS_READ_ONLY, deadline=None)
def test_no_phrase_twice_within_twenty(guarded: Phrasebook, at: Moment) -> None:
    """Asked again and again at the same moment, it never repeats one of the last twenty."""
    recent: list[tuple[str, str | None]] = []
    for _ in range(25):
        draft = guarded.choose(replace(at, recent=tuple(recent[-20:])))
        if draft is None:
            break
        assert draft.phrase_id not in {phrase_id for _, phrase_id in recent[-20:]}
        recent.append((draft.text, draft.phrase_id))


@pytest.mark.parametrize("act", [act for act in ACTS if act not in ("offer", "alternative")])
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("heat", [0, 1, 2])
def test_no_act_is_without_words(guarded: Phrasebook, act: Act, phase: str, heat: int) -> None:
    """For a moment of which nothing more is known there is a phrase of the act or of one it falls back to."""
    reading = Reading(phase=phase, heat=heat)  # type: ignore[arg-type]
    at = moment(act, reading=reading)
    good = replace(at, decision=replace(at.decision, good=("acknowledge", "act", "close", "empathise")))
    assert guarded.choose(good) is not None


def test_the_customers_own_matter_comes_first(guarded: Phrasebook) -> None:
    """Where the matter is known, the acknowledging phrase names it."""
    draft = guarded.choose(moment("acknowledge", reading=Reading(heat=1, matter="the kettle that leaks")))
    assert draft is not None
    assert "the kettle" in draft.text.lower(), draft.text


def test_an_unknown_slot_is_never_half_filled(guarded: Phrasebook) -> None:
    """A phrase that would name what is not known is not chosen."""
    draft = guarded.choose(moment("offer", reading=Reading(phase="solving")))
    assert draft is not None
    assert draft.act in ("expect", "act")


def remedied(*offers: Offer, act: Act = "offer") -> Moment:
    allowed = (
        Remedy(kind="replacement", wording="a new kettle"),
        Remedy(kind="credit", limit=15, currency="EUR"),
    )
    return moment(
        act,
        reading=Reading(phase="solving", offers=offers),
        opening=Opening(context=Context(allowed_remedies=allowed)),
    )


def test_an_offer_is_an_allowed_remedy_and_asks() -> None:
    """An offer names the first allowed remedy in its wording, and asks whether it suits."""
    draft = load_phrasebook(ROOT, check=check).choose(remedied())
    assert draft is not None
    assert draft.act == "offer"
    assert "a new kettle" in draft.text
    assert draft.text.endswith("?") or "?" in draft.text
    assert all("a new kettle" in text for text in draft.alternatives)


def test_a_refused_remedy_does_not_come_again(guarded: Phrasebook) -> None:
    """After a refusal the next remedy is proposed, and after the last one none."""
    refused = Offer(text="a new kettle, a replacement", outcome="refused", evidence=NOWHERE)
    draft = guarded.choose(remedied(refused, act="alternative"))
    assert draft is not None
    assert "kettle" not in draft.text
    assert "€15" in draft.text
    last = Offer(text="a credit", outcome="refused", evidence=NOWHERE)
    after = guarded.choose(remedied(refused, last, act="alternative"))
    assert after is not None
    assert after.act in ("expect", "escalate", "act")


def test_a_condition_is_said_with_its_offer(guarded: Phrasebook) -> None:
    """A remedy that has a condition is not offered without it."""
    opening = Opening(context=conditions())
    draft = guarded.choose(moment("offer", reading=Reading(phase="solving"), opening=opening))
    assert draft is not None
    assert draft.act == "offer"
    assert all("it stays open" in text for text in (draft.text, *draft.alternatives))


def test_another_language_gets_no_phrase(guarded: Phrasebook) -> None:
    """A conversation that is not in English gets none."""
    assert guarded.choose(moment(opening=Opening(locale="de-DE"))) is None
    assert guarded.choose(moment(opening=Opening(locale="en-GB"))) is not None


def test_equals_are_drawn_by_the_seed(guarded: Phrasebook) -> None:
    """Different moments vary the phrase; the same moment never does."""
    ids = {guarded.choose(moment(reading=Reading(heat=1), seed=str(n))).phrase_id for n in range(20)}  # type: ignore[union-attr]
    assert len(ids) > 1


def test_a_name_that_is_none_is_not_said(guarded: Phrasebook) -> None:
    """A placeholder for a name never reaches a phrase."""
    for seed in range(10):
        at = moment(
            "close",
            reading=Reading(phase="closing"),
            opening=Opening(customer=Customer(name="#NAME#")),
            seed=str(seed),
        )
        draft = guarded.choose(at)
        assert draft is not None
        assert "NAME" not in draft.text


def test_what_was_taken_out_is_said_as_its_noun(guarded: Phrasebook) -> None:
    """A question or a matter with a placeholder in it is said back with a noun in its place."""
    asks = (said("customer", "When will it come to [address 1]?"),)
    texts = []
    for seed in range(10):
        draft = guarded.choose(moment("inform", reading=Reading(phase="solving"), turns=asks, seed=str(seed)))
        assert draft is not None
        texts += [draft.text, *draft.alternatives]
    assert any("when it will come to the address you gave" in text for text in texts)
    assert not any("[" in text for text in texts)


async def test_it_is_a_suggester(guarded: Phrasebook) -> None:
    """As a suggester it gives one finished draft with its version, its hash and the reason of the policy."""
    drafts = [draft async for draft in guarded.suggest(moment())]
    assert len(drafts) == 1
    assert drafts[0].done
    assert drafts[0].prompt == guarded.version == "phrasebook@1.1.0"
    assert drafts[0].prompt_hash == guarded.content_hash
    assert drafts[0].why


def test_a_question_to_a_tense_caller_wants_a_pause(guarded: Phrasebook) -> None:
    """The reason tells the agent to wait after a question, on the phone and with a tense customer only."""
    tense = guarded.choose(moment("invite", reading=Reading(heat=2)))
    calm = guarded.choose(moment("invite", reading=Reading(heat=0)))
    written = guarded.choose(moment("invite", reading=Reading(heat=2), opening=Opening(channel="chat")))
    assert tense is not None
    assert calm is not None
    assert written is not None
    assert "wait two or three seconds" in tense.why
    assert "wait" not in calm.why
    assert "wait" not in written.why


def test_the_matter_brings_its_evidence(guarded: Phrasebook) -> None:
    """A phrase that names the matter shows where it was said."""
    reading = Reading(heat=1, matter="the kettle that leaks", matter_evidence=NOWHERE)
    draft = guarded.choose(moment(reading=reading))
    assert draft is not None
    assert NOWHERE in draft.evidence


def written(folder: Path, text: str, version: str = "1.0.0") -> Path:
    (folder / "phrasebook" / version).mkdir(parents=True)
    (folder / "phrasebook" / version / "act.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "text",
    [
        "act: act\nphrases: [{id: a, text: 'I see {colour}.'}]",
        "act: act\nphrases: [{id: a, text: 'I see.'}, {id: a, text: 'I hear.'}]",
        "act: dance\nphrases: []",
        "act: act\nphrases: [{id: a, text: 'I see.', mood: blue}]",
        "act: act\nphrases: [{id: a, text: 'I see.', heat: ['0', '1']}]",
        "act: act\nphrases: [{id: A b, text: 'I see.'}]",
        "act: [",
    ],
)
def test_what_is_not_a_phrasebook_is_refused_at_the_start(tmp_path: Path, text: str) -> None:
    """Unknown slots, ids that stand twice, unknown fields and wrong types are found when it is loaded."""
    with pytest.raises(Misconfigured):
        load_phrasebook(written(tmp_path, text))


def test_the_newest_version_is_loaded_unless_one_is_named(tmp_path: Path) -> None:
    """Versions are compared as numbers; another content has another hash."""
    written(tmp_path, "act: act\nphrases: [{id: a, text: 'I see.'}]", "1.9.0")
    written(tmp_path, "act: act\nphrases: [{id: a, text: 'I hear.'}]", "1.10.0")
    newest, older = load_phrasebook(tmp_path), load_phrasebook(tmp_path, "1.9.0")
    assert (newest.version, older.version) == ("phrasebook@1.10.0", "phrasebook@1.9.0")
    assert newest.content_hash != older.content_hash
    with pytest.raises(Misconfigured):
        load_phrasebook(tmp_path, "2.0.0")


def test_a_phrase_that_a_guard_refuses_gives_way_to_the_next(book: Phrasebook) -> None:
    """A phrase that may not be said is passed over, not shown and not the end of it."""
    at = moment(reading=Reading(heat=1))
    first = book.choose(at)
    assert first is not None
    refused = first.phrase_id
    picky = load_phrasebook(ROOT, check=lambda d, m: Refusal("x", "x") if d.phrase_id == refused else None)
    second = picky.choose(at)
    assert second is not None
    assert second.phrase_id != refused


async def test_what_a_guard_refused_on_the_way_is_told() -> None:
    """As a suggester it tells first what was refused, with the reason, and then the phrase; also when
    nothing is left to say."""
    at = moment(reading=Reading(heat=1))
    free = load_phrasebook(ROOT).choose(at)
    assert free is not None
    picky = load_phrasebook(ROOT, check=lambda d, m: Refusal("x", "y") if d.text == free.text else None)
    stopped, said = [draft async for draft in picky.suggest(at)]
    assert (stopped.phrase_id, stopped.refused) == (free.phrase_id, Refusal("x", "y"))
    assert said.refused is None
    silent = load_phrasebook(ROOT, check=lambda d, m: Refusal("x", "y"))
    drafts = [draft async for draft in silent.suggest(at)]
    assert drafts
    assert all(draft.refused for draft in drafts)


def test_good_acts_stand_in_where_the_act_has_nothing(guarded: Phrasebook) -> None:
    """Where nothing of the act fits, the acts that would also be right are tried in their order."""
    at = moment("teach", reading=Reading(phase="venting", heat=3))
    at = replace(at, decision=Decision(act="teach", why="x.", row="t", good=("acknowledge",)))
    draft = guarded.choose(at)
    assert draft is not None
    assert draft.act == "acknowledge"


def test_nothing_is_asked_that_was_told(tmp_path: Path) -> None:
    """A phrase waits for words that nobody has said: who gave an email is not asked for one."""
    pages = "act: probe\nphrases: [{id: a, text: 'What email is it?', unspoken: [mail, addr]}]"
    written(tmp_path, pages.replace("act: probe", "act: act"))
    book = load_phrasebook(tmp_path)
    asked = moment("act", turns=(said("customer", "It leaks."),))
    told = moment("act", turns=(said("customer", "It leaks, and my address is on the card."),))
    assert book.choose(asked) is not None
    assert book.choose(told) is None


@pytest.mark.parametrize(
    ("told", "tag"),
    [
        ("I've been a loyal customer of yours.", "loyal"),
        ("I'll look for another provider.", "leaving"),
        ("We're taking our business elsewhere.", "leaving"),
        ("I'm talking to a machine.", "bot"),
        ("Are you a bot?", "bot"),
    ],
)
def test_who_leaves_or_doubts_is_answered_as_such(guarded: Phrasebook, told: str, tag: str) -> None:
    """Whoever stayed long, leaves, or thinks that nobody is there gets a word about that."""
    for act in ("acknowledge", "apologise"):
        draft = guarded.choose(moment(act, reading=Reading(heat=2), turns=(said("customer", told),)))
        assert draft is not None
        ids = {phrase.id for _, phrase in guarded.phrases if tag in phrase.tags}
        has_one = any(of == act and tag in phrase.tags for of, phrase in guarded.phrases)
        assert (draft.phrase_id in ids) == has_one
