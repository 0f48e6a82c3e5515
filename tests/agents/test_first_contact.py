"""Chest pain: since when the patient is there is told by the visit, so that nobody who orders a trace has to."""

from typing import Any

from clinicflow.agents import all_agents
from clinicflow.data import data_dir
from clinicflow.events import FirstContactDated
from clinicflow.protocols.scenario import read_defaults
from clinicflow.protocols.stage import Stage
from tests.agents.harness import MINUTE, START, demo_bundle, happened

DEFAULTS = read_defaults(data_dir("scenarios"))


class Pain:
    """A visit, and the order of a trace."""

    def __init__(self) -> None:
        self.stage = Stage(all_agents(), demo_bundle(), "north", DEFAULTS)

    def happens(self, kind: str, minute: float, told: float | None = None, **fields: Any) -> Any:
        return self.stage.happens(kind, minute, told=told, by="prv-jonas", fields=fields)

    def ordered(self, minute: float, visit: str | None, **fields: Any) -> None:
        about = {"indication": "chest_pain", **({"visit_case_id": visit} if visit else {}), **fields}
        self.happens("ecg-ordered", minute, **about)

    def dated(self) -> list[float]:
        """The minutes that the order was told, in order."""
        return [(event.contact_at - START) / MINUTE for event in happened(self.stage, FirstContactDated)]

    def due(self) -> dict[str, float]:
        """The due minutes of the open tasks of the trace, by rule."""
        tasks = [task for task in self.stage.result.tasks.values() if task.open and task.activity == "record-ecg"]
        return {task.rule: (task.due_at - START) / MINUTE for task in tasks}


def test_the_earliest_arrival_counts_however_late_it_is_entered() -> None:
    pain = Pain()
    visit = pain.happens("checked-in", 6).case_id
    pain.ordered(8, visit)
    pain.happens("patient-arrived", 2, told=9)
    pain.happens("ticket-issued", 3, told=10)
    assert pain.dated() == [6, 2]
    assert pain.due() == {"record-ecg-since-contact": 12}


def test_a_patient_who_was_brought_straight_to_a_room_came_at_the_latest_then() -> None:
    pain = Pain()
    visit = pain.happens("roomed", 1).case_id
    pain.ordered(4, visit)
    assert (pain.dated(), pain.due()) == ([1], {"record-ecg-since-contact": 11})


def test_other_traces_and_orders_without_a_visit_are_told_nothing() -> None:
    stat, alone = Pain(), Pain()
    visit = stat.happens("checked-in", 0).case_id
    stat.ordered(30, visit, indication="palpitations", priority="stat")
    alone.happens("checked-in", 0)
    alone.ordered(30, None)
    assert (stat.dated(), alone.dated()) == ([], [])
    assert stat.due() == alone.due() == {"record-ecg-now": 40}


def test_a_trace_that_is_read_or_withdrawn_is_told_nothing_more() -> None:
    pain = Pain()
    visit = pain.happens("checked-in", 6).case_id
    pain.ordered(8, visit)
    pain.happens("order-cancelled", 9)
    pain.happens("patient-arrived", 2, told=12)
    assert (pain.dated(), pain.due()) == ([6], {})


def test_a_check_in_of_another_patient_that_is_taken_back_dates_nothing_any_more() -> None:
    pain = Pain()
    wrong = pain.happens("patient-arrived", 0)
    pain.happens("checked-in", 5)
    pain.ordered(8, wrong.case_id)
    assert pain.due() == {"record-ecg-since-contact": 10}
    pain.stage.happens("event-voided", 9, case="visit", corrects=wrong.event_id, fields={"reason": "wrong_patient"})
    assert pain.due() == {"record-ecg-since-contact": 15}
