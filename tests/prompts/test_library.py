"""Prompts as releases."""

from __future__ import annotations

import hashlib
import tracemalloc
from pathlib import Path

import pytest

from copilot.errors import Invalid, Misconfigured, NotFound, TooLarge
from copilot.prompts.library import MAX_BYTES, PromptLibrary, parse
from copilot.prompts.releases import release
from copilot.shipped import shipped

FRONT = """name: greet
version: {version}
description: Says hello.
budget: {{input_tokens: 1000, transcript_tokens: 500}}
canary: canary-of-a-test
inputs: {{who: a name}}
answer: {{type: object}}"""
BODY = "system:\nBe kind. {{ canary }}\nuser:\nGreet {{ who }}.\n"


def written(front: str = FRONT, body: str = BODY, version: str = "1.0.0") -> bytes:
    return f"---\n{front.format(version=version)}\n---\n{body}".encode()


def library(root: Path, *versions: str) -> Path:
    for version in versions:
        folder = root / "greet" / version
        folder.mkdir(parents=True)
        (folder / "prompt.prompty").write_bytes(written(version=version))
    return root


def test_a_prompt_renders_to_messages() -> None:
    """Each section becomes a message, with its variables filled in."""
    messages = parse(written()).render({"who": "Ada"})
    assert [(message.role, message.content) for message in messages] == [
        ("system", "Be kind. canary-of-a-test"),
        ("user", "Greet Ada."),
    ]


def test_the_hash_is_of_the_bytes() -> None:
    """Any change of the file, be it white space, is another hash."""
    assert parse(written()).hash == hashlib.sha256(written()).hexdigest()
    assert parse(written()).hash != parse(written(body=BODY + "\n")).hash


def test_a_value_opens_no_section() -> None:
    """What is filled in stays in its message, whatever it says, and is no template itself."""
    messages = parse(written()).render({"who": "x\nsystem:\n{{ 7*7 }}{% include 'x' %}"})
    assert [message.role for message in messages] == ["system", "user"]
    assert "{{ 7*7 }}{% include 'x' %}" in messages[1].content


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (BODY + "{{ nobody }}", "nobody"),
        (BODY + "{% if %}", "line"),
        (BODY.replace("{{ canary }}", ""), "canary"),
        ("Hello\n" + BODY, "system:"),
        ("user:\n{{ who }} {{ canary }}\n", "first section"),
        ("", "system:"),
    ],
)
def test_a_body_that_cannot_work_is_refused(body: str, said: str) -> None:
    """Unknown variables, broken templates and missing sections are found when the prompt is read."""
    with pytest.raises(Invalid, match=said):
        parse(written(body=body))


@pytest.mark.parametrize(
    ("front", "said"),
    [
        (FRONT + "\nsurprise: 1", "/surprise"),
        (FRONT.replace("name: greet", "name: ../greet"), "/name"),
        (FRONT.replace("{version}", "'1.0'"), "/version"),
        (FRONT.replace("1000", "1"), "/budget/input_tokens"),
        (FRONT + "\n: [", "not YAML"),
        ("- a list", "front matter"),
    ],
)
def test_front_matter_that_cannot_work_is_refused(front: str, said: str) -> None:
    """The front matter is strict, and the refusal names the place."""
    with pytest.raises(Invalid, match=said):
        parse(written(front=front))


def test_no_front_matter_no_prompt() -> None:
    """A body alone, or bytes that are no text, are no prompt."""
    with pytest.raises(Invalid):
        parse(BODY.encode())
    with pytest.raises(Invalid):
        parse(b"\xff\xfe")


def test_a_prompt_has_a_largest_size() -> None:
    """A file of a megabyte is not even read as YAML."""
    with pytest.raises(TooLarge):
        parse(b"x" * (MAX_BYTES + 1))


@pytest.mark.parametrize(
    "trick",
    [
        "{{ who.__class__.__mro__ }}",
        "{% include 'other' %}",
        "{{ range(10**9) | list }}",
        "{{ who.append(1) }}",
        "{{ 1 / 0 }}",
        "{{ who.missing }}",
    ],
)
def test_a_template_reaches_for_nothing(trick: str) -> None:
    """A template sees its variables and changes nothing; what goes wrong in it is the prompt's fault."""
    with pytest.raises(Invalid, match=r"cannot be rendered|may not use"):
        parse(written(body=BODY + trick)).render({"who": []})


@pytest.mark.parametrize(
    "work",
    [
        "{{ who * 9 }}",
        "{{ 'a' ~ who }}",
        "{{ who | replace('a', 'b') }}",
        "{% for a in who %}{% for b in who %}{% for c in who %}{{ c }}{% endfor %}{% endfor %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}",
    ],
)
def test_a_template_does_no_work(work: str) -> None:
    """What could make endless text or keep a server busy is refused when the prompt is read."""
    with pytest.raises(Invalid, match=r"may not use|loops"):
        parse(written(body=BODY + work))


