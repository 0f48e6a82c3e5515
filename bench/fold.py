"""How fast ``step()`` is over all agents: a simulated day folded from decoded events, as a replay and a worker do it.

CPU time of this process is measured, not the wall clock: the machine may be shared. Times are of the best pass.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from bench.figures import Figure
from clinicflow import bundle_files
from clinicflow.agents import all_agents
from clinicflow.core.agent import Agent
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.core.event import Placed
from clinicflow.core.outcome import AgentCase, Outcome
from clinicflow.core.step import addressed, applies, bundle_for, pack, step, unpack
from clinicflow.data import data_dir
from clinicflow.errors import HistoryNeeded
from clinicflow.simulate.synthetic import synthetic_day

VISITS = 400
SEED = 7

Cases = dict[str, dict[str, AgentCase]]
Rows = dict[str, list[Placed]]


def demo_bundle() -> Bundle:
    """The demo network, compiled."""
    return compile_bundle(bundle_files.load(data_dir("bundles") / "demo", data_dir("protocols")), 1, all_agents())


def demo_day(bundle: Bundle, visits: int = VISITS) -> list[Placed]:
    """The journal of a simulated day: facts, requests of staff, corrections, derived events and fired timers."""
    return synthetic_day(bundle, SEED, visits).result.events


class Fold:
    """Folds a journal through all agents, each event only through those that look at its type, as a worker does."""

    def __init__(self, bundle: Bundle, agents: dict[str, Agent[Any]], events: list[Placed]) -> None:
        self.bundle = bundle
        self.events = events
        self.rows: Rows = {}
        for placed in events:
            self.rows.setdefault(placed.event.case_id, []).append(placed)
        self.lookers = {
            kind: tuple([agents[name] for name in sorted(agents) if kind in bundle.subscribed(name)])
            for kind in bundle.types
        }

    def run(self, take: Callable[[str, Placed, Outcome], None] | None = None) -> Cases:
        """All cases after the events; ``take`` is told every outcome."""
        bundle, lookers, rows, cases = self.bundle, self.lookers, self.rows, Cases()
        for placed in self.events:
            sides = cases.setdefault(placed.event.case_id, {})
            for agent in addressed(lookers.get(placed.event.TYPE, ()), placed.event):
                name = agent.name
                side = sides.get(name)
                bundle_for(agent, side, placed)
                if applies(agent, bundle, placed):
                    outcome = one(agent, side, placed, bundle, rows)
                    sides[name] = outcome.case
                    if take is not None:
                        take(name, placed, outcome)
        return cases


def one(agent: Agent[Any], side: AgentCase | None, placed: Placed, bundle: Bundle, rows: Rows) -> Outcome:
    """One step, with the history when it is asked for."""
    try:
        return step(agent, side, placed, bundle)
    except HistoryNeeded:
        return step(agent, side, placed, bundle, rows[placed.event.case_id])


async def measure(events: int = 0) -> list[Figure]:
    """The same as figures; the day is as long as it is, so ``events`` changes nothing."""
    found = run()
    kinds = {name: f"{cost['us']} us" for name, cost in list(found["slowest_kinds"].items())[:6]}
    note = f"{found['agents_an_event']} agents and {found['task_changes_an_event']} task changes an event; {kinds}"
    row = f"a row of {found['bytes_a_row']} bytes"
    return [
        Figure(name="fold, decoded events", value=found["events_per_second"], unit="events/s a core", target=40_000),
        Figure(name="one step", value=found["us_a_step"], unit="us", note=note),
        Figure(name="pack a case", value=found["us_pack"], unit="us", note=row),
        Figure(name="unpack a case", value=found["us_unpack"], unit="us", note=row),
    ]


def run(seconds: float = 10.0) -> dict[str, Any]:
    """Measure for about so many seconds of CPU time; figures by name, times in microseconds."""
    bundle = demo_bundle()
    events = demo_day(bundle)
    fold = Fold(bundle, all_agents(), events)
    steps = changes = 0

    def count(_name: str, _placed: Placed, outcome: Outcome) -> None:
        nonlocal steps, changes
        steps += 1
        changes += len(outcome.tasks)

    cases = fold.run(count)
    best = _best(fold.run, seconds / 2)
    return {
        "events": len(events),
        "agents_an_event": round(steps / len(events), 2),
        "task_changes_an_event": round(changes / len(events), 2),
        "events_per_second": round(len(events) / best),
        "us_an_event": round(best / len(events) * 1e6, 2),
        "us_a_step": round(best / steps * 1e6, 2),
        "slowest_kinds": _by_kind(fold, seconds / 4),
        **_rows(cases, seconds / 4),
    }


def _best(work: Callable[[], Any], seconds: float) -> float:
    """The shortest CPU time of several passes, in seconds."""
    until = time.process_time() + seconds
    best = float("inf")
    while True:
        began = time.process_time()
        work()
        ended = time.process_time()
        best = min(best, ended - began)
        if ended >= until:
            return best


def _by_kind(fold: Fold, seconds: float) -> dict[str, dict[str, float]]:
    """What a step costs by agent and type of event, those that cost most in all first (with the clock: 0.4 us)."""
    until = time.process_time() + seconds
    best: dict[str, tuple[float, int]] = {}
    while True:
        for kind, found in _timed_pass(fold).items():
            best[kind] = min(best.get(kind, found), found)
        if time.process_time() >= until:
            break
    whole = sum(spent for spent, _ in best.values())
    ranked = sorted(best.items(), key=lambda item: -item[1][0])[:24]
    return {
        kind: {"us": round(spent / times * 1e6, 1), "times": times, "share": round(spent / whole, 3)}
        for kind, (spent, times) in ranked
    }


def _timed_pass(fold: Fold) -> dict[str, tuple[float, int]]:
    spent: dict[str, float] = defaultdict(float)
    times: dict[str, int] = defaultdict(int)
    last = time.process_time()

    def take(name: str, placed: Placed, _outcome: Outcome) -> None:
        nonlocal last
        now = time.process_time()
        kind = f"{name} {placed.event.TYPE}"
        spent[kind] += now - last
        times[kind] += 1
        last = time.process_time()

    fold.run(take)
    return {kind: (spent[kind], times[kind]) for kind in spent}


def _rows(cases: Cases, seconds: float) -> dict[str, float]:
    """What a case row costs to write and to read."""
    sides = list(cases.values())
    packed = [pack(each) for each in sides]
    return {
        "bytes_a_row": round(sum(map(len, packed)) / len(packed)),
        "us_pack": round(_best(lambda: [pack(each) for each in sides], seconds / 2) / len(sides) * 1e6, 2),
        "us_unpack": round(_best(lambda: [unpack(each) for each in packed], seconds / 2) / len(sides) * 1e6, 2),
    }


if __name__ == "__main__":
    for name, figure in run().items():
        if isinstance(figure, dict):
            for kind, cost in figure.items():
                print(f"  {kind:45} {cost['us']:6} us  {cost['times']:6} times  {cost['share']:.1%}")
        else:
            print(f"{name:24} {figure}")
