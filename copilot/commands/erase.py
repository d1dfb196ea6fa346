"""`erase`: takes a conversation, a customer or a tenant out of the log of a server that is not running."""

from __future__ import annotations

import asyncio
import getpass
from typing import Annotated

import typer

from copilot import logs
from copilot.clocks import SystemClock
from copilot.commands.options import Data, settings_with
from copilot.engine.erasures import Erasures
from copilot.engine.namings import Namings
from copilot.errors import Damaged, Gone, Invalid, Misconfigured, NotFound, Taken
from copilot.ports import Key, Store
from copilot.redaction import redact_text
from copilot.settings import Settings

Tenant = Annotated[str, typer.Option(help="Whose conversations.")]


def erase(
    tenant: Tenant = "default",
    conversation: Annotated[str | None, typer.Option(help="The id of one conversation.")] = None,
    customer: Annotated[
        str | None, typer.Option(help="Every conversation in which a customer was named by this id.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of the tenant's conversations.")] = False,
    data: Data = None,
) -> None:
    """Erase a conversation, a customer's or all of a tenant's; a running server does it over its API."""
    if sum((conversation is not None, customer is not None, everything)) != 1:
        raise Invalid("say what to erase: --conversation, --customer or --all")
    settings = settings_with(data_dir=data)
    if not settings.log_path.exists():
        raise Misconfigured(f"there is no log in {settings.data_dir}")
    logs.configure(settings.log_level.upper())

    async def done() -> int:
        from copilot.stores.sqlite import SqliteStore

        store = SqliteStore(settings.log_path)
        try:
            await store.start()
        except Taken:
            raise Taken(
                "a server is running on this folder, and holds its log: ask it (POST /v1/erasures, "
                "DELETE /v1/conversations/…), or stop it first"
            ) from None
        try:
            return await _erased(store, settings, Key(tenant, conversation or ""), customer)
        finally:
            await store.stop()

    typer.echo(f"conversations erased: {asyncio.run(done())}")


async def _erased(store: Store, settings: Settings, wanted: Key, customer: str | None) -> int:
    async def one(key: Key) -> None:
        try:
            if not await store.tail(key):
                raise NotFound("no such conversation")
        except Damaged:  # cannot be read, but can be erased
            pass
        await store.erase(key)

    def redact(tenant: str, text: str) -> str:
        return redact_text(text, settings.personal_data_of(tenant))

    erasures, by = Erasures(store, one, SystemClock(), redact, Namings()), getpass.getuser()
    if customer is not None:
        return await erasures.of_customer(wanted.tenant, customer, by)
    if not wanted.id:
        return await erasures.of_tenant(wanted.tenant, by)
    try:
        await erasures.of_conversation(wanted, by)
    except Gone:
        return 0
    return 1
