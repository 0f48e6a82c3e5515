"""The plain course of one event through one agent: law of visits, handler, facts, ending, derived events, rules."""

from collections.abc import Sequence
from typing import Any

from clinicflow.core.acting import act, await_timer, failed, raise_event
from clinicflow.core.agent import Raise
from clinicflow.core.awaiting import let_begin, let_go_on, put_on_hold
from clinicflow.core.cosigning import await_signature, learns
from clinicflow.core.exceeding import exceeds, mark_exceeded
from clinicflow.core.hearing import patient_after
from clinicflow.core.matching import concerns, ends_wait
from clinicflow.core.outcome import Rejection
from clinicflow.core.plans import TELLS_PATIENT, Facts
from clinicflow.core.requests import acknowledges
from clinicflow.core.rules import Fact, Rule
from clinicflow.core.task import OPEN, Task
from clinicflow.core.task_table import done, withdraw
from clinicflow.core.visit import ENDINGS, LAW, next_phase
from clinicflow.core.work import Work
from clinicflow.errors import RuleFailed
from clinicflow.events import EVENT_TYPES

ABOUT = ("act_event", "flag_event", "result_event")
"""Fields by which a fact names the one event it is about: it then completes no task of another cause."""

_NAMES_CAUSE = frozenset(
    name for name, event in EVENT_TYPES.items() if any(field in event.__struct_fields__ for field in ABOUT)
)
_HOLDS = {"begin": let_begin, "hold": put_on_hold, "resume": let_go_on}


def course(work: Work) -> Rejection | None:
    """Fold an ordinary event into ``work``; a rejection leaves the case as it was."""
    kind, before, phase = work.kind, work.state, work.phase
    if kind in LAW:
        lawful = next_phase(phase, work.event)
        if isinstance(lawful, Rejection):
            return lawful
        work.phase = lawful
    if kind in TELLS_PATIENT:
        work.patient = patient_after(work.patient, work.event)
    refused = evolve(work)
    if refused is not None:
        work.phase, work.patient = work.case.phase, work.case.patient
        return refused
    if work.tasks and work.plan.facts:
        _match(work, work.plan.facts)
    if kind in ENDINGS:
        _withdraw_all(work)
    follow(work, before, phase)
    return None


def follow(work: Work, before: Any, phase: str) -> None:
    """What follows from an event that was taken: waits end, events are derived, rules look. ``before`` and ``phase``
    are the agent's state and the visit's phase before it."""
    if work.timers and work.plan.stops:
        _stop_waits(work, work.plan.stops)
    derivation = work.agent.derivations.get(work.kind)
    if derivation is not None:
        _derive(work, derivation(before, work.state, work.event, work.facts()))
    over, clinic = phase in ENDINGS and work.phase in ENDINGS, work.event.clinic_id
    for rule in work.plan.rules:
        if (rule.after_end or not over) and (rule.clinics is None or clinic in rule.clinics):
            _look(work, rule)


def evolve(work: Work) -> Rejection | None:
    """Let the agent's function for this type evolve its state, or refuse."""
    handler = work.agent.handlers.get(work.kind)
    if handler is None:
        return None
    after = handler(work.state, work.event, work.facts())
    if isinstance(after, Rejection):
        return after
    work.state = after
    return None


def _look(work: Work, rule: Rule) -> None:
    if rule.wait is not None:
        await_timer(work, rule, rule.wait)
    else:
        act(work, rule, work.event.event_id, work.event.occurred_at)


def _match(work: Work, facts: dict[str, Facts]) -> None:
    for task in work.tasks:
        if task.rule in facts and task.status in OPEN:
            for rule, how, fact in facts[task.rule]:  # what completes comes first, then what withdraws
                if _fits(work, rule, fact, task):
                    _apply(work, rule, task, how)
                    break


def _fits(work: Work, rule: Rule, fact: Fact, task: Task) -> bool:
    if work.kind in _NAMES_CAUSE:
        about = next((value for field in ABOUT if (value := getattr(work.event, field, None)) is not None), task.cause)
        if about != task.cause:
            return False
    if fact.match and not concerns(work, fact, task):
        return False
    if fact.when is None:
        return True
    try:
        return work.prepared().holds(fact.when)
    except RuleFailed as error:
        failed(work, rule, error)
        return False


def _apply(work: Work, rule: Rule, task: Task, how: str) -> None:
    event: Any = work.event
    if how in _HOLDS:
        work.put(_HOLDS[how](work, rule, task))
        return
    if how == "cancel":
        work.put(withdraw(task, event.event_id, event.occurred_at, work.kind))
        return
    permit = acknowledges(work, task) if task.critical else None
    if task.critical and permit is None:
        return
    beyond = None if task.critical else exceeds(work, task)
    allowed = None if permit is None else permit.scope_rule
    if beyond is not None:
        mark_exceeded(work, task, beyond)
    elif learns(event):
        await_signature(work, task, allowed)
    else:
        work.put(done(task, event.event_id, event.occurred_at, event.actor_id, allowed))


def _withdraw_all(work: Work) -> None:
    event = work.event
    for task in work.tasks:
        if not task.survives:
            work.put(withdraw(task, event.event_id, event.occurred_at, work.kind))
    for timer in work.timers:
        if not _outlasts(work, timer.rule):
            work.stop(timer)


def _outlasts(work: Work, rule_id: str) -> bool:
    """Whether a waiting rule still acts when the visit has ended."""
    bundle, agent = work.bundle, work.agent.name
    return bundle.has_rule(agent, rule_id) and bundle.rule(agent, rule_id).after_end


def _stop_waits(work: Work, stopped: dict[str, Fact]) -> None:
    for timer in work.timers:
        fact = stopped.get(timer.rule)
        if fact is not None and (not fact.match or ends_wait(work, fact, timer)):
            work.stop(timer)


def _derive(work: Work, wanted: Sequence[Raise]) -> None:
    seen: dict[tuple[str, str], int] = {}
    for raised in wanted:
        nth = seen.get((raised.type, raised.key), 0)
        seen[(raised.type, raised.key)] = nth + 1
        raise_event(work, raised, nth)
