"""``python -m bench [NAME ...] [--events N] [--json FILE]``: measure and print a table."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from bench.figures import Figure, show

BENCHES = {
    "agents-path": "bench.agents_path",
    "whole-path": "bench.whole_path",
    "latency": "bench.latency",
    "replay": "bench.replay_speed",
    "rechecks": "bench.rechecks",
}

WITHOUT_DAY = frozenset({"rechecks"})
"""Measurements that make their own tasks, not those of a day."""


def main() -> int:
    """Run the measurements that are named (all without a name); figures go to the screen and to a JSON file."""
    words = argparse.ArgumentParser(prog="python -m bench", description="Measure clinicflow on this machine.")
    words.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    words.add_argument("--events", type=int, help="events of the load (default: each measurement's own)")
    words.add_argument("--areas", choices=["plain", "all"], default="plain", help="plain visits, or all a clinic does")
    words.add_argument("--json", type=Path, default=Path("bench-figures.json"), help="file for the figures")
    told = words.parse_args()
    unknown = sorted(set(told.names) - set(BENCHES))
    if unknown:
        words.error(f"expected names of {', '.join(BENCHES)}, but got {', '.join(unknown)}")
    figures = [figure for name in told.names or BENCHES for figure in run(name, told.events, told.areas)]
    show(figures)
    told.json.write_text(json.dumps([msgspec.to_builtins(one) for one in figures], indent=1) + "\n")
    print(f"written to {told.json}")
    return 0


def run(name: str, events: int | None, areas: str = "plain") -> list[Figure]:
    """One measurement."""
    print(f"{name} ...", file=sys.stderr, flush=True)
    started = time.monotonic()
    module = importlib.import_module(BENCHES[name])
    words: dict[str, Any] = {} if name in WITHOUT_DAY else {"areas": areas}
    figures: list[Figure] = asyncio.run(module.measure(events, **words) if events else module.measure(**words))
    print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main())
