"""Measures everything, or the subjects that are named; prints one JSON object on one line, then a table.

    python -m benchmarks [start] [commands] [rubric] [retrieval] [memory] [turns] [stream] [load] [idle] [size] [prompts] [desk] [cohort] [providers]

The exit status is 0 whether or not the goals are met: a figure depends on the machine. It takes about eight minutes on two cores.
`desk` and `cohort`, which build thousands of interviews first, and `providers`, which needs their extras, are measured only when they are named.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import time

from benchmarks.harness import Figure, describe, draw_table

SUBJECTS = ("start", "commands", "rubric", "retrieval", "memory", "turns", "stream", "load", "idle", "size", "prompts")
ONLY_WHEN_NAMED = ("desk", "cohort", "training", "providers", "duplicates")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="what the product takes, beside its goals")
    parser.add_argument(
        "subjects", nargs="*", metavar="SUBJECT", help=f"some of: {', '.join(SUBJECTS)} (default: these), {', '.join(ONLY_WHEN_NAMED)}"
    )
    chosen = parser.parse_args().subjects or list(SUBJECTS)
    if unknown := [subject for subject in chosen if subject not in SUBJECTS + ONLY_WHEN_NAMED]:
        parser.error(f"no such subject: {', '.join(unknown)}")
    for name in [name for name in os.environ if name.startswith(("INTERVIEWER_", "OPENAI_"))]:
        del os.environ[name]
    results: dict[str, list[Figure]] = {}
    for subject in chosen:
        began = time.perf_counter()
        results[subject] = importlib.import_module(f"benchmarks.{subject}").measure()
        print(f"{subject}: measured in {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    print(json.dumps(describe(results), ensure_ascii=False))
    print()
    print(draw_table(results))


if __name__ == "__main__":
    main()
