"""Which one of several a task is about, and which task a fact is about: two specimens of an order, two lots of an item.

A rule says ``match: {specimen_id: specimen_id}``: the field of the fact, and the field of the event that made the task
(or ``case.name``). The task keeps what its cause told of it.
"""

from typing import Any

from clinicflow.core.bundle import Bundle
from clinicflow.core.outcome import Timer
from clinicflow.core.rules import Fact
from clinicflow.core.task import OPEN, Task
from clinicflow.core.work import Work

CASE = "case."

About = tuple[tuple[str, str], ...]
"""What a task or a wait is about: the names that its rule matches, each with its value as text."""


def about(work: Work, names: tuple[str, ...]) -> About:
    """What the event at hand tells under these names; what it leaves open is left out."""
    case: dict[str, Any] = {}
    if any(name.startswith(CASE) for name in names):
        case = work.agent.exposed(work.state)
    told = [(name, case.get(name.removeprefix(CASE)) if name.startswith(CASE) else _told(work, name)) for name in names]
    return tuple([(name, str(value)) for name, value in told if value is not None])


def concerns(work: Work, fact: Fact, task: Task) -> bool:
    """Whether the event at hand is about this task. One that does not say which concerns a task only if it is the only
    open one of its rule: nothing is guessed."""
    same = _same(work, fact, task.about)
    if same is None:
        return sum(other.rule == task.rule and other.status in OPEN for other in work.tasks) == 1
    return same


def ends_wait(work: Work, fact: Fact, timer: Timer) -> bool:
    """The same for a running wait."""
    same = _same(work, fact, timer.about)
    return sum(other.rule == timer.rule for other in work.timers) == 1 if same is None else same


def _same(work: Work, fact: Fact, about: About) -> bool | None:
    """Whether all is the same; None when something is not said."""
    known, unsaid = dict(about), False
    for field, name in fact.match:
        told, wanted = _told(work, field), known.get(name)
        if told is None or wanted is None:
            unsaid = True
        elif str(told) != wanted:
            return False
    return None if unsaid else True


def matched(bundle: Bundle, task: Task, event_type: str) -> dict[str, str]:
    """What an event of this type must say to end the task: fields and values, for whoever fills in its form."""
    spec = bundle.rule(task.agent, task.rule).task if bundle.has_rule(task.agent, task.rule) else None
    facts = spec.done_by if spec is not None else ()
    known = dict(task.about)
    pairs = [pair for fact in facts if fact.event == event_type for pair in fact.match]
    return {field: known[name] for field, name in pairs if name in known}


def _told(work: Work, field: str) -> Any:
    return getattr(work.event, field, None)
