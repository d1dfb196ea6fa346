"""Versioned prompts: load and render them, hold what was released, and which conversation gets which."""
