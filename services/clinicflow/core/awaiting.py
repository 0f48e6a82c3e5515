"""A task that cannot be done now: it was made on hold, or an event has put it on hold, and nobody holds it.

Everybody sees it and what it waits for, and it does not escalate: whoever is to bring about the event that it waits
for has a task of their own. That event offers it, and its time begins, or goes on where it stood.
"""

from msgspec.structs import replace

from clinicflow.core.acting import due_of, ladder, next_rung
from clinicflow.core.event import Micros
from clinicflow.core.requests import Setting
from clinicflow.core.rules import Rule
from clinicflow.core.task import UNSIGNED, Task, TaskChange
from clinicflow.core.work import Work


def let_begin(work: Work, rule: Rule, task: Task) -> TaskChange | None:
    """The event at hand is what the task waited for: it is offered now, and its time begins."""
    if not task.waits or task.held_since is not None or rule.task is None:
        return None
    start = work.event.occurred_at
    due = due_of(work, rule.task, start)
    at, timer = ladder(work, rule, task.task_id, start, due, 0)
    begun = replace(task, status="requested", due_at=due, escalate_at=at, escalation_timer=timer, reason=None)
    return TaskChange("resumed", begun)


def put_on_hold(work: Work, rule: Rule, task: Task) -> TaskChange | None:
    """The event at hand stops it, begun or not, with the event as the reason; whoever held it is told. What is done and
    waits for a signature, and what waits already, is left alone."""
    if task.waits or task.reason == UNSIGNED or not task.open:
        return None
    kept = {"owner": None, "supervisor": None, "escalate_at": None, "escalation_timer": None}
    since = work.event.occurred_at
    return TaskChange("paused", replace(task, status="on-hold", reason=work.kind, held_since=since, **kept), task.owner)


def let_go_on(work: Work, rule: Rule, task: Task) -> TaskChange | None:
    """The event at hand ends what had stopped it: it is offered again, and due later by as long as that was."""
    if not task.waits or task.held_since is None:
        return None
    setting = Setting(work.bundle, work.event.clinic_id, work.placed.logged_at)
    return TaskChange("resumed", _let_go(setting, rule, task, work.event.occurred_at))


def still_waits(setting: Setting, task: Task) -> TaskChange | None:
    """What becomes of a task that waits when rules have changed. By a rule that is gone or waits no more no event would
    let it begin, so it is offered, as any other task of such a rule is; a rule may also wait for something else now."""
    bundle = setting.bundle
    rule = bundle.rule(task.agent, task.rule) if bundle.has_rule(task.agent, task.rule) else None
    if rule is None or rule.task is None:
        return TaskChange("resumed", replace(task, status="requested", reason=None, held_since=None))
    if task.held_since is not None:
        return None if rule.task.resumed_by else TaskChange("resumed", _let_go(setting, rule, task, setting.at))
    if rule.task.waits_for:
        awaited = [fact.event for fact in rule.task.waits_for]
        return None if task.reason in awaited else TaskChange("marked", replace(task, reason=awaited[0]))
    return TaskChange("resumed", _begun_by(setting, rule, task))


def _begun_by(setting: Setting, rule: Rule, task: Task) -> Task:
    """Offered, its time beginning now where it counts from the event; another due time stays as it was."""
    due = task.due_at
    if rule.task is not None and rule.task.due.since == "occurred":
        due = setting.bundle.due_at(rule.task.due, setting.at, setting.clinic_id, None)
    at, timer = next_rung(setting, f"{task.agent}/{task.rule}", rule, task.task_id, setting.at, due, 0)
    return replace(task, status="requested", due_at=due, escalate_at=at, escalation_timer=timer, reason=None)


def _let_go(setting: Setting, rule: Rule, task: Task, until: Micros) -> Task:
    """Offered again, its time going on where it stood when it was held, or to the end of the clinic's day."""
    due = task.due_at + max(0, until - (task.held_since or until))
    if rule.task is not None and rule.task.due.closing:
        due = max(task.due_at, setting.bundle.due_at(rule.task.due, until, setting.clinic_id, None))
    named = f"{task.agent}/{task.rule}"
    at, timer = next_rung(setting, named, rule, task.task_id, task.created_at, due, task.level)
    free = replace(task, status="requested", due_at=due, escalate_at=at, escalation_timer=timer)
    return replace(free, reason=None, held_since=None)
