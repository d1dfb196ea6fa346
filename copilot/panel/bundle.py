"""Makes the one script that is served out of the modules in src/: imports dropped, one after another."""

from __future__ import annotations

import re
from importlib.resources import files

NAME = "agent-copilot.js"

# In the order in which they need each other.
MODULES = (
    "texts",
    "sse",
    "backoff",
    "tickets",
    "connection",
    "outbox",
    "keeper",
    "schedule",
    "record",
    "session",
    "keys",
    "styles",
    "nodes",
    "hands",
    "card",
    "standing",
    "wrapup",
    "element",
)

_IMPORT = re.compile(r'^import\b[^;]*?from "\./[a-z]+\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:const|class|function)\b)", re.MULTILINE)


def script() -> bytes:
    """The script: works as a module and as a classic script, and leaves no name behind."""
    parts = [_EXPORT.sub("", _IMPORT.sub("", source(name))) for name in MODULES]
    return ('"use strict";\n(() => {\n' + "\n".join(parts) + "})();\n").encode()


def source(name: str) -> str:
    return (files("copilot.panel") / "src" / f"{name}.js").read_text(encoding="utf-8")
