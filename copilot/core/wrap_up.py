"""The draft for the customer record: what a careful colleague would note down of the fold, and no more.

It states only what the log says: the customer's matter as theirs, promises in the agent's own words. Where
the log does not say, the part is left out or says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from msgspec import Struct

from copilot.core.course import Course
from copilot.core.types import Act, Cause, Heat, Phase, Promise, Reading

VERSION = "wrap-up-template@2"

_CAUSES: dict[Cause, str] = {
    "miscommunication": "Miscommunication (told different things, or a promise was not passed on).",
    "breakage": "Breakage (a product or service did not work, or arrived wrong).",
    "expectation": "Expectation (later, slower or less than promised or hoped).",
    "confusion": "Confusion (how something works was not clear to them).",
    "money": "Money (a charge, a price, a fee or a refund).",
    "other": "Other, or not clear from the conversation.",
}
_GAPS: dict[Cause, str] = {
    "miscommunication": "What this customer was told did not match; check what is noted and passed on.",
    "breakage": "A fault reached the customer; check whether others have it too.",
    "expectation": "What was promised and what happened differ; check the promise, or the time it takes.",
    "confusion": "How this works is not clear to customers; check how it is explained.",
}
_HEAT: dict[Heat, str] = {0: "calm", 1: "irritated", 2: "angry", 3: "abusive"}
_PHASE_NOW: dict[Phase, str] = {
    "venting": "while they were still venting",
    "acknowledged": "after they had been heard, before work on it began",
    "solving": "while it was being worked on",
    "closing": "with the matter settled for now",
}
# A customer who parts in anger has settled nothing.
_PARTED = "at the farewell"
_THIRD = {"you": "they", "your": "their", "yours": "theirs", "yourself": "themselves", "you're": "they're"}
_LATE_MS = 60_000
_TIMELINE = 24
_QUESTION_WORDS = 3


class Facts(Struct, frozen=True, kw_only=True):
    """What the draft is made of: the fold at the close. `did` are the acts of the agent's turns."""

    reading: Reading
    course: Course
    did: Collection[Act]
    lasted_ms: int
    agent_spoke: bool


def wrap_up(facts: Facts) -> dict[str, object]:
    """The draft, part by part, as plain values; a part with nothing to say is empty or None."""
    reading = facts.reading
    open_promises = [promise for promise in reading.promises if not promise.kept]
    return {
        "matter": _sentence(_matter(reading)),
        "cause": _CAUSES[reading.cause],
        "course": _course(facts),
        "timeline": _timeline(facts.course),
        "promises": [{"text": _end(promise.text), "by": promise.by} for promise in open_promises],
        "follow_up": _follow_up(open_promises, reading),
        "went_well": _went_well(facts),
        "went_badly": _went_badly(facts),
        "service_gaps": _gaps(reading),
        "look_after_agent": _care(facts),
    }


# --- the parts ------------------------------------------------------------------------------------


def _matter(reading: Reading) -> str:
    if reading.matter is None:
        return "not stated in a few words; see the transcript"
    return re.sub(
        r"[\w']+",
        lambda word: _THIRD.get(word.group().lower(), word.group()),
        reading.matter.replace("’", "'"),
    )


def _course(facts: Facts) -> str:
    """Three sentences: how it began, what happened, how it ended."""
    return " ".join((_began(facts), _went(facts), _ended(facts)))


def _began(facts: Facts) -> str:
    what = "with a complaint" if facts.course.peak else "and did not complain"
    about = f"about {_matter(facts.reading)}" if facts.reading.matter else what
    contacts = facts.reading.contacts
    again = f", and said that they had been in touch {_times(contacts)} before" if contacts else ""
    return f"The customer came in {_HEAT[facts.course.first_heat()]} {about}{again}."


def _went(facts: Facts) -> str:
    course, offers = facts.course, facts.reading.offers
    after = course.heard_after_ms()
    heard = "Nobody acknowledged it" if after is None else f"It was acknowledged after {_clock(after)}"
    if not course.peak:
        heard = "There was no anger"
    elif course.flares:
        heard += f" and flared up again {_times(course.flares)}"
    taken = next((offer for offer in reversed(offers) if offer.outcome == "accepted"), None)
    if taken is not None:
        return f"{heard}; an offer was accepted: “{_end(taken.text)}”."
    if offers:
        refused = all(offer.outcome == "refused" for offer in offers)
        return f"{heard}; what was offered was {'refused' if refused else 'left open'}."
    return f"{heard}; no remedy was offered."


def _ended(facts: Facts) -> str:
    last = facts.course.steps[-1] if facts.course.steps else None
    where = _PHASE_NOW[last.phase] if last else "before anything was said"
    if last and last.phase == "closing" and last.heat >= 2:
        where = _PARTED
    mood = f", the customer {_HEAT[last.heat]}" if last else ""
    return f"It ended after {_clock(facts.lasted_ms)}, {where}{mood}."


