"""The matter as a sentence of its own: 'you can't log in', 'the lamp dims', said as one says it."""

from __future__ import annotations

import re

# 'not being able to log in' is what 'you can't log in' is called.
_DEEDS = (
    (re.compile(r"not being able to (?!even\b)(?=\w)", re.I), "you can't "),
    (re.compile(r"having to (?=\w)", re.I), "you have to "),
    (re.compile(r"(?:not|never) (getting|receiving) (?=\w)", re.I), r"you're not \1 "),
    (re.compile(r"(?:still )?waiting (?=for |on )", re.I), "you're still waiting "),
)
_STATE = (
    r"(?:is|are|was|were|has|have|isn['’]?t|aren['’]?t|hasn['’]?t|haven['’]?t|doesn['’]?t|don['’]?t|didn['’]?t"
    r"|won['’]?t|keeps?|stopped|crash(?:es|ed)|went|never)"
)
# Where something is, is not what is wrong with it.
_PLACE = r"(?:in|on|at|under|here|there|the|an?|my|your|our|from|for|with|\d+)"
_THING_IN_STATE = re.compile(
    rf"((?:the|your) [\w'’ -]+?) (?:that|which) (?={_STATE} (?!{_PLACE}\b)\w|crash\w+$|broke$|leaks?$)"
)


def clause(matter: str) -> str | None:
    """'the lamp is broken' of 'the lamp that is broken', 'you can't log in' of 'not being able to log in';
    None where the matter names no state."""
    for pattern, said in _DEEDS:
        found = pattern.match(matter)
        if found:
            return found.expand(said) + matter[found.end() :]
    stated, changes = _THING_IN_STATE.subn(r"\1 ", matter, count=1)
    return stated if changes and matter.startswith(("the ", "your ")) else None
