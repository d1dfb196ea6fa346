"""Labelled conversations as rows to learn from, the fit, and text as a recogniser mishears it."""
