"""From one's own exports to unlabelled transcripts, one converter a file: text to lines, then `assembled`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from evals.converters.contact_lens import contact_lens
from evals.converters.line import Line, Roles, assembled
from evals.converters.rows import csv_rows, json_rows

Converter = Callable[[str, Roles], Iterator[Line]]

CONVERTERS: Mapping[str, Converter] = {
    "csv": csv_rows,
    "jsonl": json_rows,
    "contact-lens": contact_lens,
}

__all__ = ["CONVERTERS", "Converter", "Line", "Roles", "assembled"]
