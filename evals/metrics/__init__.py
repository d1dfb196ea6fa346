"""Scores, one a file. Each reads a Tally: how often what was said met what was labelled."""
