"""On whom a task rests whose scope of practice asks for supervision: named when it is taken, anew when they leave."""

from typing import Any

from msgspec.structs import replace

from clinicflow.core.scope import Person
from clinicflow.core.task import Task, TaskChange
from clinicflow.events import SiteSupervisor


def supervisor_of(task: Task, person: Person, roles: tuple[str, ...]) -> str | None:
    """Who supervises a person at a task: whoever does so already and is still there, else the first of ``roles`` as the
    person's stamp lists them; nobody when it names nobody of these roles."""
    if not roles:
        return None
    permitted = [each.staff_id for each in person.present if each.role in roles]
    return task.supervisor if task.supervisor in permitted else next(iter(permitted), None)


def changed_supervisor(task: Task, supervisor: str | None) -> TaskChange | None:
    """Another one than the task names: whoever holds it is told."""
    if supervisor == task.supervisor:
        return None
    return TaskChange("supervised", replace(task, supervisor=supervisor), task.owner)


def stamped(event: Any) -> tuple[SiteSupervisor, ...]:
    """Who was on site to supervise, as an event was stamped; nobody in events from before that was asked."""
    return tuple(getattr(event, "supervisors", ()))
