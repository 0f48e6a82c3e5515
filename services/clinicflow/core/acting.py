"""What a rule does when it acts: makes a task, raises an event, or waits for a timer first."""

from typing import Any

from msgspec.structs import replace

from clinicflow.core.agent import Raise
from clinicflow.core.derive import derive
from clinicflow.core.event import Event
from clinicflow.core.ids import task_id, timer_id
from clinicflow.core.matching import About, about
from clinicflow.core.outcome import AT_CLOSING, RuleError, Timer
from clinicflow.core.requests import Setting
from clinicflow.core.rules import PRIORITIES, REVIEW, Expression, RaiseSpec, Rule, TaskSpec, Wait, rung
from clinicflow.core.task import TaskChange
from clinicflow.core.work import GRACE, Work
from clinicflow.errors import InvalidEvent, RuleFailed


def act(work: Work, rule: Rule, cause: str, base: int, awaited: About = ()) -> None:
    """Let a rule act on ``cause`` if its condition holds; due times count from ``base``. ``awaited`` is what a wait
    that is over was about. A failure is told."""
    try:
        if rule.when is not None and not work.prepared().holds(rule.when):
            return
        which = awaited or (about(work, rule.about) if rule.about else ())
        change = _task(work, rule, rule.task, cause, base, which) if rule.task is not None else None
        raised = _raised(work, rule, rule.raises, cause) if rule.raises is not None else None
    except (RuleFailed, InvalidEvent) as error:
        failed(work, rule, error)
        return
    if change is not None:
        work.add(change)
    if raised is not None:
        work.derive(raised)


def failed(work: Work, rule: Rule, error: Exception) -> None:
    """A condition that fails is not false: it is told, and somebody is asked to look, once while that is open."""
    work.errors += (RuleError(rule.id, str(error)),)
    if any(task.open and task.rule == REVIEW.id and task.reason == rule.id for task in work.tasks):
        return
    if REVIEW.task is not None:
        review = _task(work, REVIEW, REVIEW.task, work.event.event_id, work.event.occurred_at, failed_rule=rule.id)
        if review is not None:
            work.add(review)


def await_timer(work: Work, rule: Rule, wait: Wait) -> None:
    """Set the timer of a waiting rule. A failure to say from when is told."""
    event = work.event
    try:
        start = event.occurred_at if wait.since is None else _time(work, wait.since)
    except RuleFailed as error:
        failed(work, rule, error)
        return
    if wait.closing:
        start = work.bundle.closing(start, event.clinic_id)
    due = work.bundle.reach(wait, start, event.clinic_id)
    timer, step = timer_id(event.event_id, qualified(work, rule), 0), AT_CLOSING if wait.closing else 0
    which = about(work, rule.about) if rule.about else ()
    work.start(Timer(timer, rule.id, step, event.event_id, due, max(due, work.placed.logged_at + GRACE), which))


def _time(work: Work, since: Expression) -> int:
    value = work.prepared().value(since)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RuleFailed(f"Expected a time from {since.source!r}, but got {type(value).__name__}")
    return int(value)


def raise_event(work: Work, raised: Raise, nth: int = 0) -> None:
    """Add an event that the agent's code derives; ``nth`` tells several of one type and key apart."""
    work.derive(_derived(work, raised, "", work.event.event_id, nth))


def _derived(work: Work, raised: Raise, rule: str, cause: str, nth: int = 0) -> Event:
    name = f"{work.agent.name}/{rule}/{raised.type}/{raised.key}/{raised.case_id or ''}"
    return derive(work.source(cause), raised.type, raised.fields, name, case=raised.case_id, nth=nth)


def qualified(work: Work, rule: Rule) -> str:
    """A rule's name among all agents."""
    return f"{work.agent.name}/{rule.id}"


