"""File descriptors: as many as the host allows, and how many of them may become open streams."""

from __future__ import annotations

import resource

# The log and its readers, keys, prompts, what listens, and requests that are no streams.
_OWN = 64
_LEAST = 8


def raise_limit() -> int:
    """Lifts this process's soft limit to the hard one; the limit that holds."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def streams_within(limit: int, model_calls: int) -> int:
    """How many streams may be open, so that all else still finds a descriptor."""
    return max(_LEAST, limit - _OWN - model_calls)
