"""What two versions of a bundle make of the same recorded day: the primary events folded under each of them."""

from collections import Counter

import msgspec

from clinicflow.agents import all_agents
from clinicflow.core.bundle import Bundle
from clinicflow.core.event import Placed
from clinicflow.core.task import Task
from clinicflow.core.whatif import what_if
from clinicflow.replay.other_rules import primaries
from clinicflow.replay.sources import Source


class RuleOnDay(msgspec.Struct, frozen=True, order=True):
    """Tasks of one rule on the day under the old and the new version. ``moved`` are the same tasks with another
    priority, due time, or roles."""

    agent: str
    rule: str
    old: int
    new: int
    both: int
    moved: int

    @property
    def differs(self) -> bool:
        """Whether the versions differ on it."""
        return not self.old == self.new == self.both or self.moved > 0


async def on_day(source: Source, old: Bundle, new: Bundle) -> list[RuleOnDay]:
    """Tasks of each rule under both. Raises what reading the source raises."""
    recorded = await source.recorded()
    rows = await primaries(source, recorded, new.org_id)
    until = max((row.logged_at for row in rows), default=0)
    return counted(_tasks(old, rows, until), _tasks(new, rows, until))


def _tasks(bundle: Bundle, rows: list[Placed], until: int) -> dict[str, Task]:
    return what_if(all_agents(), bundle, rows, until=until).tasks


def counted(old: dict[str, Task], new: dict[str, Task]) -> list[RuleOnDay]:
    """Counts by agent and rule."""
    then = Counter((task.agent, task.rule) for task in old.values())
    now = Counter((task.agent, task.rule) for task in new.values())
    both = Counter((task.agent, task.rule) for task_id, task in new.items() if task_id in old)
    moved = Counter(
        (task.agent, task.rule)
        for task_id, task in new.items()
        if task_id in old and _told(task) != _told(old[task_id])
    )
    return [RuleOnDay(*key, then[key], now[key], both[key], moved[key]) for key in sorted(then.keys() | now.keys())]


def _told(task: Task) -> tuple[object, ...]:
    return task.priority, task.due_at, task.roles, task.credential, task.critical, task.two_person
