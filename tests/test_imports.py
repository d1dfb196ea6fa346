"""Imports run one way, inside functions too."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "copilot"

CORE = {"core"}
BASE = CORE | {"errors"}
ENGINE_SIDE = BASE | {"ports", "guards", "coaching", "redaction"}
# Who may import whom; what is not named here is checked by no rule, so every file must be named.
MAY: dict[str, set[str]] = {
    "core": CORE,
    "errors": set(),
    "logs": set(),
    "settings": set(),
    "shipped": set(),
    "clocks": set(),
    "metrics": set(),
    "host": {"host"},
    "weights": CORE | {"errors", "shipped"},
    "installed": {"prompts", "suggesters", "weights"},
    "guards": BASE | {"guards", "ports"},
    "coaching": CORE | {"coaching", "guards"},
    "redaction": CORE | {"redaction", "ports"},
    "ports": CORE,
    "sources": BASE | {"sources"},
    "prompts": BASE | {"ports", "prompts", "shipped"},
    "prompt_desk": BASE | {"ports", "prompts", "prompt_desk", "suggesters", "tokens", "transcripts"},
    "tokens": BASE | {"ports"},
    "transcripts": BASE | {"shipped"},
    "client": {"errors"},
    "panel": {"panel"},
    "stores": BASE | {"ports", "stores"},
    "suggesters": BASE | {"ports", "prompts", "suggesters", "shipped"},
    "engine": ENGINE_SIDE | {"engine"},
    "assembly": ENGINE_SIDE | {"engine"},
    "api": ENGINE_SIDE | {"engine", "sources", "prompts", "prompt_desk", "api", "metrics", "logs", "panel"},
    "explaining": BASE | {"transcripts", "ports"},
    "replay": BASE | {"transcripts", "ports", "shipped", "client", "settings", "replay"},
}
EVERYTHING = {"app", "cli", "commands", "__main__", "__init__"}


def part_of(file: Path) -> str:
    inside = file.relative_to(PACKAGE)
    return inside.parts[0].removesuffix(".py")


def imported(file: Path) -> set[str]:
    """The parts of copilot that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            module = node.module or ""
            names = [f"{module}.{a.name}" for a in node.names] if module == "copilot" else [module]
        for name in names:
            parts = name.split(".")
            assert parts[0] not in {"tests", "evals"}, f"{file} imports {name}"
            if parts[0] == "copilot" and len(parts) > 1:
                found.add(parts[1])
    return found


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_imports_run_one_way(file: Path) -> None:
    """A file imports only what stands below its own part."""
    part = part_of(file)
    if part in EVERYTHING:
        return
    assert part in MAY, f"{part} has no place in the import order: give it one here"
    assert imported(file) - {part} <= MAY[part], f"{part} imports {imported(file) - MAY[part] - {part}}"


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_nothing_imports_the_composition_root(file: Path) -> None:
    """The composition root is imported by the command line and tests alone."""
    if part_of(file) not in EVERYTHING:
        assert not imported(file) & {"app", "cli", "commands"}


@pytest.mark.parametrize("file", sorted((ROOT / "evals").rglob("*.py")), ids=str)
def test_evals_run_without_the_server(file: Path) -> None:
    """Evals use the code of production, but for its server and its composition root."""
    assert not imported_by_evals(file) & {"api", "app"}


def imported_by_evals(file: Path) -> set[str]:
    tree = ast.parse(file.read_text())
    modules = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    modules += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    return {m.split(".")[1] for m in modules if m.startswith("copilot.")}
