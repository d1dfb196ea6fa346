"""`make teeth`: every sabotage must be noticed by the tests that it names. `ARGS='NAME …'` tries some."""

from __future__ import annotations

import argparse
import sys
import time

from tests.teeth import runner
from tests.teeth.listed import ALL
from tests.wire.processes import ROOT


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.teeth", description=__doc__)
    parser.add_argument("names", nargs="*", help="only those whose name or promise number is given")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    wanted = [one for one in ALL if not given.names or {one.name, *map(str, one.promises)} & {*given.names}]
    if not wanted:
        parser.error("no sabotage of this name or promise")
    began = time.monotonic()
    trouble = runner.sound(ROOT, [test for one in wanted for test in one.tests])
    if trouble:
        print(f"The tests are not green without any sabotage:\n{trouble}")
        return 1
    missed = 0
    for sabotage, said in runner.run(ROOT, wanted, given.workers):
        missed += bool(said)
        promises = ", ".join(map(str, sabotage.promises))
        print(f"{'MISSED ' if said else 'noticed'} {promises:>8}  {sabotage.name}  {said}", flush=True)
    print(f"{len(wanted) - missed} of {len(wanted)} sabotages noticed, {time.monotonic() - began:.0f} s")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
