"""What is under test, loaded once."""

from __future__ import annotations

import pytest

from copilot.shipped import shipped
from evals.runs.subject import Subject, load_subject


@pytest.fixture(scope="session")
def subject() -> Subject:
    return load_subject(shipped())
