"""Reads query parameters the strict way: each at most once, only known ones, nothing coerced or echoed."""

from __future__ import annotations

from urllib.parse import parse_qsl

from copilot.errors import Invalid, Malformed


class Query:
    """The parameters of one request. Raises Malformed, Invalid; an error names ours, never a caller's."""

    def __init__(self, query_string: bytes, known: frozenset[str]) -> None:
        try:
            pairs = parse_qsl(
                query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=32
            )
        except ValueError:
            raise Malformed("The query is not well-formed.") from None
        self._values = dict(pairs)
        if len(self._values) != len(pairs):
            raise Malformed("A query parameter is there twice.")
        if not known.issuperset(self._values):
            raise Invalid(f"Unknown query parameter; known are: {', '.join(sorted(known)) or 'none'}.")

    def text(self, name: str) -> str | None:
        return self._values.get(name)

    def integer(self, name: str, default: int, least: int, most: int) -> int:
        value = self._values.get(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit() and len(value) <= 16 and least <= int(value) <= most):
            raise _invalid(name, f"must be a whole number from {least} to {most}")
        return int(value)

    def choice(self, name: str, choices: tuple[str, ...]) -> str | None:
        value = self._values.get(name)
        if value is not None and value not in choices:
            raise _invalid(name, f"must be one of: {', '.join(choices)}")
        return value


def _invalid(name: str, detail: str) -> Invalid:
    return Invalid(f"Query parameter {name} {detail}.", errors=[{"parameter": name, "detail": detail}])
