"""Benchmarks, run by `make bench`: ratios against a baseline that runs beside them, never absolute times."""
