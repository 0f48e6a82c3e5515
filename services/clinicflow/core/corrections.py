"""A correction: the case is folded again as if the truth had been known from the start; the outcome is the difference.

Two folds of the earlier rows, without and with the correction, tell what it changes. Persons' later acts are rows too,
so they stay in force; what was refused then stays refused, as the person was told so.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from clinicflow.core.agent import Agent
from clinicflow.core.bundle import Bundle
from clinicflow.core.difference import Folded, apply_difference
from clinicflow.core.event import Event, Placed
from clinicflow.core.history import DEPTH, Tree, effective, objection
from clinicflow.core.kinds import IMPERSONAL
from clinicflow.core.outcome import AgentCase, Outcome, Rejection
from clinicflow.core.plain import applies, bundle_for, plain
from clinicflow.core.task import Task
from clinicflow.core.work import BLANK, Work
from clinicflow.events import TaskRequestRefused

Bundles = Callable[[int], Bundle]

REACH = 500
"""In a case without an end, a correction reaches back over so many rows."""

WAITING = 100
"""How many corrections may wait for events that have not come to a case."""


class Refolding(msgspec.Struct, frozen=True):
    """By what rows are folded again."""

    agent: Agent[Any]
    bundle: Bundle
    bundles: Bundles | None

    def fold(self, rows: Iterable[Placed], skip: frozenset[str]) -> Folded:
        """Fold rows from the first; requests in ``skip`` were refused and stay so."""
        case = BLANK
        tasks: dict[str, Task] = {}
        derived: dict[str, Event] = {}
        for row in rows:
            bundle = self._bundle_of(case, row)
            if row.event.event_id in skip or not applies(self.agent, bundle, row):
                continue
            outcome = plain(self.agent, case, row, bundle)
            case = outcome.case
            tasks.update({change.task.task_id: change.task for change in outcome.tasks})
            derived.update({event.event_id: event for event in outcome.derived})
        return Folded(case, tasks, derived)

    def _bundle_of(self, case: AgentCase, row: Placed) -> Bundle:
        number = bundle_for(self.agent, case, row)
        return self.bundle if self.bundles is None or number == self.bundle.number else self.bundles(number)


def correct(
    agent: Agent[Any],
    case: AgentCase,
    placed: Placed,
    bundle: Bundle,
    history: Sequence[Placed],
    bundles: Bundles | None,
) -> Outcome:
    """The outcome of a correction, or of an event that a correction has waited for."""
    event = placed.event
    earlier = [row for row in history if row.position < placed.position]
    if event.corrects is None:
        return _arrived(agent, case, placed, bundle, earlier)
    tree = Tree(earlier)
    target = tree.by_id.get(event.corrects)
    refused = _refusal(case, placed, target, len(tree.chain(event.corrects)))
    if refused is not None:
        return Work(agent, case, placed, bundle).outcome(refused)
    if target is None:
        waiting = (*case.waiting, (event.corrects, event.event_id))
        return Work(agent, msgspec.structs.replace(case, waiting=waiting), placed, bundle).outcome()
    return _corrected(Refolding(agent, bundle, bundles), _settled(case, event.event_id), placed, earlier)


def _corrected(by: Refolding, case: AgentCase, placed: Placed, earlier: Sequence[Placed]) -> Outcome:
    rows = (*earlier, placed)
    tree = Tree(rows)
    root = tree.root(placed.event.event_id)
    work = Work(by.agent, case, placed, by.bundle)
    if root is None or not applies(by.agent, by.bundle, root):
        return work.outcome()
    if root.event.CASE in IMPERSONAL and sum(row.position > root.position for row in earlier) > REACH:
        reason = f"Expected a correction of one of the last {REACH} events of this case, but it is of an older one."
        return work.outcome(Rejection("too-old", reason))
    refused = _refused_in(earlier, by.agent.name) | frozenset(case.refused)
    before = by.fold(effective(earlier), refused)
    after = by.fold(effective(rows), refused)
    void = root.event.event_id if tree.standing(root) is None else None
    return apply_difference(work, before, after, void)


def _arrived(agent: Agent[Any], case: AgentCase, placed: Placed, bundle: Bundle, earlier: Sequence[Placed]) -> Outcome:
    """An event whose correction came first: it is folded as corrected, or not at all."""
    case = _settled(case, placed.event.event_id)
    standing = Tree((*earlier, placed)).standing(placed)
    if standing is None:
        return Work(agent, case, placed, bundle).outcome()
    return plain(agent, case, standing, bundle)


def _refusal(case: AgentCase, placed: Placed, target: Placed | None, links: int) -> Rejection | None:
    event = placed.event
    if links > DEPTH:
        reason = f"Expected a correction of an event, but it corrects the last of {DEPTH} corrections of corrections."
        return Rejection("too-deep", reason)
    if event.corrects == event.event_id:
        return Rejection("corrects-itself", "Expected a correction of another event, but it names itself.")
    if target is not None:
        return objection(event, target.event)
    if len(case.waiting) >= WAITING:
        reason = f"Expected a correction of an event of this case, but {WAITING} wait for events that never came."
        return Rejection("too-many-waiting", reason)
    return None


def _settled(case: AgentCase, event_id: str) -> AgentCase:
    waiting = tuple(pair for pair in case.waiting if pair[0] != event_id)
    return case if len(waiting) == len(case.waiting) else msgspec.structs.replace(case, waiting=waiting)


def _refused_in(rows: Iterable[Placed], agent: str) -> frozenset[str]:
    """The requests that this agent has refused, as the rows tell."""
    refusals = (row.event for row in rows if isinstance(row.event, TaskRequestRefused))
    return frozenset(refusal.request_event for refusal in refusals if refusal.agent == agent)
