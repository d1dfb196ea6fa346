"""Which turns go into the prompt: the problem as first told, promises made, the last turns; pure.

The cut before the last turns lies on the border of a block, and blocks are counted from the start of the
conversation. So the text before a new turn stays as it was for many triggers, and with it the endpoint's
prompt cache.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from msgspec import Struct, structs

from copilot.core.types import Turn

Cost = Callable[[str], int]

# Parts of the budget: what the opening and the promises may take, and the size of a block.
_OPENING = 4
_PROMISES = 6
_BLOCK = 4
# What 'customer: ' and the line's end cost beside the words.
_LINE = 4
_CUT = " […] "


class Piece(Struct, frozen=True):
    """A turn of the window. `gap` says that turns before it were left out."""

    turn: Turn
    gap: bool


def window(turns: Sequence[Turn], promised: Collection[int], cost: Cost, budget: int) -> tuple[Piece, ...]:
    """The turns that fit `budget`, in order. `promised` holds the indices of turns with a promise.

    The last turn is always there, shortened in its middle if it has to be. `cost` counts the tokens of a
    text; the sum over the pieces, with their line's own, never exceeds the budget.
    """
    if not turns:
        return ()
    costs = [cost(turn.text) + _LINE for turn in turns]
    if sum(costs) <= budget:
        return _pieces(turns, dict(enumerate(turns)))
    head = _head(turns, cost, budget // _OPENING)
    spent = sum(cost(turn.text) + _LINE for turn in head.values())
    for start in _borders(costs, len(head), max(1, budget // _BLOCK)):
        kept = _promises(range(len(head), start), promised, costs, budget // _PROMISES)
        rest = budget - spent - sum(costs[number] for number in kept)
        if sum(costs[start:]) <= rest:
            shown = {number: turns[number] for number in (*kept, *range(start, len(turns)))}
            return _pieces(turns, head | shown)
    return _pieces(turns, head | _latest(turns, len(head), costs, cost, budget - spent))


def _pieces(turns: Sequence[Turn], shown: dict[int, Turn]) -> tuple[Piece, ...]:
    return tuple(
        Piece(shown[number], gap=number > 0 and number - 1 not in shown)
        for number in range(len(turns))
        if number in shown
    )


def _head(turns: Sequence[Turn], cost: Cost, budget: int) -> dict[int, Turn]:
    """Up to the customer's second turn, as far as it fits, but never the last turn of all."""
    second = [number for number, turn in enumerate(turns) if turn.speaker == "customer"][:2]
    upto = min(second[-1] + 1 if second else 0, len(turns) - 1)
    head: dict[int, Turn] = {}
    for number in range(upto):
        words = shorten(turns[number].text, cost, budget - _LINE)
        if words is None:
            break
        head[number] = structs.replace(turns[number], text=words)
        budget -= cost(words) + _LINE
    return head


def _borders(costs: list[int], start: int, block: int) -> list[int]:
    """The turns before which the window may be cut: the first of each block, counted from the start."""
    borders = []
    total = sum(costs[:start])
    reached = total // block
    for number in range(start, len(costs)):
        if total // block > reached:
            reached = total // block
            borders.append(number)
        total += costs[number]
    return borders


def _promises(between: range, promised: Collection[int], costs: list[int], budget: int) -> list[int]:
    """The latest promises among the turns left out, as many as fit, in order."""
    kept: list[int] = []
    for number in sorted((n for n in promised if n in between), reverse=True):
        if costs[number] <= budget:
            kept.append(number)
            budget -= costs[number]
    return kept[::-1]


def _latest(turns: Sequence[Turn], start: int, costs: list[int], cost: Cost, budget: int) -> dict[int, Turn]:
    """No block fits: the last turn, shortened if need be, and what fits before it."""
    last = len(turns) - 1
    words = shorten(turns[last].text, cost, budget - _LINE)
    if words is None:
        return {}
    shown = {last: structs.replace(turns[last], text=words)}
    budget -= cost(words) + _LINE
    for number in range(last - 1, start - 1, -1):
        if costs[number] > budget:
            break
        shown[number] = turns[number]
        budget -= costs[number]
    return shown


def shorten(text: str, cost: Cost, budget: int) -> str | None:
    """The text, or its start and its end with a mark between; None if not even that fits."""
    if cost(text) <= budget:
        return text
    low, high, best = 1, len(text) // 2, None
    while low <= high:
        keep = (low + high) // 2
        cut = text[:keep].rstrip() + _CUT + text[-keep:].lstrip()
        if cost(cut) <= budget:
            low, best = keep + 1, cut
        else:
            high = keep - 1
    return best
