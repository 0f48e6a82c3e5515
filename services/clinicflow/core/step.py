"""``step()``: one event, one agent, one case, one bundle; the outcome is all that follows. Nothing is read or sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from clinicflow.core.agent import Agent
from clinicflow.core.bundle import Bundle
from clinicflow.core.corrections import Bundles, correct
from clinicflow.core.event import Placed
from clinicflow.core.hashing import next_hash
from clinicflow.core.kinds import IMPERSONAL
from clinicflow.core.outcome import AgentCase, Outcome
from clinicflow.core.pack import pack, unpack
from clinicflow.core.plain import addressed, applies, bundle_for, plain
from clinicflow.core.task import OPEN
from clinicflow.core.view import VisitView
from clinicflow.core.visit import ended
from clinicflow.core.work import BLANK
from clinicflow.errors import HistoryNeeded

__all__ = ["addressed", "applies", "bundle_for", "case_open", "case_view", "next_hash", "pack", "step", "unpack"]


def step(
    agent: Agent[Any],
    case: AgentCase | None,
    placed: Placed,
    bundle: Bundle,
    history: Sequence[Placed] | None = None,
    bundles: Bundles | None = None,
) -> Outcome:
    """Apply a placed event to an agent's side of a case (None: the agent has not heard of it).

    ``bundle`` is the one that ``bundle_for`` names. ``history`` are all earlier rows of the case, in order; raises
    ``HistoryNeeded`` without them when the event is a correction or one waits for it. ``bundles`` gives the bundle of a
    number, for a history under several; without it all of it is folded under ``bundle``. A row that the case has
    applied before changes nothing.
    """
    before = case or BLANK
    if placed.position <= before.position:
        return Outcome(before)
    event = placed.event
    if event.corrects is not None or (before.waiting and _awaited(before, event.event_id)):
        if history is None:
            raise HistoryNeeded
        return correct(agent, before, placed, bundle, history, bundles)
    return plain(agent, before, placed, bundle)


def case_view(cases: Mapping[str, AgentCase], placed: Placed | None = None) -> VisitView | None:
    """What boards show of the visit, by the agent that shows it."""
    return next((cases[name].view for name in sorted(cases) if cases[name].view is not None), None)


def case_open(cases: Mapping[str, AgentCase]) -> bool:
    """Whether it goes on: a visit that has not ended, an endless case always, else while a task or timer is open."""
    visit = over = goes_on = False
    for side in cases.values():
        visit = visit or side.kind == "visit"
        over = over or ended(side.phase)
        goes_on = goes_on or side.kind in IMPERSONAL or bool(side.timers)
        goes_on = goes_on or any(task.status in OPEN for task in side.tasks)
    return not over if visit else goes_on


def _awaited(case: AgentCase, event_id: str) -> bool:
    return any(target == event_id for target, _ in case.waiting)
