"""The desk: versions that never change, checks and gates before a release, a log of who did it."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from copilot.errors import Conflicting, Invalid, NotFound
from copilot.prompt_desk.desk import Wish
from copilot.prompts import gate_reports
from copilot.prompts.gate_reports import Installed
from copilot.prompts.releases import broken
from copilot.shipped import shipped
from tests.fakes.prompts import prompts, version
from tests.prompts.test_gate_reports import REPORT

BY = "key abcd1234"
SURE = "because a test says so"


def wish(kind: Any, number: str | None = None, **more: Any) -> Wish:
    return Wish(kind=kind, version=number, **more)


async def test_an_uploaded_version_never_changes() -> None:
    """The same text again is the same version; another text under its name is refused, also a shipped
    one's."""
    made = prompts()
    assert (await made.desk.upload("t", version("2.0.0"), BY))[1]
    assert not (await made.desk.upload("t", version("2.0.0"), BY))[1]
    with pytest.raises(Conflicting):
        await made.desk.upload("t", version("2.0.0", "- More."), BY)
    with pytest.raises(Conflicting):
        await made.desk.upload("t", version("1.0.0", "- More."), BY)
    assert (await made.desk.get("t", "next-phrase@2.0.0")).text == version("2.0.0")


async def test_of_uploads_at_once_one_text_wins() -> None:
    """Two texts of the same version at the same time: one is kept, the other refused."""
    made = prompts()
    tries = [made.desk.upload("t", version("2.0.0", f"- Number {n}."), BY) for n in range(4)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(result, Conflicting) for result in results) == 3


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("{{ act }}", "{{ missing }}", "missing"),
        ("{{ marker }}", "the transcript", "marker"),
        ("input_tokens: 4000", "input_tokens: 1200", "tokens"),
        ("required: [act, phrase, why, alternatives]", "required: [phrase]", "required"),
    ],
)
async def test_a_version_with_a_fault_is_not_taken(before: str, after: str, said: str) -> None:
    """An upload whose variables, fence, budget or schema are wrong is refused, with the place."""
    text = version("2.0.0")
    assert before in text
    with pytest.raises(Invalid, match=said):
        await prompts().desk.upload("t", text.replace(before, after), BY)


async def test_a_release_asks_for_its_gate() -> None:
    """A release without a report and without a reason is refused; the reason is kept with who gave it."""
    made = prompts()
    await made.desk.upload("t", version("2.0.0"), BY)
    with pytest.raises(Conflicting, match="gate"):
        await made.desk.change("t", "next-phrase", wish("release", "2.0.0"), BY)
    view = await made.desk.change("t", "next-phrase", wish("release", "2.0.0", override=SURE), BY)
    assert (view.live, view.live_by) == ("2.0.0", "release")
    *_, last = await made.desk.changes("t", "next-phrase")
    assert (last.kind, last.override, last.by) == ("release", SURE, BY)


async def test_a_report_covers_one_text() -> None:
    """The report of this very version lets it pass, and is named in the log; that of another text does
    not."""
    made = prompts()
    await made.desk.upload("t", version("2.0.0"), BY)
    prompt = await made.desk.get("t", "next-phrase@2.0.0")
    subject = replace(REPORT.candidate, prompt=prompt.ref, prompt_hash=prompt.hash)
    right = gate_reports.dumps(replace(REPORT, candidate=subject)).decode()
    wrong = gate_reports.dumps(replace(REPORT, candidate=replace(subject, prompt_hash="0" * 64))).decode()
    with pytest.raises(Conflicting):
        await made.desk.change("t", "next-phrase", wish("release", "2.0.0", report=wrong), BY)
    with pytest.raises(Invalid):
        await made.desk.change("t", "next-phrase", wish("release", "2.0.0", report="{}"), BY)
    await made.desk.change("t", "next-phrase", wish("release", "2.0.0", report=right), BY)
    *_, last = await made.desk.changes("t", "next-phrase")
    assert last.report is not None


@pytest.mark.parametrize("part", Installed._fields)
async def test_a_report_covers_what_the_version_runs_with(part: str) -> None:
    """A report whose gate was run with another model, tracker or phrasebook than this installation's is
    refused by name; the same text is released with the report that fits."""
    ours = REPORT.candidate
    made = prompts(installed=Installed(ours.model, ours.tracker_hash, ours.phrasebook_hash))
    await made.desk.upload("t", version("2.0.0"), BY)
    prompt = await made.desk.get("t", "next-phrase@2.0.0")
    subject = replace(ours, prompt=prompt.ref, prompt_hash=prompt.hash)
    right = gate_reports.dumps(replace(REPORT, candidate=subject)).decode()
    other = gate_reports.dumps(replace(REPORT, candidate=replace(subject, **{part: "9" * 64}))).decode()
    with pytest.raises(Conflicting, match=part.replace("_", " ")):
        await made.desk.change("t", "next-phrase", wish("release", "2.0.0", report=other), BY)
    await made.desk.change("t", "next-phrase", wish("release", "2.0.0", report=right), BY)


def drafted(tmp_path: Path) -> tuple[Path, Path]:
    """A folder of prompts with one version more that is under no lock, and that version's file."""
    root = tmp_path / "prompts"
    shutil.copytree(shipped(), root)
    file = root / "next-phrase" / "1.1.0" / "prompt.prompty"
    file.parent.mkdir()
    file.write_text(version("1.1.0", "- Short."))
    return root, file


