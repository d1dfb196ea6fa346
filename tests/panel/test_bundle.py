"""The served script is one, small, whole, and leaves nothing behind."""

from __future__ import annotations

import gzip
import re

from copilot.panel.bundle import MODULES, script, source
from tests.wire.processes import ROOT


def test_the_script_is_small() -> None:
    """The script has less than 30 kB compressed."""
    assert len(gzip.compress(script())) < 30_000


def test_every_module_is_in_it_after_what_it_imports() -> None:
    """Each module stands in the list once, behind the modules that it imports."""
    assert {path.stem for path in (ROOT / "copilot" / "panel" / "src").glob("*.js")} == set(MODULES)
    for index, name in enumerate(MODULES):
        imported = re.findall(r'from "\./([a-z]+)\.js"', source(name))
        assert set(imported) <= set(MODULES[:index]), name


def test_no_import_and_no_export_is_left() -> None:
    """The script runs as a classic script: imports and exports are gone."""
    assert not re.search(r"^(import|export)\b", script().decode(), re.MULTILINE)


def test_no_name_is_declared_twice() -> None:
    """In one scope, no two modules declare the same name."""
    declared = re.findall(r"^(?:async )?(?:const|let|class|function) (\w+)", script().decode(), re.MULTILINE)
    assert len(declared) == len(set(declared))


def test_nothing_makes_markup_or_code_of_text() -> None:
    """No module knows a way to make markup or code of a text, to store one, or to follow a link."""
    ways = r"(inner|outer|Adjacent)HTML|DOMParser|document\.write|\beval\b|new Function|srcdoc|Storage|href ="
    assert not re.search(ways, script().decode())


def test_every_module_is_short() -> None:
    """No module has more than 400 lines."""
    assert all(source(name).count("\n") <= 400 for name in MODULES)
