"""What if: the same primary events under another bundle; the rest comes from the code, in virtual time."""

import heapq
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from clinicflow.core.agent import Agent
from clinicflow.core.bundle import Bundle
from clinicflow.core.derive import is_primary
from clinicflow.core.event import Event, Micros, Placed
from clinicflow.core.ids import fired_id
from clinicflow.core.outcome import AgentCase, Outcome, Rejection
from clinicflow.core.rechecking import Rechecking
from clinicflow.core.standing import TELLING
from clinicflow.core.step import applies, bundle_for, step
from clinicflow.core.task import Task
from clinicflow.errors import HistoryNeeded
from clinicflow.events import TimerFired

_CHANGING = TELLING | {"bundle-migrated"}
"""Types of the events after which open tasks are looked at again."""


class WhatIfResult(msgspec.Struct):
    """What would have been: the virtual log, every task as it ended up, the cases by id and agent, the refusals."""

    events: list[Placed]
    tasks: dict[str, Task]
    cases: dict[str, dict[str, AgentCase]]
    rejections: list[tuple[str, str, Rejection]]
    """(event id, agent, rejection), in order."""


class Running(msgspec.Struct, frozen=True, order=True):
    """A timer in virtual time; ``cause`` is an event whose envelope it fires under."""

    fires_at: Micros
    order: int
    agent: str
    timer_id: str
    task_id: str | None
    due_at: Micros
    position: int


def what_if(
    agents: Mapping[str, Agent[Any]],
    bundle: Bundle,
    primaries: Iterable[Event | Placed],
    *,
    until: Micros | None = None,
) -> WhatIfResult:
    """Fold primary events, in the order given, through all agents under ``bundle``.

    A ``Placed`` keeps the time it was logged at, an ``Event`` counts as logged when it was recorded. What is derived or
    was fired by a timer is left out. Timers fire up to ``until`` (UTC microseconds), without it up to the last event.
    """
    world = VirtualWorld(agents, bundle)
    for primary in primaries:
        event = primary.event if isinstance(primary, Placed) else primary
        at = primary.logged_at if isinstance(primary, Placed) else primary.recorded_at
        if is_primary(event) and event.TYPE != "bundle-migrated":
            world.feed(event, at)
    if until is not None:
        world.pass_time(until)
    return world.result


