"""One message of an export, and how lines become conversations: sorted, joined to turns, redacted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from copilot.core.types import Channel, Speaker
from copilot.errors import Invalid
from copilot.redaction import ConversationRedactor
from copilot.transcripts import Script, ScriptTurn

_CUSTOMERS = ("customer", "client", "caller", "user", "visitor", "end_user", "external", "contact")
_AGENTS = ("agent", "operator", "advisor", "rep", "internal", "human_agent", "associate")
_SYSTEMS = ("system", "bot", "custom_bot", "automated_agent", "ivr")
_KNOWN: Mapping[str, Speaker] = {
    **dict.fromkeys(_CUSTOMERS, "customer"),
    **dict.fromkeys(_AGENTS, "agent"),
    **dict.fromkeys(_SYSTEMS, "system"),
}


class Roles(NamedTuple):
    """Who is who, where an export has names of its own: from the name, in lower case, to the speaker."""

    given: Mapping[str, Speaker] = {}

    def of(self, name: str, place: str) -> Speaker:
        """Raises Invalid: guessing who speaks would turn a conversation round."""
        key = name.strip().lower().replace(" ", "_").replace("-", "_")
        found = self.given.get(name.strip().lower()) or self.given.get(key) or _KNOWN.get(key)
        if found is None:
            raise Invalid(
                f"{place}: who is {name!r}? Say it with --speaker {name!r}=customer (or agent, system)"
            )
        return found


class Line(NamedTuple):
    """One message. Times are ms since the conversation began, both or none."""

    conversation: str
    speaker: Speaker
    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    channel: Channel | None = None


def assembled(lines: Iterable[Line], channel: Channel, source: str) -> list[Script]:
    """Unlabelled conversations, in the order in which they first come."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        if line.text.strip():
            found.setdefault(line.conversation, []).append(line)
    names: set[str] = set()
    return [_script(_name(name, names), said, channel, source) for name, said in found.items()]


def _script(name: str, lines: Sequence[Line], channel: Channel, source: str) -> Script:
    timed = all(line.start_ms is not None and line.end_ms is not None for line in lines)
    if timed:
        lines = sorted(lines, key=lambda line: line.start_ms or 0)
    texts = _redacted(lines)
    turns: list[ScriptTurn] = []
    for line, text in zip(lines, texts, strict=True):
        before = turns[-1] if turns else None
        if before is not None and before.speaker == line.speaker:
            end = max(before.end_ms or 0, line.end_ms or 0) if timed else None
            turns[-1] = before.model_copy(update={"messages": (*before.messages, text), "end_ms": end})
        else:
            turns.append(
                ScriptTurn(
                    i=len(turns),
                    speaker=line.speaker,
                    messages=(text,),
                    start_ms=line.start_ms if timed else None,
                    end_ms=line.end_ms if timed else None,
                )
            )
    return Script(id=name, channel=lines[0].channel or channel, source=source, turns=tuple(turns))


def _redacted(lines: Sequence[Line]) -> list[str]:
    """Personal data is taken out as when live: what is split over messages, too, and before it is on disk."""
    redactor = ConversationRedactor()
    texts: dict[str, str] = {}
    for number, line in enumerate(lines):
        taken = redactor.take(str(number), line.speaker, line.text.strip())
        texts[str(number)] = taken.text
        texts |= {cleared.utterance_id: cleared.text for cleared in taken.unmasked}
    texts |= {cleared.utterance_id: cleared.text for cleared in redactor.finish()}
    return [texts[str(number)] for number in range(len(lines))]


def _name(given: str, taken: set[str]) -> str:
    """An id that can also be a file's name, and is nobody else's."""
    plain = re.sub(r"[^a-z0-9]+", "-", given.lower()).strip("-")[:80] or "conversation"
    name, number = plain, 2
    while name in taken:
        name, number = f"{plain}-{number}", number + 1
    taken.add(name)
    return name
