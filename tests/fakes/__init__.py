"""Fakes: stand-ins that keep to the interfaces, so that a test needs no patch."""