class VirtualWorld:
    """A journal, agents and clock in memory: events go in, what follows from them goes round at once."""

    def __init__(self, agents: Mapping[str, Agent[Any]], bundle: Bundle) -> None:
        self.agents = {name: agents[name] for name in sorted(agents)}
        self.bundle = bundle
        self.bundles = {bundle.number: bundle}
        self.now: Micros = 0
        self.result = WhatIfResult([], {}, {}, [])
        self._seen: set[tuple[str, str]] = set()
        self._look_again = False
        """Whether rules changed or something was told of people since the open tasks were looked at."""
        self._rows: dict[str, list[Placed]] = {}
        self._timers: list[Running] = []
        self.rechecking = Rechecking(self._rules, self.result.cases)

    def feed(self, event: Event, at: Micros) -> None:
        """An event from outside at ``at``, after all timers that fire until then."""
        self.pass_time(at)
        self._place(event)

    def pass_time(self, at: Micros) -> None:
        """Let the timers fire that are due up to ``at``."""
        while self._timers and self._timers[0].fires_at <= at:
            timer = heapq.heappop(self._timers)
            self.now = max(self.now, timer.fires_at)
            if self._runs(timer):
                self._place(self._fired(timer))
        self.now = max(self.now, at)

    def _place(self, event: Event) -> None:
        self._run(deque([event]))
        if self._look_again:
            self._check_tasks()

    def _check_tasks(self) -> None:
        """Look at all open tasks again."""
        self._look_again = False
        self._run(deque(self.rechecking.due(self.now)))

    def _run(self, queue: deque[Event]) -> None:
        """Place events and what follows from them, in order."""
        while queue:
            event = queue.popleft()
            self._look_again |= event.TYPE in _CHANGING or event.corrects is not None
            if (event.org_id, event.event_id) in self._seen:
                continue
            self._seen.add((event.org_id, event.event_id))
            placed = Placed(event, 0, len(self.result.events), self.now, self.bundle.number)
            self.result.events.append(placed)
            for outcome in self._apply(placed):
                queue.extend(outcome.derived)
            self._rows.setdefault(event.case_id, []).append(placed)

    def _apply(self, placed: Placed) -> list[Outcome]:
        outcomes = []
        cases = self.result.cases.setdefault(placed.event.case_id, {})
        for name, agent in self.agents.items():
            if applies(agent, self._under(agent, cases.get(name), placed), placed):
                outcome = self._step(agent, cases.get(name), placed)
                cases[name] = outcome.case
                self._take(name, placed, outcome)
                outcomes.append(outcome)
        return outcomes

    def _step(self, agent: Agent[Any], case: AgentCase | None, placed: Placed) -> Outcome:
        bundle = self._under(agent, case, placed)
        try:
            return step(agent, case, placed, bundle)
        except HistoryNeeded:
            rows = self._rows.get(placed.event.case_id, ())
            return step(agent, case, placed, bundle, rows, self.bundles.__getitem__)

    def _under(self, agent: Agent[Any], case: AgentCase | None, placed: Placed) -> Bundle:
        """The bundle that the event is applied under."""
        return self.bundles.get(bundle_for(agent, case, placed), self.bundle)

    def now_under(self, bundle: Bundle) -> None:
        """Let another bundle come into force: what begins from now on is under it, and what has no end. Open tasks are
        looked at again."""
        self.bundle = self.bundles[bundle.number] = bundle
        self._check_tasks()

    def _rules(self, case: AgentCase | None) -> Bundle:
        """The bundle that a side of a case goes by now."""
        kept = self.bundle.number if case is None else case.bundle
        return self.bundles.get(kept or self.bundle.number, self.bundle)

    def _take(self, agent: str, placed: Placed, outcome: Outcome) -> None:
        for change in outcome.tasks:
            task = change.task
            self.result.tasks[task.task_id] = task
            if task.escalate_at is not None and task.escalation_timer is not None:
                self._set(agent, placed, task.escalation_timer, task.task_id, task.escalate_at, task.escalate_at)
        for timer in outcome.timers_set:
            self._set(agent, placed, timer.timer_id, None, timer.due_at, timer.fires_at)
        self.rechecking.hear(placed, outcome)
        if outcome.rejection is not None:
            self.result.rejections.append((placed.event.event_id, agent, outcome.rejection))

    def _set(self, agent: str, placed: Placed, timer: str, task: str | None, due_at: Micros, fires_at: Micros) -> None:
        running = Running(fires_at, len(self.result.events), agent, timer, task, due_at, placed.position)
        heapq.heappush(self._timers, running)

    def _runs(self, timer: Running) -> bool:
        """Whether the timer still runs, at this time: a change of its task may have moved it."""
        side = self.result.cases[self.result.events[timer.position].event.case_id][timer.agent]
        if timer.task_id is None:
            return any((own.timer_id, own.fires_at) == (timer.timer_id, timer.fires_at) for own in side.timers)
        wanted = (timer.task_id, timer.timer_id, timer.fires_at)
        return any((task.task_id, task.escalation_timer, task.escalate_at) == wanted for task in side.tasks)

    def _fired(self, timer: Running) -> TimerFired:
        cause = self.result.events[timer.position].event
        return TimerFired(
            event_id=fired_id(timer.timer_id),
            org_id=cause.org_id,
            clinic_id=cause.clinic_id,
            case_id=cause.case_id,
            occurred_at=timer.fires_at,
            recorded_at=timer.fires_at,
            source_system="timekeeper",
            agent=timer.agent,
            timer_id=timer.timer_id,
            task_id=timer.task_id,
            due_at=timer.due_at,
        )
