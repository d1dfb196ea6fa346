"""Every sabotage of the project, by promises: a new group is a file here and a line below."""

from __future__ import annotations

<<<<<<< HEAD
from tests.teeth import access, durability, personal_data, streams
=======
from tests.teeth import access, durability, model, personal_data
>>>>>>> 6609b5d (Bursts and floods are tried on real sockets; a conversation's early calls end before the next begins; sabotages of the model path)
from tests.teeth.sabotage import Sabotage

ALL: tuple[Sabotage, ...] = (
    *access.SABOTAGES,
    *durability.SABOTAGES,
    *model.SABOTAGES,
    *personal_data.SABOTAGES,
    *streams.SABOTAGES,
)