def _timeline(course: Course) -> list[str]:
    """Where phase or heat changed; of a long one its turning points, which are those of the phase."""
    steps = course.steps
    changes = [
        now
        for before, now in zip([None, *steps], steps, strict=False)
        if before is None or (before.phase, before.heat) != (now.phase, now.heat)
    ]
    if len(changes) > _TIMELINE:
        changes = [
            now
            for before, now in zip([None, *changes], changes, strict=False)
            if before is None or before.phase != now.phase
        ][:_TIMELINE]
    return [f"{_clock(step.at_ms)} {step.phase}, heat {step.heat} ({_HEAT[step.heat]})" for step in changes]


def _follow_up(promises: list[Promise], reading: Reading) -> str:
    dated = [promise for promise in promises if promise.by]
    if dated:
        return f"Keep what was promised: {_quoted([_end(promise.text) for promise in dated])}."
    if promises:
        return f"Keep what was promised, no time was said: “{_end(promises[0].text)}”."
    if questions := _unanswered(reading):
        return f"Answer what stayed open: “{questions[-1]}”"
    return "None was agreed."


def _went_well(facts: Facts) -> list[str]:
    course, did = facts.course, facts.did
    after = course.heard_after_ms()
    last: Heat = course.steps[-1].heat if course.steps else 0
    found = {
        "The complaint was acknowledged within a minute.": course.peak >= 1
        and after is not None
        and after <= _LATE_MS,
        f"The customer went from {_HEAT[course.peak]} to {_HEAT[last]}.": course.peak >= 2 and last <= 1,
        "One remedy was offered and accepted.": any(o.outcome == "accepted" for o in facts.reading.offers),
        "A next step with a time was promised.": any(p.by for p in facts.reading.promises),
        "It was checked whether the matter is settled.": "confirm" in did,
        "It was explained how to do it next time.": "teach" in did,
        "A limit to abuse was set in words.": "boundary" in did and course.abuses > 0,
    }
    return [text for text, holds in found.items() if holds]


def _went_badly(facts: Facts) -> list[str]:
    course, reading = facts.course, facts.reading
    after = course.heard_after_ms()
    upset = course.peak >= 1
    unanswered = _unanswered(reading)
    last: Heat = course.steps[-1].heat if course.steps else 0
    found = {
        "Nobody acknowledged the complaint.": after is None and upset and facts.agent_spoke,
        "The customer got no answer at all.": not facts.agent_spoke and bool(course.steps),
        f"It took {_clock(after or 0)} until the complaint was acknowledged.": after is not None
        and after > _LATE_MS
        and upset,
        f"It flared up again {_times(course.flares)}.": course.flares > 0,
        f"Not answered: {_quoted(unanswered)}": bool(unanswered),
        f"It ended with the customer still {_HEAT[last]}.": last >= 2,
    }
    return [text for text, holds in found.items() if holds]


def _unanswered(reading: Reading) -> list[str]:
    """Without what is an echo ('A voucher?'), or means nothing to whoever reads it later ('Which one?')."""
    return [question.text for question in reading.questions if len(question.text.split()) >= _QUESTION_WORDS]


def _gaps(reading: Reading) -> list[str]:
    found = []
    if reading.contacts:
        found.append(f"By their account they had been in touch {_times(reading.contacts)} before about this.")
    if reading.cause in _GAPS:
        found.append(_GAPS[reading.cause])
    return found


def _care(facts: Facts) -> str | None:
    """Why somebody should ask the agent how they are; None when nothing says so."""
    abuses = facts.course.abuses
    if abuses:
        return (
            f"Yes: the customer was abusive {_times(abuses)}. Ask how they are before the next conversation."
        )
    angry_ms = _angry_ms(facts.course, facts.lasted_ms)
    if angry_ms >= 5 * 60_000:
        return f"Yes: {_clock(angry_ms)} of anger in one conversation. A short break would help."
    return None


def _angry_ms(course: Course, end_ms: int) -> int:
    ends = [step.at_ms for step in course.steps[1:]] + [end_ms]
    return sum(
        max(0, end - step.at_ms) for step, end in zip(course.steps, ends, strict=False) if step.heat >= 2
    )


# --- words ----------------------------------------------------------------------------------------


def _clock(ms: int) -> str:
    minutes, seconds = divmod(max(0, ms) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _quoted(texts: list[str]) -> str:
    return " ".join(f"“{text}”" for text in texts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _end(text: str) -> str:
    return text.rstrip(" .!")


def _sentence(text: str) -> str:
    return _capital(_end(text)) + "."
