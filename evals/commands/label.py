"""`evals label`: labels a transcript in the terminal, a key an answer, saved after every turn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from copilot.errors import Invalid
from copilot.transcripts import Script, load
from evals.authoring.labelling import Answers, Question, answers, following, labelled, questions, without_last
from evals.authoring.writing import save

_QUIT = ("Q", "\x03", "\x04")
_BACK = ("<", "\x7f", "\b")
_DONE = ("\r", "\n")
_EARLIER = 3


def label(
    file: Annotated[Path, typer.Argument(help="A transcript file (.yaml) with one conversation.")],
) -> None:
    """Label a transcript turn by turn, by the codebook, a key an answer.

    Saved after every turn; `Q` quits, and the next start goes on where this one ended; `<` goes back one
    answer. Later turns are not shown: a label is of the moment right after its turn.

    Example: agent-copilot evals label mine/call-17.yaml
    """
    console = Console(highlight=False)
    script = _one(file)
    given = answers(script)
    ask = Asking(console, _key)
    while (question := following(script, given)) is not None:
        answer = ask(script, question, given)
        if answer is None:
            console.print(f"\nSaved in {file}. The same command goes on here.", markup=False)
            return
        given = (
            without_last(script, given)
            if answer == "<"
            else {**given, (question.turn, question.field): answer}
        )
        save(file, labelled(script, given))
    console.print(
        f"\nAll {len(script.turns)} turns are labelled. Next: agent-copilot evals check {file}", markup=False
    )


def _key() -> str:
    """One key from the terminal. Raises Invalid where there is none: a pipe, a job."""
    try:
        return typer.getchar()
    except OSError as error:
        raise Invalid("labelling needs a terminal; labels can as well be written into the file") from error


def _one(file: Path) -> Script:
    if file.suffix not in (".yaml", ".yml"):
        raise Invalid(
            f"{file.name}: one conversation in a .yaml file can be labelled; `evals convert` makes them"
        )
    scripts = load(file)
    if len(scripts) != 1:
        raise Invalid(f"{file.name} holds {len(scripts)} conversations, expected one")
    return scripts[0]


class Asking:
    """Shows a question and reads keys until one answers it. `read` gives one key at a time."""

    def __init__(self, console: Console, read: Callable[[], str]) -> None:
        self._console = console
        self._read = read
        self._turn: int | None = -1

    def __call__(self, script: Script, question: Question, given: Answers) -> Any:
        """The answer; `<` for one step back, None to quit."""
        if question.turn != self._turn:
            self._turn = question.turn
            self._show(script, question, given)
        self._console.print(f"[bold]{question.asks}[/bold]  {_legend(question)}")
        chosen: list[Any] = []
        while True:
            key = self._read()
            if key in _QUIT:
                return None
            if key in _BACK:
                self._turn = -1
                return "<"
            if question.several and key in _DONE:
                return tuple(chosen)
            if key not in question.keys:
                continue
            value = question.keys[key]
            if not question.several:
                self._console.print(f"  {value}", style="green")
                return value
            chosen = [one for one in chosen if one != value] if value in chosen else [*chosen, value]
            self._console.print("  " + (", ".join(chosen) or "none"), style="green")

    def _show(self, script: Script, question: Question, given: Answers) -> None:
        """The turn in question with a few before it, and how far one is."""
        asked = questions(script)
        done = sum((one.turn, one.field) in given for one in asked)
        self._console.rule(f"{script.id} · {done} of {len(asked)}", style="dim")
        last = len(script.turns) - 1 if question.turn is None else question.turn
        for turn in script.turns[max(0, last - _EARLIER) : last + 1]:
            style = "bold" if turn.i == question.turn else "dim"
            self._console.print(f"{turn.i} {turn.speaker}: {turn.text}", style=style, markup=False)


def _legend(question: Question) -> str:
    keys = "  ".join(f"[cyan]{key}[/cyan] {value}" for key, value in question.keys.items())
    end = "  [cyan]Enter[/cyan] done" if question.several else ""
    return f"{keys}{end}  [dim]< back  Q quit[/dim]"