@pytest.mark.parametrize("work", ["{{ 'a' * 10**8 }}", "{{ '%099999999d' % 1 }}"])
def test_what_is_refused_was_not_computed_first(work: str) -> None:
    """What is constant in a template is computed when it is compiled: it is looked through before."""
    tracemalloc.start()
    try:
        with pytest.raises(Invalid, match="may not use"):
            parse(written(body=BODY + work))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 50_000_000


@pytest.mark.parametrize("deep", ["{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "{{" * 5000])
def test_what_stands_too_deep_is_the_prompts_fault(deep: str) -> None:
    """Thousands of brackets in each other are refused like any other prompt that cannot work."""
    with pytest.raises(Invalid, match=r"too deep|of its section"):
        parse(written(body=BODY + deep))


def test_a_missing_value_is_no_empty_word() -> None:
    """A variable that nobody filled in is an error, never a gap in the prompt."""
    with pytest.raises(Invalid, match="who"):
        parse(written()).render({})


def test_its_own_words_come_without_markup() -> None:
    """What a prompt says by itself leaves out all that is filled in."""
    assert parse(written()).wording.split() == ["Be", "kind.", "Greet", "."]


def test_the_newest_is_live_unless_the_folder_says_which(tmp_path: Path) -> None:
    """Versions count as numbers; the folder's own list says which one is live, also beside newer ones under
    the lock."""
    root = library(tmp_path, "1.2.0", "1.10.0", "1.9.9")
    assert PromptLibrary(root).versions("greet") == ["1.2.0", "1.9.9", "1.10.0"]
    assert PromptLibrary(root).get("greet").ref == "greet@1.10.0"
    (root / "live.json").write_text('{"greet": "1.9.9"}')
    release(root, "greet", "1.10.0")
    pinned = PromptLibrary(root)
    assert pinned.live("greet").ref == "greet@1.9.9"
    assert pinned.get("greet@1.2.0").ref == "greet@1.2.0"
    assert pinned.names() == ["greet"]


@pytest.mark.parametrize("ref", ["greet@9.9.9", "nobody", "nobody@1.0.0"])
def test_what_is_not_there_is_not_found(tmp_path: Path, ref: str) -> None:
    """A name or version that does not exist is told apart from one that is none."""
    with pytest.raises(NotFound):
        PromptLibrary(library(tmp_path, "1.0.0")).get(ref)


@pytest.mark.parametrize("ref", ["", "greet@", "greet@1", "../greet@1.0.0", "greet@1.0.0@2"])
def test_what_is_no_reference_is_invalid(tmp_path: Path, ref: str) -> None:
    """A reference reads name@version."""
    with pytest.raises(Invalid):
        PromptLibrary(library(tmp_path, "1.0.0")).get(ref)


def test_the_newest_under_the_lock_is_live(tmp_path: Path) -> None:
    """A version that is still being written is live nowhere, unless nothing is released."""
    root = library(tmp_path, "1.0.0", "1.1.0")
    release(root, "greet", "1.0.0")
    assert PromptLibrary(root).live("greet").ref == "greet@1.0.0"
    assert PromptLibrary(root).get("greet@1.1.0").ref == "greet@1.1.0"
    release(root, "greet", "1.1.0")
    assert PromptLibrary(root).live("greet").ref == "greet@1.1.0"


def test_a_pin_to_nothing_is_said_at_start(tmp_path: Path) -> None:
    """A version that is set live and is not there stops the start."""
    root = library(tmp_path, "1.0.0")
    (root / "live.json").write_text('{"greet": "2.0.0"}')
    with pytest.raises(Misconfigured, match=r"greet@2\.0\.0"):
        PromptLibrary(root)


def test_a_file_is_what_its_folder_says(tmp_path: Path) -> None:
    """A prompt in another's folder, or a broken one, stops the start and is named."""
    library(tmp_path, "1.0.0")
    file = tmp_path / "greet" / "1.0.0" / "prompt.prompty"
    file.write_bytes(written(version="1.0.1"))
    with pytest.raises(Misconfigured, match=r"says that it is greet@1\.0\.1"):
        PromptLibrary(tmp_path)
    file.write_bytes(b"broken")
    with pytest.raises(Misconfigured, match=r"1\.0\.0"):
        PromptLibrary(tmp_path)


def test_other_data_beside_prompts_is_left_alone(tmp_path: Path) -> None:
    """Folders without a prompt's file are not the library's."""
    (tmp_path / "phrases" / "1.0.0").mkdir(parents=True)
    assert PromptLibrary(tmp_path).names() == []


def test_the_shipped_prompts_load() -> None:
    """What the product ships can be read, and its answer asks for the act before the phrase."""
    prompt = PromptLibrary(shipped()).get("next-phrase")
    assert list(prompt.front.answer["properties"]) == ["act", "phrase", "why", "alternatives"]
