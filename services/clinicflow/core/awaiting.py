"""A task that cannot be begun yet: made on hold, without anybody who holds it, until an event lets it begin.

Everybody sees that it comes and what it waits for. Its time counts from that event, and until then it does not
escalate: whoever is to bring the event about has a task of their own.
"""

from msgspec.structs import replace

from clinicflow.core.acting import due_of, ladder
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
