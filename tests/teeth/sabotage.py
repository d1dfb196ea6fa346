"""What a sabotage is: one exact text of one file, replaced, and the tests that must go red for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class Stale(Exception):
    """The text to replace is not there exactly once: the code has moved on, the sabotage must follow."""


@dataclass(frozen=True)
class Sabotage:
    """`promises` has their numbers, or `host` for the fault matrix of the machine.

    `file` is relative to the root of the tree; `old` stands in it exactly once and becomes `new`.

    `tests` are pytest node ids; one without a parameter in brackets stands for all its parameters, of which
    one has to go red.
    """

    name: str
    promises: tuple[int | str, ...]
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def applied(self, root: Path) -> str:
        """The sabotaged content of the file. Raises Stale."""
        content = (root / self.file).read_text(encoding="utf-8")
        found = content.count(self.old)
        if found != 1:
            raise Stale(f"{self.name}: the text stands {found} times in {self.file}")
        return content.replace(self.old, self.new)
