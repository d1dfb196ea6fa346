"""Transcripts as people write, check and label them, and what a set of them holds."""
