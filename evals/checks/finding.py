"""What a check has to say of a place in a transcript."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """`turn` counts from 0 as in the file, None for the head. A `doubt` is worth a look and fails nothing."""

    turn: int | None
    wrong: str
    expected: str
    doubt: bool = False
