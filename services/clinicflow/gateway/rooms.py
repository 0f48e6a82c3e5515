"""Which rooms are taken: a person at a screen does not call a patient into a room that is assigned to another one.

What a program tells has happened already and is kept; so is a person's word that a patient is in a room (``roomed``):
a mother and her child may share one. Two persons who choose a room in the same moment are both heard.
"""

from clinicflow.core.event import Event
from clinicflow.errors import Problem, Refused
from clinicflow.events import RoomAssigned
from clinicflow.store.ports import ScreenStore


async def must_be_free(store: ScreenStore, event: Event) -> None:
    """Raises ``Refused`` when the room that is chosen for a visit is assigned to another open one."""
    if not isinstance(event, RoomAssigned):
        return
    views = await store.visits(event.org_id, event.clinic_id)
    other = next((view for view in views if view.room_id == event.room_id and view.case_id != event.case_id), None)
    if other is not None:
        whose = f"ticket {other.ticket}" if other.ticket else "another visit"
        expected = f"Expected a free room, but it is assigned to {whose}."
        problem = Problem("room_id", "is assigned to another patient", expected, "room-taken")
        raise Refused(409, "Room taken", [problem])
