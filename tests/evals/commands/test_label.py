"""`evals label`."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from copilot.errors import Invalid
from copilot.transcripts import load
from evals.authoring.labelling import questions
from evals.authoring.writing import save
from evals.commands import build
from evals.commands.label import Asking
from tests.evals.checks.scripts import script

BARE = script(
    {"speaker": "customer", "messages": ["it is dead"]},
    {"speaker": "agent", "messages": ["I hear you"]},
    {"speaker": "customer", "messages": ["a word of the future"]},
    cause=None,
)


def asking(keys: str) -> tuple[Asking, io.StringIO]:
    shown = io.StringIO()
    left: Iterator[str] = iter(keys)
    return Asking(Console(file=shown, width=200), lambda: next(left)), shown


def test_a_key_is_an_answer_and_other_keys_are_none() -> None:
    """A key that is no answer is passed over; several answers can be given and taken back."""
    phase, _, _, _, good, *_ = questions(BARE)
    ask, _ = asking("z9v" + "aal\r" + "<" + "Q")
    assert ask(BARE, phase, {}) == "venting"
    assert ask(BARE, good, {}) == ("listen",)
    assert ask(BARE, phase, {}) == "<"
    assert ask(BARE, phase, {}) is None


def test_later_turns_are_not_shown() -> None:
    """A label is of the moment right after its turn: what comes later is not on the screen."""
    ask, shown = asking("v")
    ask(BARE, questions(BARE)[6], {})
    assert "I hear you" in shown.getvalue()
    assert "future" not in shown.getvalue()


def test_one_labels_quits_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was labelled before quitting is in the file, and the next start asks for the rest."""
    file = tmp_path / "one.yaml"
    save(file, BARE)
    for keys, expected in (("v1xal\rb\rQ", [True, False, False]), ("aav0nab\r\rmr", [True, True, True])):
        left = iter(keys)
        monkeypatch.setattr(typer, "getchar", lambda left=left: next(left))
        done = CliRunner().invoke(build(), ["label", str(file)])
        assert done.exit_code == 0, done.output
        [script] = load(file)
        assert [turn.labels is not None for turn in script.turns] == expected
    assert (script.cause, script.outcome) == ("miscommunication", "resolved")


def test_only_one_conversation_in_yaml_can_be_labelled(tmp_path: Path) -> None:
    """A file of another kind is told, with the way to one."""
    (tmp_path / "a.jsonl").write_text("")
    (tmp_path / "b.yaml").write_text("")
    for name, told in (("a.jsonl", "evals convert"), ("b.yaml", "conversation")):
        done = CliRunner().invoke(build(), ["label", str(tmp_path / name)])
        assert isinstance(done.exception, Invalid)
        assert told in str(done.exception)


def test_without_a_terminal_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a pipe there is nobody to ask: an error says so, and nothing is written."""

    def nobody() -> str:
        raise OSError(6, "No such device or address")

    save(tmp_path / "a.yaml", BARE)
    before = (tmp_path / "a.yaml").read_bytes()
    monkeypatch.setattr(typer, "getchar", nobody)
    with pytest.raises(Invalid, match="needs a terminal"):
        CliRunner().invoke(build(), ["label", str(tmp_path / "a.yaml")], catch_exceptions=False)
    assert (tmp_path / "a.yaml").read_bytes() == before
