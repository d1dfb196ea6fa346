"""`make soak`: half an hour of the load shape with a fault a second. ARGS='--minutes 5' for less."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.soak.report import figures, page, summary
from tests.soak.running import Soak, soaked


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument(
        "--calls", type=int, default=50, help="at once, two fragments a second and four readers each"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("soak.html"))
    given = parser.parse_args()
    soak = Soak(given.minutes, given.calls, given.seed)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(soaked(soak, Path(folder)))
    given.out.write_text(page(soak), encoding="utf-8")
    print(summary(soak))
    for each in figures(soak):
        print(f"{'' if each.good else 'NOT '}reached: {each.name}: {each.reached}; wanted: {each.wanted}")
    for line in soak.wrong[:20]:
        print(f"WRONG {line}")
    print(f"report: {given.out}")
    return 0 if all(each.good for each in figures(soak)) else 1


if __name__ == "__main__":
    sys.exit(main())
