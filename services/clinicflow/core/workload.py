"""How much a task weighs for whoever holds it, by the table ``workload`` of the clinic."""

from collections.abc import Iterable, Mapping
from typing import Any

from clinicflow.core.task import Task

BREAK_OVERDUE = "break-overdue"
"""The rule whose open task about a person says that a break is overdue."""


def weight_of(task: Task, policy: Mapping[str, Any]) -> int:
    """The weight of a task by its priority; 1 when the table does not say."""
    return int(policy.get("weights", {}).get(task.priority, 1))


def weight_held(tasks: Iterable[Task], owner: str, policy: Mapping[str, Any]) -> int:
    """The weight of all open tasks that a person holds."""
    return sum(weight_of(task, policy) for task in tasks if task.open and task.owner == owner)
