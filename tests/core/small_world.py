"""A clinic in memory with one small agent and what is told of people: requests are stamped as intake does."""

from typing import Any

from clinicflow.agents.staffing import agent as staffing
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.core.event import Event
from clinicflow.core.ids import endless_case
from clinicflow.core.task import Task
from clinicflow.core.whatif import VirtualWorld
from tests.core.bundle.small import document
from tests.core.kit import MINUTE, START, VISIT, an_event, asks, nurse_agent

ALWAYS = [{"days": "all", "from": "00:00", "to": "24:00", "clinic": "north"}]


def member(name: str, role: str, *tags: str) -> dict[str, Any]:
    """Somebody at work at any hour."""
    credentials = [{"tag": tag} for tag in tags]
    return {"id": name, "role": role, "credentials": credentials, "clinics": ["north"], "shifts": ALWAYS}


def small_bundle(number: int, rules: list[dict[str, Any]], **parts: Any) -> Bundle:
    """A bundle of the two agents."""
    return compile_bundle(document({"nurse": rules, "staffing": []}, **parts), number, agents())


def agents() -> dict[str, Any]:
    """The small agent, and the one that keeps what is told of people."""
    return {"nurse": nurse_agent(), "staffing": staffing}


class SmallWorld(VirtualWorld):
    """One visit; a minute passes with each thing that happens."""

    def __init__(self, bundle: Bundle) -> None:
        super().__init__(agents(), bundle)
        self.minute = 0

    def happens(self, kind: str, **fields: Any) -> Event:
        """Something happens, in the visit if no case is named."""
        self.minute += 1
        return self._told(an_event(kind, f"at {self.minute}", at=self.minute, **fields))

    def told(self, kind: str, staff: str, **fields: Any) -> Event:
        """Something is told of a member of staff."""
        return self.happens(kind, case=endless_case("staff", "demo", staff), patient_id=None, staff_id=staff, **fields)

    def asks(self, what: str, by: str, **fields: Any) -> Event:
        """A member of staff asks something of the only task of the visit."""
        self.minute += 1
        at = START + self.minute * MINUTE
        person = self.rechecking.people("north").person(by, at)
        assert person is not None
        stamps: dict[str, Any] = {
            "actor_credentials": list(person.credentials),
            "on_shift": person.on_shift,
            "on_site_supervisors": list(person.supervisors),
            "lead": person.lead,
        }
        request = asks(what, self.task(), by, person.role, key=f"at {self.minute}", at=self.minute, **stamps, **fields)
        return self._told(request)

    def migrated(self, bundle: Bundle) -> None:
        """A bundle comes into force, and the visit goes over to it."""
        self.now_under(bundle)
        self.happens("bundle-migrated", to_bundle=bundle.number)

    def task(self) -> Task:
        """The only task of the visit."""
        [found] = [task for task in self.result.tasks.values() if task.agent == "nurse"]
        return found

    def kept(self) -> Task:
        """The same, as the case has it."""
        [found] = self.result.cases[VISIT]["nurse"].tasks
        return found

    def stopped(self) -> list[Event]:
        """What a lead was told of begun work that had to stop."""
        return [placed.event for placed in self.result.events if placed.event.TYPE == "task-stopped"]

    def _told(self, event: Event) -> Event:
        self.feed(event, event.recorded_at)
        return event
