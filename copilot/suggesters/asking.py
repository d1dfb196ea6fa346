"""What is asked of the model: a moment turned into messages that fit the prompt's token budget."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import get_args

import msgspec
from msgspec import Struct

from copilot.core.types import Act, Moment, Reading, Remedy
from copilot.errors import ModelFailure
from copilot.ports import TokenCounter
from copilot.prompts.library import Message, Prompt
from copilot.suggesters.windowing import Piece, window

# The codebook's definitions, word for word.
ACT_WORDS: dict[Act, str] = {
    "listen": "says nothing or nearly nothing ('Mm-hm. Go on.'): they are not done yet",
    "invite": "asks them to tell more, before any diagnosis ('What happened then?')",
    "acknowledge": "shows that the problem was heard: names or paraphrases it",
    "empathise": "names and accepts the feeling",
    "apologise": "says sorry for a named thing, and owns it",
    "probe": "asks one question that identifies or diagnoses the problem",
    "inform": "explains a cause, a state, a step or a rule, plainly",
    "expect": "says what happens next and by when, or that the answer is not known yet and when it will be",
    "offer": "proposes one remedy and asks whether it suits",
    "alternative": "proposes another one, after the first was refused",
    "act": "says what the agent is doing for them right now, or has just done",
    "confirm": "checks that it is solved, or recaps what was agreed",
    "teach": "shows how it was fixed, so that they can do it themselves next time",
    "follow_up": "arranges a later contact, with a time",
    "close": "asks whether there is anything else, thanks, says goodbye",
    "boundary": "keeps respect: names the abuse once, calmly, and says what happens if it goes on",
    "escalate": "hands over to a supervisor, another channel or a callback, with the story told so that it "
    "need not be told again",
    "disengage": "ends an abusive or dead-locked contact politely, with what stays open to them",
}

# Whether to be silent, to set a limit or to end a contact is the policy's to say, never the model's.
POLICY_ONLY: frozenset[Act] = frozenset({"listen", "boundary", "disengage"})

_BREAKS = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]+"
)
_HEAT = {0: "calm", 1: "irritated or worried, civil", 2: "angry", 3: "abusive"}
_ITEMS, _SHOWN = 5, 4
_LONG = 240
# Per message the endpoint adds a few tokens of its own.
_ENVELOPE = 4
# The transcript's share is rounded, so that a longer state does not move the cut at each trigger.
_STEP = 256


class Request(Struct, frozen=True):
    """The messages and the hash of all that decides the answer, for the log and for replays."""

    messages: tuple[Message, ...]
    hash: str
    tokens: int


def permitted(moment: Moment, act: Act) -> bool:
    """May an answer to this moment do this act?"""
    chosen = moment.decision.act
    if chosen in POLICY_ONLY or act in POLICY_ONLY:
        return act == chosen
    return True


def build(
    prompt: Prompt,
    moment: Moment,
    counter: TokenCounter,
    model: str,
    noted: Mapping[str, object] | None = None,
) -> Request:
    """`noted` is a draft for the record, for a prompt that asks for a better one.

    Raises ModelFailure('prompt_too_long') when it cannot be made to fit, Invalid for a broken prompt."""
    budget = prompt.front.budget
    marker = _marker(prompt, moment)
    values = {**_values(prompt, moment), "noted": _noted(noted or {}, marker)}
    fixed = _tokens(prompt.render({**values, "lines": []}), counter)
    room = (budget.input_tokens - fixed) // _STEP * _STEP
    if room < _STEP:
        raise ModelFailure("prompt_too_long", f"{fixed} tokens without the transcript")
    pieces = window(
        moment.turns,
        {promise.evidence.turn for promise in moment.reading.promises},
        lambda text: counter.count(text) + 1,
        min(budget.transcript_tokens, room),
    )
    lines = [_line(piece, str(values["marker"])) for piece in pieces]
    messages = tuple(prompt.render({**values, "lines": lines}))
    tokens = _tokens(messages, counter)
    if tokens > budget.input_tokens:
        raise ModelFailure("prompt_too_long", f"{tokens} tokens")
    digest = hashlib.sha256(msgspec.json.encode([prompt.hash, model, messages])).hexdigest()
    return Request(messages, digest, tokens)


def flat(text: str) -> str:
    """One line, without what could forge another: no line breaks, control or direction marks."""
    return _BREAKS.sub(" ", text).strip()


def _values(prompt: Prompt, moment: Moment) -> dict[str, object]:
    opening, decision = moment.opening, moment.decision
    return {
        "acts": [{"name": act, "does": ACT_WORDS[act]} for act in get_args(Act)],
        "tone": flat(moment.tone),
        "channel": opening.channel,
        "agent": flat(opening.agent.name or ""),
        "customer": flat(opening.customer.name or ""),
        "facts": [
            {"name": flat(fact.name), "value": flat(_plain(fact.value))} for fact in opening.context.facts
        ],
        "remedies": [_remedy(remedy) for remedy in opening.context.allowed_remedies],
        "marker": _marker(prompt, moment),
        "state": _state(moment.reading),
        "act": decision.act,
        "reason": flat(decision.why),
        "also": [act for act in decision.good if act != decision.act and permitted(moment, act)],
        "settled": decision.act in POLICY_ONLY,
        "shown": [_short(text) for text, _ in moment.recent[-_SHOWN:]],
    }


def _marker(prompt: Prompt, moment: Moment) -> str:
    """A word per conversation that nobody in it can know, the same at each trigger."""
    first = moment.turns[0] if moment.turns else None
    told = msgspec.json.encode([moment.opening.agent, moment.opening.customer, first and first.start_ms])
    secret = (prompt.hash + prompt.front.canary).encode()
    return "DATA-" + hmac.new(secret, told, hashlib.sha256).hexdigest()[:12]


def _line(piece: Piece, marker: str) -> dict[str, object]:
    text = flat(piece.turn.text).replace(marker, "[…]")
    return {"speaker": piece.turn.speaker, "text": text, "gap": piece.gap}


def _state(reading: Reading) -> list[dict[str, str]]:
    items = {
        "phase": reading.phase,
        "complaint acknowledged": "yes" if reading.heard else "not yet",
        "heat": f"{reading.heat} ({_HEAT[reading.heat]})",
        "emotion": reading.emotion,
        "cause": reading.cause,
        "matter, in their words": _short(reading.matter or "not clear yet"),
        "earlier contacts, as they said": str(reading.contacts) if reading.contacts is not None else "",
        "unanswered questions": _list([question.text for question in reading.questions]),
        "promises open": _list(
            [
                promise.text + (f" (by {promise.by})" if promise.by else "")
                for promise in reading.promises
                if not promise.kept
            ]
        ),
        "offers so far": _list([f"{offer.text} ({offer.outcome})" for offer in reading.offers]),
    }
    return [{"name": name, "value": value} for name, value in items.items() if value]


def _noted(draft: Mapping[str, object], marker: str) -> list[dict[str, str]]:
    """The parts of a draft that hold something, each as one line."""
    lines = {
        name: " | ".join(flat(str(line)) for line in part) if isinstance(part, list) else flat(str(part))
        for name, part in draft.items()
        if part
    }
    return [{"name": name, "value": line.replace(marker, "[…]")} for name, line in lines.items()]


def _remedy(remedy: Remedy) -> str:
    unit = remedy.currency or remedy.unit or ""
    parts = [
        remedy.kind,
        f"up to {_plain(remedy.limit)} {unit}".strip() if remedy.limit is not None else "",
        f"worded as '{remedy.wording}'" if remedy.wording else "",
        f"only if {remedy.conditions}" if remedy.conditions else "",
    ]
    return flat("; ".join(part for part in parts if part))


def _plain(value: str | int | float | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _list(texts: list[str]) -> str:
    return " | ".join(_short(text) for text in texts[-_ITEMS:])


def _short(text: str) -> str:
    text = flat(text)
    return text if len(text) <= _LONG else text[:_LONG].rsplit(" ", 1)[0] + " …"


def _tokens(messages: list[Message] | tuple[Message, ...], counter: TokenCounter) -> int:
    return sum(counter.count(message.content) + _ENVELOPE for message in messages)
