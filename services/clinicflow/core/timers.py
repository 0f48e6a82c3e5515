"""A timer has fired: the escalation of a task, or the end of a rule's wait."""

from clinicflow.core.acting import act, ladder
from clinicflow.core.outcome import Rejection
from clinicflow.core.rules import rung
from clinicflow.core.task import Task, TaskChange
from clinicflow.core.task_table import escalate
from clinicflow.core.work import Work


def fired(work: Work) -> Rejection | None:
    """Fold a ``timer-fired`` into ``work``; one that does not run any more is refused."""
    return _escalation(work) if work.event.task_id is not None else _wait(work)


def _escalation(work: Work) -> Rejection | None:
    event = work.event
    task = work.task(event.task_id)
    if task is None or not task.open or task.escalation_timer != event.timer_id:
        return _not_running()
    work.put(climbed(work, task))
    return None


def climbed(work: Work, task: Task) -> TaskChange | None:
    """A task one step up its ladder; one whose rule is gone has none left."""
    bundle, agent = work.bundle, work.agent.name
    if not bundle.has_rule(agent, task.rule):
        return escalate(task, (), None, None)
    rule = bundle.rule(agent, task.rule)
    steps = rule.task.escalation if rule.task is not None else ()
    step = rung(steps, task.level)
    at, timer = ladder(work, rule, task.task_id, task.created_at, task.due_at, task.level + 1)
    return escalate(task, step.roles if step is not None else (), at, timer)


def _wait(work: Work) -> Rejection | None:
    event, bundle, agent = work.event, work.bundle, work.agent.name
    timer = next((timer for timer in work.timers if timer.timer_id == event.timer_id), None)
    if timer is None:
        return _not_running()
    work.stop(timer)
    if bundle.has_rule(agent, timer.rule):
        act(work, bundle.rule(agent, timer.rule), timer.cause, event.occurred_at, timer.about)
    return None


def _not_running() -> Rejection:
    return Rejection("timer-not-running", "Expected a running timer, but it was cleared or has fired before.")
