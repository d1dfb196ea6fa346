"""What the tracker carries from turn to turn: bounded, so that no turn costs more than the first."""

from __future__ import annotations

from msgspec import Struct

from copilot.core.types import Act, Channel, Heat


class Memory(Struct, frozen=True, kw_only=True):
    """`belief` is the probability of each phase; `causes` sums the customer's evidence for each cause.

    `complaint` are the content words of the customer's turns so far, newest kept, for hearing repeats.
    `told` are those of the agent's last turn, `customer_cues` the cues of the customer's last. `peak` is
    the highest heat so far, `asked` and `waits` say that the agent's last turn asked for something, and that
    it asked for time to look.
    """

    channel: Channel = "voice"
    belief: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0)
    causes: tuple[float, ...] = ()
    customer_turns: int = 0
    agent_turns: int = 0
    complaint: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    act: Act | None = None
    asked: bool = False
    waits: bool = False
    heat: Heat = 0
    peak: Heat = 0
    flares: int = 0
    customer_cues: tuple[str, ...] = ()
