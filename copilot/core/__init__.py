"""The pure core: no I/O, no clock, no randomness, no asyncio. Time and weights are handed in."""
