"""Reads transcript files with all that is wrong in them, each with its file, line and turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError

from copilot.errors import Invalid
from copilot.transcripts import Script, documents, files_of, numbered
from evals.checks import CHECKS, Finding


class Found(NamedTuple):
    """A finding with its place. `line` counts from 1 where the file is YAML, else None."""

    file: Path
    line: int | None
    conversation: str
    finding: Finding

    @property
    def told(self) -> str:
        """One line: place, what is wrong, what is expected."""
        here = Path.cwd()
        file = self.file.relative_to(here) if self.file.is_relative_to(here) else self.file
        place = f"{file}:{self.line}" if self.line else str(file)
        turn = "" if self.finding.turn is None else f"turn {self.finding.turn}"
        who = ", ".join(part for part in (self.conversation, turn) if part)
        return f"{place}:{f' {who}:' if who else ''} {self.finding.wrong}; expected: {self.finding.expected}"


def check(paths: list[Path]) -> tuple[list[Script], list[Found]]:
    """What could be read, and all that is wrong or doubtful, in order of the files. Raises nothing."""
    scripts: list[Script] = []
    found: list[Found] = []
    seen: dict[str, Path] = {}
    for file in (file for path in paths for file in files_of(path)):
        for number, script, findings in _conversations(file):
            findings = list(findings)
            name = script.id if script else ""
            if script:
                scripts.append(script)
                if script.id in seen:
                    findings.append(
                        Finding(None, f"the id is also that of {seen[script.id]}", "an id of its own")
                    )
                seen.setdefault(script.id, file)
            found += [Found(file, _line(file, number, f.turn), name, f) for f in findings]
    return scripts, found


def _conversations(file: Path) -> Iterator[tuple[int, Script | None, list[Finding]]]:
    try:
        for number, (place, raw) in enumerate(documents(file)):
            try:
                script = Script.model_validate(numbered(raw))
            except ValidationError as error:
                yield number, None, [_refused(problem) for problem in error.errors()]
            except (TypeError, ValueError) as error:
                yield number, None, [Finding(None, f"{place}: {error}", "a conversation, see `--schema`")]
            else:
                yield number, script, [finding for one in CHECKS for finding in one(script)]
    except Invalid as error:
        yield 0, None, [Finding(None, str(error), "a transcript file")]


def _refused(problem: Any) -> Finding:
    """What pydantic refused, in words: where in the turn, what stands there, what may."""
    place = [part for part in problem["loc"] if part != "turns"]
    turn = place.pop(0) if "turns" in problem["loc"] and place and isinstance(place[0], int) else None
    where = "/".join(str(part) for part in place) or "the conversation"
    match problem["type"]:
        case "literal_error":
            return Finding(turn, f"{where} is {problem['input']!r}", problem["ctx"]["expected"])
        case "missing":
            return Finding(turn, f"{where} is missing", "it has to be given")
        case "extra_forbidden":
            return Finding(turn, f"{where} is no field of the format", "a field that `--schema` names")
        case _:
            return Finding(turn, f"{where} is {problem['input']!r}", problem["msg"])


def _line(file: Path, number: int, turn: int | None) -> int | None:
    """The line of a turn in a YAML file; looked up only for what is told, for composing is slow."""
    if file.suffix not in (".yaml", ".yml"):
        return None
    try:
        nodes = list(yaml.compose_all(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        return mark.line + 1 if mark else None
    if number >= len(nodes):
        return None
    node = nodes[number]
    line: int = node.start_mark.line + 1
    if turn is None or not isinstance(node, yaml.MappingNode):
        return line
    for key, value in node.value:
        if key.value == "turns" and isinstance(value, yaml.SequenceNode) and turn < len(value.value):
            line = value.value[turn].start_mark.line + 1
    return line
