"""What is shipped besides code is found, and its YAML is plain values."""

from __future__ import annotations

import pytest
import yaml

from copilot.shipped import read_yaml, shipped


def test_everything_that_is_shipped_is_there() -> None:
    """Prompts, phrases, weights and the record of releases stand in one folder."""
    root = shipped()
    assert {"next-phrase", "phrasebook", "tracker", "released.json"} <= {path.name for path in root.iterdir()}


def test_yaml_makes_no_objects() -> None:
    """A document is plain values; one that asks for more is refused."""
    assert read_yaml("a: [1, 'b']") == {"a": [1, "b"]}
    with pytest.raises(yaml.YAMLError):
        read_yaml("!!python/object/apply:os.getcwd []")
