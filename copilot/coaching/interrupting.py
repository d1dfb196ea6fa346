"""Cutting in: the agent began well before the customer had ended, with more than a sign of listening."""

from __future__ import annotations

from copilot.coaching.spoken import Spoken

# Two people overlap by a word or so all the time; and 'right, okay' is listening.
_OVERLAP_MS = 1_500
_FEWEST_WORDS = 4


def interrupting(spoken: Spoken) -> str | None:
    customer, turn = spoken.customer, spoken.turn
    if spoken.opening.channel == "chat" or customer is None or len(turn.text.split()) < _FEWEST_WORDS:
        return None
    if not customer.start_ms < turn.start_ms < customer.end_ms - _OVERLAP_MS:
        return None
    return "They were still telling it. Let them finish, then answer: it usually saves time."
