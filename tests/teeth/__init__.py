"""Sabotaged builds: each breaks one promise in one place, and the tests that it names must notice."""
