"""What may happen to the log without any change: the same again, cases among each other, batches of any size."""

import asyncio
from collections.abc import Sequence
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinicflow.agents import all_agents
from clinicflow.core.event import Event, Placed
from clinicflow.core.outcome import AgentCase, Outcome
from clinicflow.core.step import applies, step
from clinicflow.errors import HistoryNeeded
from clinicflow.live.draft import journaled
from tests.agents.harness import demo_bundle
from tests.agents.random_days import DAYS, Day, Move
from tests.replay.day import Recorder

Told = tuple[str, list[Move]]
AGENTS = all_agents()


def played(told: Told) -> Day:
    """A day and the night after it, so that its timers have fired."""
    day = Day()
    for _ in day.play(told):
        continue
    day.wait(day.minute + 600)
    return day


def run(pytestconfig: pytest.Config, quick: int) -> settings:
    """So many days, the same ones each time; or as many as ``--days`` says, others each time."""
    chosen = pytestconfig.getoption("--days")
    usual = settings.get_profile("at-random") if chosen else settings()
    return settings(usual, max_examples=chosen or quick, suppress_health_check=list(HealthCheck))


class Folded:
    """A log folded as it was recorded: every row through every agent, whatever else lies between."""

    def __init__(self) -> None:
        self.bundle = demo_bundle()
        self.sides: dict[tuple[str, str], AgentCase] = {}
        self.rows: dict[str, list[Placed]] = {}
        self.tasks: dict[str, Any] = {}
        self.derived: set[str] = set()

    def fold(self, rows: Sequence[Placed]) -> "Folded":
        """All rows in this order; each gets the position that it has in it."""
        for position, row in enumerate(rows):
            placed = msgspec.structs.replace(row, position=position)
            for name, agent in sorted(AGENTS.items()):
                if applies(agent, self.bundle, placed):
                    self.take(name, placed, self.step(name, placed))
            self.rows.setdefault(placed.event.case_id, []).append(placed)
        return self

    def step(self, name: str, placed: Placed) -> Outcome:
        """One agent's answer to a row."""
        side = self.sides.get((placed.event.case_id, name))
        try:
            return step(AGENTS[name], side, placed, self.bundle)
        except HistoryNeeded:
            return step(AGENTS[name], side, placed, self.bundle, self.rows.get(placed.event.case_id, ()))

    def take(self, name: str, placed: Placed, outcome: Outcome) -> None:
        """Keep what followed."""
        self.sides[placed.event.case_id, name] = outcome.case
        self.tasks.update((change.task.task_id, change.task) for change in outcome.tasks)
        self.derived.update(event.event_id for event in outcome.derived)

    def standing(self) -> Any:
        """Everything that stands in the end, but where in the log it was said."""
        sides = {key: msgspec.structs.replace(side, hash=b"", position=0) for key, side in self.sides.items()}
        return sides, self.tasks, self.derived


class Again(Folded):
    """Every row is delivered twice, as after a worker that died before its checkpoint."""

    def take(self, name: str, placed: Placed, outcome: Outcome) -> None:
        super().take(name, placed, outcome)
        repeated = self.step(name, placed)
        assert repeated == Outcome(outcome.case), (name, placed.event.TYPE)


@pytest.mark.timeout(0)
def test_the_same_event_twice_changes_nothing(pytestconfig: pytest.Config) -> None:
    @run(pytestconfig, 40)
    @given(DAYS)
    def on_any_day(told: Told) -> None:
        day = played(told)
        assert Again().fold(day.result.events).standing() == Folded().fold(day.result.events).standing()
        day.pass_time(day.now)  # what time alone brings comes first, as of a holder whose shift has ended meanwhile
        before = len(day.result.events)
        for event in day.told:
            day.feed(event, day.now)
        assert len(day.result.events) == before

    on_any_day()


@pytest.mark.timeout(0)
def test_events_of_different_cases_in_any_order_leave_the_same_states_and_tasks(pytestconfig: pytest.Config) -> None:
    @run(pytestconfig, 40)
    @given(DAYS, st.integers(0, 1 << 32))
    def on_any_day(told: Told, order: int) -> None:
        log = played(told).result.events
        assert Folded().fold(shuffled(log, order)).standing() == Folded().fold(log).standing()

    on_any_day()


def shuffled(log: Sequence[Placed], order: int) -> list[Placed]:
    """The log with its cases dealt out among each other at random; the order within each case stays."""
    by_case: dict[str, list[Placed]] = {}
    for placed in log:
        by_case.setdefault(placed.event.case_id, []).append(placed)
    places = [placed.event.case_id for placed in log]
    Random(order).shuffle(places)
    return [by_case[case].pop(0) for case in places]


class Split(Recorder):
    """A worker whose rounds are as large as it is told, again and again; it stores what they make."""

    def __init__(self, sizes: Sequence[int]) -> None:
        super().__init__()
        self._sizes = sizes

    async def settle(self) -> None:
        """Place and fold until nothing is left, in rounds of these sizes, each in the order of the journal.

        Which of two cases in different partitions tells a third one first, nobody promises.
        """
        for number in range(100_000):
            lease = await self.store.take_lease("recorder")
            assert lease is not None
            rows = await self.store.place(lease[0], self.now, self._sizes[number % len(self._sizes)])
            if not rows:
                return
            journal = {key: number for number, key in enumerate(self.store._tables.journal)}
            await self._round(sorted(rows, key=lambda row: journal[row.org_id, row.event_id]))

    def stored(self) -> Any:
        """All that was written."""
        tables = self.store._tables
        places = [[(row.event_id, row.logged_at) for row in rows] for rows in tables.places]
        return tables.cases, tables.tasks, tables.timers, tables.rejections, places


async def recorded(events: Sequence[Event], sizes: Sequence[int]) -> Any:
    """What is stored when these events wait in the journal and are folded in rounds of these sizes."""
    worker = Split(sizes)
    await worker.begin()
    worker.now = max(event.recorded_at for event in events)
    async with worker.store.intake() as transaction:
        await transaction.append([journaled(event) for event in events])
    await worker.settle()
    assert worker.store._tables.letters == {}
    return worker.stored()


@pytest.mark.timeout(0)
def test_any_split_into_batches_gives_the_same_states_tasks_and_timers(pytestconfig: pytest.Config) -> None:
    @run(pytestconfig, 15)
    @given(DAYS, st.lists(st.integers(1, 40), min_size=1, max_size=6))
    def on_any_day(told: Told, sizes: list[int]) -> None:
        events = [placed.event for placed in played(told).result.events if placed.event.BY in ("person", "feed")]
        whole, split = asyncio.run(recorded(events, [1])), asyncio.run(recorded(events, sizes))
        assert split == whole

    on_any_day()