def ladder(work: Work, rule: Rule, task: str, created: int, due: int, level: int) -> tuple[int | None, str | None]:
    """When a task at ``level`` escalates next, and by which timer, as the event at hand is folded."""
    setting = Setting(work.bundle, work.event.clinic_id, work.placed.logged_at)
    return next_rung(setting, qualified(work, rule), rule, task, created, due, level)


def next_rung(
    setting: Setting, named: str, rule: Rule, task: str, created: int, due: int, level: int
) -> tuple[int | None, str | None]:
    """The same, wherever it is asked; ``named`` is the rule's name among all agents. What repeats does so from when it
    last came, so that nobody is paged each minute for all the times that an outage let pass."""
    at = setting.bundle.escalation_at(rule, created, due, level, setting.clinic_id)
    if at is None:
        return None, None
    step = rung(rule.task.escalation, level) if rule.task is not None else None
    again = step.repeat if step is not None and rule.task is not None and level >= len(rule.task.escalation) else None
    earliest = setting.at + max(GRACE, again or 0)
    return at if at > earliest else earliest, timer_id(task, named, level + 1)


def _task(
    work: Work, rule: Rule, spec: TaskSpec, cause: str, base: int, which: About = (), failed_rule: str = ""
) -> TaskChange | None:
    event = work.event
    named = qualified(work, rule)
    identity = task_id(event.case_id, cause, f"{named}/{failed_rule}" if failed_rule else named)
    if _known(work, identity):
        return None
    due = due_of(work, spec, base)
    runs = spec.escalation and not spec.waits_for
    escalate_at, timer = ladder(work, rule, identity, base, due, 0) if runs else (None, None)
    task = replace(  # a copy of the blank task costs a third of a new one
        spec.blank,
        task_id=identity,
        agent=work.agent.name,
        rule=rule.id,
        priority=_priority(work, spec.priority),
        created_at=base,
        due_at=due,
        cause=cause,
        bundle=work.bundle.number,
        escalate_at=escalate_at,
        escalation_timer=timer,
        reason=failed_rule or spec.blank.reason,
        language=work.patient.language if spec.language else None,
        about=which,
    )
    if spec.meant is not None:
        task = replace(task, meant_for=_meant_for(work, spec.meant))
    return TaskChange("created", task)


def due_of(work: Work, spec: TaskSpec, base: int) -> int:
    """When a task of ``spec`` is due whose time counts from ``base``."""
    told = _told(work, spec.due.since) if spec.due.since != "occurred" else None
    return work.bundle.due_at(spec.due, base, work.event.clinic_id, told)


def _meant_for(work: Work, meant: Expression) -> str | None:
    """The member of staff; nobody by name when the bundle does not know them, so that no task waits for a stranger."""
    staff = work.prepared().value(meant)
    return staff if isinstance(staff, str) and work.bundle.staff(staff) is not None else None


def _known(work: Work, identity: str) -> bool:
    for task in work.tasks:
        if task.task_id == identity:
            return True
    return work.ended != () and identity in [ended.task_id for ended in work.ended]


def _told(work: Work, since: str | Expression) -> int | None:
    """The time that a due time counts from: the appointment, as the event or else the agent's state tells it, or what
    the rule says."""
    if not isinstance(since, str):
        return _time(work, since)
    told: int | None = getattr(work.event, "appointment_at", None)
    return told if told is not None else getattr(work.state, "appointment_at", None)


def _priority(work: Work, priority: str | Expression) -> Any:
    if isinstance(priority, str):
        return priority
    value = work.prepared().value(priority)
    if value not in PRIORITIES:
        raise RuleFailed(f"Expected one of {', '.join(PRIORITIES)} from {priority.source!r}, but got something else")
    return value


def _raised(work: Work, rule: Rule, spec: RaiseSpec, cause: str) -> Event:
    prepared = work.prepared()
    fields = {name: prepared.value(expression) for name, expression in spec.fields}
    case = prepared.value(spec.case) if spec.case is not None else None
    return _derived(work, Raise(spec.event, fields, case), rule.id, cause)
