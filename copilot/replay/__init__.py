"""Conversations on file, sent as a softphone sends them: planned, played, shown."""
