"""Moments as tests need them: every phase, cause, feeling and heat, with little or much known."""

from __future__ import annotations

from copilot.core.types import (
    Act,
    Agent,
    Context,
    Customer,
    Decision,
    Evidence,
    Fact,
    Moment,
    Offer,
    Opening,
    Promise,
    Reading,
    Remedy,
    Turn,
)

NOWHERE = Evidence(turn=0, quote="", start=0, end=0)


def moment(
    act: Act = "acknowledge",
    *,
    reading: Reading | None = None,
    opening: Opening | None = None,
    turns: tuple[Turn, ...] = (),
    recent: tuple[tuple[str, str | None], ...] = (),
    seed: str = "a",
) -> Moment:
    return Moment(
        opening=opening or Opening(),
        reading=reading or Reading(),
        decision=Decision(act=act, why="They have not been heard yet.", row="test"),
        turns=turns or (said("customer", "The kettle you sold me leaks."),),
        trigger_seq=1,
        recent=recent,
        seed=seed,
    )


def said(speaker: str, text: str, index: int = 0) -> Turn:
    return Turn(index=index, speaker=speaker, text=text)  # type: ignore[arg-type]


def rich_opening(channel: str = "voice") -> Opening:
    return Opening(
        channel=channel,  # type: ignore[arg-type]
        agent=Agent(name="Robin Marsh"),
        customer=Customer(name="Imani Okafor"),
        context=Context(
            facts=(
                Fact(name="callback_within", value="24 hours"),
                Fact(name="return window", value="30 days"),
                Fact(name="order status", value="on the van"),
            ),
            allowed_remedies=(
                Remedy(kind="replacement", wording="a replacement kettle"),
                Remedy(kind="credit", limit=15, currency="EUR", conditions="it goes to your account"),
            ),
        ),
    )


def rich_reading(**changes: object) -> Reading:
    values: dict[str, object] = {
        "matter": "the kettle that leaks",
        "mentions": {"duration": "two weeks", "count": "three times", "amount": "$40", "day": "Friday"},
        "contacts": 2,
        "promises": (Promise(text="I call you by Tuesday", by="by Tuesday", evidence=NOWHERE),),
        "offers": (Offer(text="a voucher", outcome="refused", evidence=NOWHERE),),
        "heat": 2,
        "emotion": "frustration",
        "cause": "breakage",
    }
    return Reading(**{**values, **changes})  # type: ignore[arg-type]
