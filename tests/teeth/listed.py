"""Every sabotage of the project, by promises: a new group is a file here and a line below."""

from __future__ import annotations

from tests.teeth import access, durability, host, model, personal_data, streams
from tests.teeth.sabotage import Sabotage

ALL: tuple[Sabotage, ...] = (
    *access.SABOTAGES,
    *durability.SABOTAGES,
    *host.SABOTAGES,
    *model.SABOTAGES,
    *personal_data.SABOTAGES,
    *streams.SABOTAGES,
)
