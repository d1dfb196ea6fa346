"""The near end of streams: the count of them, sends that are stuck, and which of several ways ends first."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client import CollectorRegistry

from copilot.api.limits import Limits
from copilot.api.outlets import Ending, Gate, Outlet, first_of
from copilot.errors import Full, TooMany
from copilot.metrics import Metrics


def test_the_gate_counts_each_tenant() -> None:
    """One tenant's streams take nothing from another's, and an ended one leaves its place."""
    gate = Gate(Limits(streams_per_tenant=1), Metrics(CollectorRegistry()))
    with gate.hold("a", "sse"), gate.hold("b", "sse"), pytest.raises(TooMany), gate.hold("a", "sse"):
        pass
    with gate.hold("a", "sse"):
        pass


async def test_an_outlet_knows_that_it_is_stuck() -> None:
    """A send that does not come back is counted from when it began."""
    free = asyncio.Event()

    async def send(_: object) -> None:
        await free.wait()

    outlet = Outlet(send)
    assert outlet.stuck_seconds == 0
    sending = asyncio.create_task(outlet.send({}))
    await asyncio.sleep(0.02)
    assert outlet.is_stuck
    assert outlet.stuck_seconds >= 0.01
    free.set()
    await sending
    assert not outlet.is_stuck


async def test_the_first_way_to_end_ends_the_others() -> None:
    """Whatever ends first decides, and nothing is left running."""
    ended: list[str] = []

    async def never() -> Ending:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("never")
        return "done"

    async def soon() -> Ending:
        return "revoked"

    assert await first_of(never(), soon()) == "revoked"
    assert ended == ["never"]


async def test_a_lost_connection_is_gone_and_a_fault_is_raised() -> None:
    """OSError from a send means that the client left; anything else is a fault of ours."""

    async def broken(error: Exception) -> Ending:
        raise error

    assert await first_of(broken(BrokenPipeError())) == "gone"
    with pytest.raises(ZeroDivisionError):
        await first_of(broken(ZeroDivisionError()))


def test_the_process_has_only_so_many_streams() -> None:
    """Beyond what there are descriptors for, a new stream is a 503 for every tenant, until one ends."""
    gate = Gate(Limits(streams=1), Metrics(CollectorRegistry()))
    with gate.hold("a", "sse"), pytest.raises(Full) as refused, gate.hold("b", "sse"):
        pass
    assert (refused.value.status, refused.value.retry_after_s) == (503, 2)
    with gate.hold("b", "sse"):
        pass
