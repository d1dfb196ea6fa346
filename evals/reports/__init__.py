"""The report of a run: one HTML file that opens without a network. `render` is the way in."""

from evals.reports.page import render

__all__ = ["render"]
