"""Evals: samples, scorers, metrics and reports over the same code as production. Used from a checkout."""