async def test_a_release_puts_a_version_on_file_under_the_lock(tmp_path: Path) -> None:
    """From its release on a version on file never changes."""
    root, file = drafted(tmp_path)
    made = prompts(root, lock=True)
    await made.desk.change("t", "next-phrase", wish("release", "1.1.0", override=SURE), BY)
    assert broken(root) == []
    assert "next-phrase@1.1.0" in json.loads((root / "released.json").read_text())
    file.write_text(version("1.1.0", "- Long."))
    assert broken(root) == ["next-phrase/1.1.0/prompt.prompty"]


@pytest.mark.parametrize(
    "change",
    [
        wish("release", "1.1.0", override=SURE),
        wish("canary", "1.1.0", share=0.1),
        wish("shadow", "1.1.0"),
        wish("upload"),
    ],
)
async def test_what_reaches_conversations_is_kept_to_the_letter(tmp_path: Path, change: Wish) -> None:
    """A version on file that is given to conversations stands in the tenant's log: a server that does not
    have the file answers with it, also when the file was changed since."""
    root, file = drafted(tmp_path)
    made = prompts(root, lock=True)
    if change.kind == "upload":
        await made.desk.upload("t", file.read_text(), BY)
    else:
        await made.desk.change("t", "next-phrase", change, BY)
    file.write_text(version("1.1.0", "- Long."))
    for elsewhere in (prompts(log=made.log), prompts(root, made.log)):
        await elsewhere.rollouts.shelf("t", fresh=True)
        assert elsewhere.rollouts.find("t", "next-phrase@1.1.0").text == version("1.1.0", "- Short.")
        live = elsewhere.rollouts.live("t", "next-phrase").front.version
        assert live == ("1.1.0" if change.kind == "release" else "1.0.0")
    assert (await made.desk.changes("t", "next-phrase"))[0].kind == "upload"


async def test_the_first_release_can_be_taken_back(tmp_path: Path) -> None:
    """After a rollback with no release before it, the version is live that was installed, in every tenant,
    also for a server that starts anew."""
    root, _ = drafted(tmp_path)
    made = prompts(root, lock=True)
    await made.desk.change("t", "next-phrase", wish("release", "1.1.0", override=SURE), BY)
    anew = prompts(root, made.log, lock=True)
    assert (await anew.desk.one("t", "next-phrase")).live == "1.1.0"
    assert (await anew.desk.one("other", "next-phrase")).live == "1.0.0"
    await anew.desk.change("t", "next-phrase", wish("rollback"), BY)
    assert (await anew.desk.one("t", "next-phrase")).live == "1.0.0"


@pytest.mark.parametrize(
    "senseless",
    [
        wish("release"),
        wish("upload", "2.0.0"),
        wish("rollback", "2.0.0"),
        wish("canary", "2.0.0"),
        wish("canary", share=0.1),
        wish("canary", "2.0.0", share=1.5),
        wish("holdout"),
        wish("shadow", "2.0.0", share=0.1),
        wish("shadow", "2.0.0", override=SURE),
    ],
)
async def test_a_change_that_makes_no_sense_is_refused(senseless: Wish) -> None:
    """Each kind of change has its own fields; nothing is written otherwise."""
    made = prompts()
    await made.desk.upload("t", version("2.0.0"), BY)
    with pytest.raises(Invalid):
        await made.desk.change("t", "next-phrase", senseless, BY)
    assert len(await made.desk.changes("t", "next-phrase")) == 1


async def test_what_is_not_there_is_neither_released_nor_shown() -> None:
    """A version or a prompt that does not exist is not found; nothing to take back is said."""
    made = prompts()
    for name, asked in (
        ("next-phrase", wish("release", "7.0.0", override=SURE)),
        ("nobody", wish("rollback")),
    ):
        with pytest.raises(NotFound):
            await made.desk.change("t", name, asked, BY)
    with pytest.raises(Conflicting, match="nothing"):
        await made.desk.change("t", "next-phrase", wish("rollback"), BY)
    with pytest.raises(NotFound):
        await made.desk.one("rival", "nobody")


async def test_an_example_that_a_guard_refuses_is_a_problem() -> None:
    """The phrases that a version names as good are held against the guards, and against its own words."""
    made = prompts()
    text = version("2.0.0").replace(
        "answer:\n", "examples:\n  - {act: acknowledge, phrase: That is FORBIDDEN.}\nanswer:\n", 1
    )
    with pytest.raises(Invalid, match="forbidden refuses"):
        await made.desk.upload("t", text, BY)
    fine = text.replace("That is FORBIDDEN.", "The third kettle that leaks.")
    assert (await made.desk.upload("t", fine, BY))[1]


async def test_a_diff_names_what_differs() -> None:
    """Two versions side by side, line by line."""
    made = prompts()
    await made.desk.upload("t", version("2.0.0", "- Short."), BY)
    lines = await made.desk.diff("t", "next-phrase@1.0.0", "next-phrase@2.0.0")
    assert "+- Short." in lines
    assert "-version: 1.0.0" in lines


async def test_the_list_says_what_is_in_force() -> None:
    """Live, canary, shadow and holdout of each prompt, and where each version comes from."""
    made = prompts()
    await made.desk.upload("t", version("2.0.0"), BY)
    await made.desk.change("t", "next-phrase", wish("canary", "2.0.0", share=0.25), BY)
    await made.desk.change("t", "next-phrase", wish("holdout", share=0.05), BY)
    view = next(view for view in await made.desk.all("t") if view.name == "next-phrase")
    assert (view.live, view.canary, view.canary_share, view.holdout_share) == ("1.0.0", "2.0.0", 0.25, 0.05)
    assert [(v.version, v.source, v.locked) for v in view.versions] == [
        ("1.0.0", "shipped", True),
        ("2.0.0", "uploaded", True),
    ]
    back = await made.desk.change("t", "next-phrase", wish("rollback"), BY)
    assert (back.live, back.canary) == ("1.0.0", None)
