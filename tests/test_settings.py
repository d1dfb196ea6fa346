"""Settings: values from the environment, strict and harmless."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from copilot.settings import Settings


def test_values_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """COPILOT_NAME sets a value; lists are JSON; other programs' variables are left alone."""
    monkeypatch.setenv("COPILOT_PAUSE_MS", "500")
    monkeypatch.setenv("COPILOT_FORBIDDEN_WORDS", '["calm down"]')
    monkeypatch.setenv("PORT", "1")
    settings = Settings()
    assert (settings.pause_ms, settings.forbidden_words) == (500, ("calm down",))
    assert settings.port != 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "70000"), ("HOLD_SHARE", "1"), ("BUDGET_MS", "0"), ("LOG_LEVEL", "loud"), ("PAUSE_MS", "soon")],
)
def test_what_cannot_work_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A value that cannot work is refused when it is read, by its name."""
    monkeypatch.setenv(f"COPILOT_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_secrets_are_not_shown() -> None:
    """The model's key is in no text made of the settings."""
    assert "hush" not in repr(Settings(model_api_key="hush"))  # type: ignore[arg-type]


@pytest.mark.parametrize(("host", "alone"), [("127.0.0.1", True), ("::1", True), ("0.0.0.0", False)])
def test_only_loopback_is_ours_alone(host: str, alone: bool) -> None:
    """Loopback is reached by this machine alone; every other address by others."""
    assert Settings(host=host).on_loopback is alone


def test_settings_are_values() -> None:
    """They cannot be changed, and both files stand in the data folder."""
    settings = Settings(data_dir=Path("d"))
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]
    assert {settings.log_path.parent, settings.keys_path.parent} == {Path("d")}
