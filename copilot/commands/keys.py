"""`keys`: makes, lists, rotates and revokes API keys, also while the server runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, cast

import typer
from rich.console import Console
from rich.table import Table

from copilot.commands.options import Data, settings_with
from copilot.errors import Invalid, NotFound
from copilot.ports import SCOPES, ApiKey, KeyStore, Scope

_DAY_MS = 86_400_000
_USUAL = ["ingest", "read", "feedback"]


def build() -> typer.Typer:
    app = typer.Typer(
        help="Make, list, rotate and revoke API keys; a running server notices at once.", no_args_is_help=True
    )
    app.command()(create)
    app.command("list")(show)
    app.command()(rotate)
    app.command()(revoke)
    return app


def create(
    tenant: Annotated[str, typer.Option(help="Whose conversations it opens.")] = "default",
    name: Annotated[str, typer.Option(help="What it is for, to know it again.")] = "",
    scope: Annotated[
        list[str] | None,
        typer.Option(help=f"May be given several times: {', '.join(SCOPES)}. (default: {', '.join(_USUAL)})"),
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Days until it expires. (default: never)")] = None,
    data: Data = None,
) -> None:
    """Make a key and print it: the one time that it can be seen, since only its hash is kept."""
    from copilot.api.auth import new_key

    scopes = tuple(scope or _USUAL)
    unknown = [given for given in scopes if given not in SCOPES]
    if unknown:
        raise Invalid(f"no such scope: {', '.join(unknown)} (there are {', '.join(SCOPES)})")
    now_ms = _now_ms()
    plain, key = new_key(
        tenant,
        name,
        cast("tuple[Scope, ...]", scopes),
        now_ms,
        expires_ms=now_ms + days * _DAY_MS if days else None,
    )
    with _store(data) as store:
        store.add(key)
    typer.echo(plain)
    Console(stderr=True).print(
        f"Key [bold]{key.id}[/] of tenant [bold]{tenant}[/] for {', '.join(scopes)}; "
        "send it as `Authorization: Bearer …`."
    )


def show(
    tenant: Annotated[str | None, typer.Option(help="Only this tenant's.")] = None, data: Data = None
) -> None:
    """List the keys; never their secrets, which are not kept."""
    with _store(data) as store:
        keys = store.all(tenant)
    if not keys:
        typer.echo("no keys")
        return
    table = Table()
    for column in ("key", "tenant", "name", "scopes", "made", "last used", "state"):
        table.add_column(column, overflow="fold")  # nothing is cut off in a narrow terminal
    now_ms = _now_ms()
    for key in keys:
        made, used = _day(key.created_ms), _day(key.last_used_ms)
        table.add_row(key.id, key.tenant, key.name, " ".join(key.scopes), made, used, _state(key, now_ms))
    Console().print(table)


def _state(key: ApiKey, now_ms: int) -> str:
    if key.revoked_ms is not None:
        return f"revoked {_day(key.revoked_ms)}"
    if key.expires_ms is None:
        return "valid"
    return f"{'valid until' if key.expires_ms > now_ms else 'expired'} {_day(key.expires_ms)}"


def revoke(
    key: Annotated[str, typer.Argument(help="The key's visible id, as `keys list` shows it.")],
    data: Data = None,
) -> None:
    """Revoke a key. Open streams that use it end."""
    with _store(data) as store:
        if not store.revoke(key, _now_ms()):
            raise NotFound(f"no valid key {key}")
    typer.echo(f"revoked {key}")


def rotate(
    key: Annotated[str, typer.Argument(help="The key's visible id, as `keys list` shows it.")],
    overlap: Annotated[int, typer.Option(min=0, help="Seconds for which the old key stays good.")] = 3_600,
    data: Data = None,
) -> None:
    """Put a new key in a key's place and print it; the old one ends after the overlap."""
    from copilot.api.auth import rotated

    with _store(data) as store:
        old = store.find(key)
        if old is None:
            raise NotFound(f"no key {key}")
        plain, new = rotated(old, _now_ms())
        store.add(new)
        store.expire(key, _now_ms() + overlap * 1_000)
    typer.echo(plain)
    Console(stderr=True).print(f"Key [bold]{new.id}[/] takes the place of {key}, which ends in {overlap} s.")


@contextmanager
def _store(data: Data) -> Iterator[KeyStore]:
    from copilot.stores.sqlite_keys import SqliteKeyStore

    store = SqliteKeyStore(settings_with(data_dir=data).keys_path)
    try:
        yield store
    finally:
        store.close()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _day(ms: int | None) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M") if ms else "–"
