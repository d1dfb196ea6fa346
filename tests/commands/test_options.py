"""Tests of the settings that commands work with."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.commands.options import settings_with
from copilot.errors import Misconfigured


def test_an_option_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is given counts, then the environment, then the default."""
    monkeypatch.setenv("COPILOT_PORT", "9000")
    assert settings_with(port=None).port == 9000
    assert settings_with(port=9001, data_dir=Path("x")).port == 9001
    assert settings_with().host == "127.0.0.1"


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that cannot be is told with the name of its variable, not with the value."""
    monkeypatch.setenv("COPILOT_BUDGET_MS", "secret")
    with pytest.raises(Misconfigured, match=r"^setting budget_ms \(COPILOT_BUDGET_MS\): ") as caught:
        settings_with()
    assert "secret" not in str(caught.value)
