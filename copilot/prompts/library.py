"""Versioned prompts: load, pin, render, budget; which is live.

A prompt is a release, `ROOT/NAME/VERSION/prompt.prompty`: YAML front matter and a Jinja2 body cut into
`system:` and `user:` sections, in the layout that Prompty's tools read. Its hash is that of the file's bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from pathlib import Path
from typing import Annotated, Any, Literal

import jinja2
import jinja2.meta
import jinja2.sandbox
import yaml
from jinja2 import nodes
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from copilot.errors import Invalid, Misconfigured, NotFound, TooLarge
from copilot.prompts.releases import locked, release
from copilot.shipped import read_yaml

FILE = "prompt.prompty"
LIVE = "live.json"
MAX_BYTES = 64 * 1024

_FRONT = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_SECTION = re.compile(r"^(system|user|assistant):[ \t]*$", re.MULTILINE)
VERSION = re.compile(r"\d{1,6}\.\d{1,6}\.\d{1,6}")
NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
_MARKUP = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)

_CONSTRUCTS = frozenset(
    (
        "Template Output TemplateData Name Getattr Getitem Const If CondExpr For Filter Test Compare Operand "
        "And Or Not List Tuple Keyword"
    ).split()
)
_FILTERS = frozenset("default first join last length list lower title trim upper".split())
_LOOPS = 2

Role = Literal["system", "user", "assistant"]


class Message(Struct, frozen=True):
    role: Role
    content: str


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Parameters(_Part):
    """What goes with the call. The model itself is the operator's setting, never a prompt's."""

    temperature: Annotated[float, Field(ge=0, le=2)] = 0.3
    max_output_tokens: Annotated[int, Field(ge=16, le=4096)] = 256


class Model(_Part):
    api: Literal["chat"] = "chat"
    parameters: Parameters = Parameters()


class Budget(_Part):
    """Tokens: of the whole request, and of the transcript in it."""

    input_tokens: Annotated[int, Field(ge=256, le=200_000)]
    transcript_tokens: Annotated[int, Field(ge=64, le=200_000)]


class Example(_Part):
    """A phrase that this prompt is meant to lead to: the guards have to let it pass, or it is no release."""

    act: str
    phrase: Annotated[str, Field(min_length=1, max_length=600)]


class Front(_Part):
    """The front matter: `inputs` names every variable of the body, `answer` is the answer's JSON schema."""

    name: Annotated[str, Field(pattern=rf"^{NAME.pattern}$")]
    version: Annotated[str, Field(pattern=rf"^{VERSION.pattern}$")]
    description: str
    model: Model = Model()
    budget: Budget
    canary: Annotated[str, Field(min_length=12)]
    inputs: dict[str, str]
    answer: dict[str, Any]
    examples: Annotated[tuple[Example, ...], Field(max_length=50)] = ()


class Prompt:
    """One release of a prompt, ready to be rendered. `text` is its file, as it stands."""

    def __init__(self, front: Front, sections: list[tuple[Role, str]], text: str, content_hash: str) -> None:
        self.front = front
        self.text = text
        self.hash = content_hash
        environment = _environment()
        self._sections = [(role, environment.from_string(source)) for role, source in sections]
        self._sources = tuple(source for _, source in sections)
        self._given: Mapping[str, object] = {}

    @property
    def ref(self) -> str:
        return f"{self.front.name}@{self.front.version}"

    @property
    def wording(self) -> str:
        """The prompt's own words, without anything that is filled in."""
        return "\n".join(_MARKUP.sub(" ", source) for source in self._sources)

    def given(self, values: Mapping[str, object]) -> Prompt:
        """The same prompt with some of its variables filled already, whatever it is rendered with."""
        filled = copy(self)
        filled._given = {**self._given, **values}
        return filled

    def render(self, values: Mapping[str, object]) -> list[Message]:
        """Raises Invalid when a variable is missing or the template reaches for what it must not."""
        filled = {**values, **self._given, "canary": self.front.canary}
        try:
            return [Message(role, template.render(filled).strip()) for role, template in self._sections]
        except (jinja2.TemplateError, ArithmeticError, TypeError, ValueError) as error:
            raise Invalid(f"{self.ref} cannot be rendered: {error}") from error


def parse(raw: bytes) -> Prompt:
    """A prompt from a file's bytes. Raises Invalid with the place, TooLarge."""
    if len(raw) > MAX_BYTES:
        raise TooLarge(f"a prompt has at most {MAX_BYTES} bytes")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid("a prompt is UTF-8 text") from error
    halves = _FRONT.match(text.replace("\r\n", "\n"))
    if halves is None:
        raise Invalid("a prompt starts with YAML front matter between two lines of ---")
    front = _front(halves[1])
    sections = _sections(halves[2])
    try:
        # First of all: whatever compiles a template computes what is constant in it.
        _check_constructs(source for _, source in sections)
        _check_variables(front, sections)
        return Prompt(front, sections, text, hashlib.sha256(raw).hexdigest())
    except jinja2.TemplateSyntaxError as error:
        raise Invalid(f"body, line {error.lineno} of its section: {error.message}") from error
    except RecursionError as error:
        raise Invalid("the body's brackets or blocks stand too deep in each other") from error


def _front(text: str) -> Front:
    try:
        return Front.model_validate(read_yaml(text))
    except yaml.YAMLError as error:
        raise Invalid(f"front matter is not YAML: {str(error).splitlines()[0]}") from error
    except ValidationError as error:
        places = [
            {"pointer": "/" + "/".join(str(part) for part in found["loc"]), "detail": found["msg"]}
            for found in error.errors()
        ]
        raise Invalid(
            f"front matter: {places[0]['pointer']}: {places[0]['detail']}", errors=places
        ) from error


