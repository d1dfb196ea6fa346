"""Python's collector of cycles: from the start on it leaves alone what is there for good."""

from __future__ import annotations

import gc


def spare_what_is_there() -> None:
    """Called once, when all that stays has been loaded: the collector need not walk it while agents wait."""
    gc.collect()
    gc.freeze()
    # A full collection is due when a quarter of what the last one left has come on top. The last one left all
    # that is frozen now, and garbage would pile up to a quarter of that; this one leaves next to nothing.
    gc.collect()
