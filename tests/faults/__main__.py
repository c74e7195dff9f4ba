"""`make faults`: break the application in every way that is foreseen, and see whether it keeps what it promises.

    python -m tests.faults [--quick] [--seed N] [--only NAME…] [--write]

Prints a table and ends with 0 if every promise held, 1 if one broke, 3 if a part was left out because a program is missing.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.faults.table import Form, Missing, Row, Run, describe_measurement, name_code, to_text, write_page, write_summary

PARTS = ("kills", "model", "browser", "index", "writers", "soak", "disk")
README = Path(__file__).resolve().parents[2] / "README.md"
PAGE = README.parent / "docs" / "reliability.md"
HELD, BROKEN, LEFT_OUT = 0, 1, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts one after the other."""
    options = _read(arguments)
    form = Form(options.quick, options.seed, float(os.environ.get("SOAK_MINUTES", "0.25" if options.quick else "30")))
    runs, missing = [], []
    for part in options.only or PARTS:
        try:
            runs.append(_run(part, form))
            print(to_text(runs[-1]), flush=True)
            if options.write:
                write_page(PAGE, runs[-1:], PARTS)
                write_summary(README, PAGE)
        except Missing as error:
            missing.append(part)
            print(f"== {part}: left out, {error}", flush=True)
    broken = [run.part for run in runs if not run.held]
    print(f"seed {form.seed}; {len(runs) - len(broken)} of {len(runs)} parts held" + "".join(f"; BROKEN: {part}" for part in broken))
    return BROKEN if broken else LEFT_OUT if missing else HELD


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="break the application and see what it keeps")
    parser.add_argument("--quick", action="store_true", help="the short form, a few minutes")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000), help="repeats a run")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="NAME", help=f"some parts: {', '.join(PARTS)}")
    parser.add_argument("--write", action="store_true", help=f"put each part's rows into docs/{PAGE.name} and {README.name} as it ends")
    return parser.parse_args(arguments)


def _run(part: str, form: Form) -> Run:
    started, code = time.monotonic(), name_code()
    module = importlib.import_module(f"tests.faults.{part}")
    with tempfile.TemporaryDirectory(prefix=f"faults-{part}-", ignore_cleanup_errors=True) as folder:
        rows: tuple[Row, ...] = tuple(module.run(form, Path(folder)))
    seconds = time.monotonic() - started
    return Run(part, form, seconds, rows, describe_measurement(seconds, code))


if __name__ == "__main__":
    sys.exit(main())
