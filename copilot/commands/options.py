"""Options that several commands have, and the settings they lead to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from copilot.errors import Misconfigured
from copilot.settings import Settings

Data = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of the log and the keys. (COPILOT_DATA_DIR, else ./data)"),
]
Host = Annotated[
    str | None,
    typer.Option(
        help="Address to listen on. One that is not loopback needs keys. (COPILOT_HOST, else 127.0.0.1)"
    ),
]
Port = Annotated[
    int | None, typer.Option(min=0, max=65_535, help="Port; 0 for any free one. (COPILOT_PORT, else 8765)")
]
Url = Annotated[
    str | None,
    typer.Option(
        help="The running server. (COPILOT_URL, else http://127.0.0.1:8765)",
        envvar="COPILOT_URL",
        show_envvar=False,
    ),
]
Secret = Annotated[
    str | None,
    typer.Option(
        "--key",
        help="API key, where the server asks for one. (COPILOT_KEY)",
        envvar="COPILOT_KEY",
        show_envvar=False,
    ),
]


def settings_with(**given: Any) -> Settings:
    """The settings of the environment, with what was given on the command line before them."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"])
        raise Misconfigured(f"setting {name} (COPILOT_{name.upper()}): {first['msg']}") from error