def _sections(body: str) -> list[tuple[Role, str]]:
    """Cut before anything is filled in: no value can open a section of its own."""
    before, *pieces = _SECTION.split(body)
    if before.strip() or not pieces:
        raise Invalid("the body starts with a line `system:` and has a section `user:`")
    sections: list[tuple[Role, str]] = [
        (role, source)  # type: ignore[misc]  # the pattern names the roles
        for role, source in zip(pieces[::2], pieces[1::2], strict=True)
    ]
    roles = [role for role, _ in sections]
    if roles[0] != "system" or roles[-1] != "user":
        raise Invalid("the first section is `system:`, the last is `user:`")
    return sections


def _check_constructs(sources: Iterable[str]) -> None:
    """A template fills in and chooses, and computes nothing: so no version, whoever uploaded it, can keep the
    server busy or make text without end."""
    environment = _environment()
    for source in sources:
        for node in _walk(environment.parse(source), 0):
            kind = type(node).__name__
            if kind not in _CONSTRUCTS or (isinstance(node, nodes.Filter) and node.name not in _FILTERS):
                name = node.name if isinstance(node, nodes.Filter) else kind
                raise Invalid(f"a template may not use {name} (line {node.lineno} of its section)")


def _walk(node: nodes.Node, loops: int) -> Iterator[nodes.Node]:
    yield node
    loops += isinstance(node, nodes.For)
    if loops > _LOOPS:
        raise Invalid(f"loops stand at most {_LOOPS} deep (line {node.lineno} of its section)")
    for child in node.iter_child_nodes():
        yield from _walk(child, loops)


def _check_variables(front: Front, sections: list[tuple[Role, str]]) -> None:
    environment = _environment()
    used: set[str] = set()
    for _, source in sections:
        used |= jinja2.meta.find_undeclared_variables(environment.parse(source))
    unknown = used - set(front.inputs) - {"canary"}
    if unknown:
        raise Invalid(f"variables that `inputs` does not name: {', '.join(sorted(unknown))}")
    if "canary" not in used:
        raise Invalid("the body has to carry {{ canary }}, by which an echo of it is noticed")


def _environment() -> jinja2.sandbox.ImmutableSandboxedEnvironment:
    return jinja2.sandbox.ImmutableSandboxedEnvironment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )


class PromptLibrary:
    """The releases under a folder. Its `live.json` says which version of a prompt is live where nobody has
    released one: a version that comes to the folder changes that for no one. For a name that it leaves out it
    is the newest under the lock, else the newest."""

    def __init__(self, root: Path) -> None:
        """Reads and checks every release at once. Raises Misconfigured."""
        self._prompts: dict[str, dict[str, Prompt]] = {}
        for file in sorted(root.glob(f"*/*/{FILE}")):
            prompt = _read(file)
            self._prompts.setdefault(prompt.front.name, {})[prompt.front.version] = prompt
        self._root = root
        self._locked = frozenset(locked(root))
        file = root / LIVE
        self._live: dict[str, str] = json.loads(file.read_bytes()) if file.exists() else {}
        for name, version in self._live.items():
            if version not in self._prompts.get(name, {}):
                raise Misconfigured(f"{name}@{version} is set live, but {root} has no such prompt")

    def names(self) -> list[str]:
        return sorted(self._prompts)

    def versions(self, name: str) -> list[str]:
        """Oldest first. Raises NotFound."""
        if name not in self._prompts:
            raise NotFound(f"no prompt is called {name}")
        return sorted(self._prompts[name], key=version_order)

    def live(self, name: str) -> Prompt:
        """Raises NotFound."""
        versions = self.versions(name)
        released = [version for version in versions if self.is_locked(f"{name}@{version}")]
        return self._prompts[name][self._live.get(name) or (released or versions)[-1]]

    def lock(self, ref: str) -> None:
        """Puts a version on file under the lock. Raises Invalid, NotFound, Conflicting, Misconfigured."""
        prompt = self.get(ref)
        try:
            release(self._root, prompt.front.name, prompt.front.version)
        except OSError as error:
            raise Misconfigured(f"the lock of {self._root} cannot be written: {error.strerror}") from error
        self._locked = frozenset(locked(self._root))

    def is_locked(self, ref: str) -> bool:
        """Is this version under the lock of what was released, never to change?"""
        return ref in self._locked

    def get(self, ref: str) -> Prompt:
        """`name@version`, or `name` for the live one. Raises Invalid, NotFound."""
        name, at, version = ref.partition("@")
        if not NAME.fullmatch(name) or (at and not VERSION.fullmatch(version)):
            raise Invalid("a prompt is named like next-phrase@1.0.0")
        if not at:
            return self.live(name)
        if version not in self._prompts.get(name, {}):
            raise NotFound(f"there is no prompt {ref}")
        return self._prompts[name][version]


def _read(file: Path) -> Prompt:
    try:
        prompt = parse(file.read_bytes())
    except OSError as error:
        raise Misconfigured(f"{file}: {error.strerror}") from error
    except (Invalid, TooLarge) as error:
        raise Misconfigured(f"{file}: {error.detail}") from error
    if (file.parent.parent.name, file.parent.name) != (prompt.front.name, prompt.front.version):
        raise Misconfigured(f"{file}: says that it is {prompt.ref}")
    return prompt


def version_order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
