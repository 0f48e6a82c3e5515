"""A task that cannot be begun yet: made on hold, without anybody who holds it, until an event lets it begin.

Everybody sees that it comes and what it waits for. Its time counts from that event, and until then it does not
escalate: whoever is to bring the event about has a task of their own.
"""

from msgspec.structs import replace

from clinicflow.core.acting import due_of, ladder, next_rung
from clinicflow.core.requests import Setting
from clinicflow.core.rules import Rule
from clinicflow.core.task import Task, TaskChange
from clinicflow.core.work import Work


def let_begin(work: Work, rule: Rule, task: Task) -> TaskChange | None:
    """The event at hand is what the task waited for: it is offered now, and its time begins."""
    if not task.waits or rule.task is None:
        return None
    start = work.event.occurred_at
    due = due_of(work, rule.task, start)
    at, timer = ladder(work, rule, task.task_id, start, due, 0)
    begun = replace(task, status="requested", due_at=due, escalate_at=at, escalation_timer=timer, reason=None)
    return TaskChange("resumed", begun)


def still_waits(setting: Setting, task: Task) -> TaskChange | None:
    """What becomes of a task that waits when rules have changed. By a rule that is gone or waits no more no event would
    let it begin, so it is offered, as any other task of such a rule is; a rule may also wait for something else now."""
    bundle = setting.bundle
    rule = bundle.rule(task.agent, task.rule) if bundle.has_rule(task.agent, task.rule) else None
    if rule is None or rule.task is None:
        return TaskChange("resumed", replace(task, status="requested", reason=None))
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
