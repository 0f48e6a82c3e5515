"""Who is too busy, without a break, or without the language takes on no more; what is stat goes on."""

import copy
from typing import Any

import pytest

from clinicflow.agents import all_agents
from clinicflow.core.bundle import compile_bundle
from clinicflow.core.event import Event
from clinicflow.core.ids import named
from clinicflow.core.task import Task
from clinicflow.core.workload import weight_held
from clinicflow.data import data_dir
from clinicflow.events import WorkloadThresholdExceeded
from clinicflow.protocols.scenario import read_defaults
from clinicflow.protocols.stage import Stage
from tests.agents.harness import happened
from tests.support.bundles import shipped

DOCUMENT = shipped()
DEFAULTS = read_defaults(data_dir("scenarios"))


def stage(**task: Any) -> Stage:
    """The north clinic with other words in the rule take-vitals."""
    document = copy.deepcopy(DOCUMENT)
    for protocol in document["protocols"]:
        for rule in protocol["rules"]:
            if rule["id"] == "take-vitals":
                rule["task"] |= task
    return Stage(all_agents(), compile_bundle(document, 1, all_agents()), "north", DEFAULTS)


def roomed(clinic: Stage, count: int, **checked_in: Any) -> list[Task]:
    """So many patients in rooms; the tasks that ask for their vital signs."""
    for number in range(count):
        case = f"visit-{number}"
        clinic.happens("checked-in", number, case=case, fields=checked_in)
        clinic.happens("roomed", number + 0.5, case=case)
    return clinic.tasks("take-vitals")


def claims(clinic: Stage, tasks: list[Task], by: str, **fields: Any) -> list[Event]:
    return [clinic.asks("claim", task, by, 30 + number, fields) for number, task in enumerate(tasks)]


def test_above_the_cap_a_claim_is_refused_and_below_it_is_not() -> None:
    clinic = stage()
    answers = [clinic.refusals(each) for each in claims(clinic, roomed(clinic, 7), "ma-ana")]
    assert answers == [{}] * 6 + [{"vitals": "workload"}]
    assert weight_held(clinic.result.tasks.values(), "ma-ana", {"weights": {}}) == 6


def test_who_gives_something_back_may_take_the_next() -> None:
    clinic = stage()
    tasks = roomed(clinic, 7)
    claims(clinic, tasks[:6], "ma-ana")
    clinic.asks("release", clinic.result.tasks[tasks[0].task_id], "ma-ana", 50, {"reason": "busy"})
    assert clinic.refusals(clinic.asks("claim", tasks[6], "ma-ana", 51)) == {}


def test_urgent_work_weighs_more() -> None:
    clinic = stage(priority="asap")
    answers = [clinic.refusals(each) for each in claims(clinic, roomed(clinic, 4), "ma-ana")]
    assert answers == [{}] * 3 + [{"vitals": "workload"}]


def test_what_is_stat_is_never_refused_for_that() -> None:
    clinic = stage(priority="stat")
    assert [clinic.refusals(each) for each in claims(clinic, roomed(clinic, 4), "ma-ana")] == [{}] * 4


def test_who_holds_a_task_may_start_it_at_the_cap() -> None:
    clinic = stage()
    tasks = roomed(clinic, 6)
    claims(clinic, tasks, "ma-ana")
    assert clinic.refusals(clinic.asks("start", clinic.result.tasks[tasks[0].task_id], "ma-ana", 60)) == {}


def test_a_lead_cannot_give_more_to_somebody_at_the_cap() -> None:
    clinic = stage()
    tasks = roomed(clinic, 7)
    claims(clinic, tasks[:6], "ma-ana")
    given = clinic.asks("delegate", tasks[6], "rn-grace", 60, {"to_staff": "ma-ana", "reason": "workload"})
    assert clinic.refusals(given) == {"vitals": "workload"}
    given = clinic.asks("delegate", tasks[6], "rn-grace", 61, {"to_staff": "ma-dewi", "reason": "workload"})
    assert clinic.refusals(given) == {}


def test_without_a_break_nothing_but_stat_work_is_taken_on() -> None:
    clinic = stage()
    (task,) = roomed(clinic, 1)
    case = named("story|visit-0")
    asked = clinic.happens(
        "task-claim-requested",
        9,
        by="ma-ana",
        fields={
            "task_id": task.task_id,
            "agent": "vitals",
            "on_shift": True,
            "on_site_supervisors": ["PRV"],
            "clinic_assigned": True,
            "lead": False,
            "break_overdue": True,
        },
        case_id=case,
    )
    assert clinic.refusals(asked) == {"vitals": "break-overdue"}


@pytest.mark.parametrize(
    ("language", "who", "refused"),
    [
        ("es", "ma-dewi", {"vitals": "language"}),
        ("es", "ma-ana", {}),
        ("es-MX", "ma-ana", {}),
        ("en", "ma-dewi", {}),
        (None, "ma-dewi", {}),
    ],
)
def test_a_task_in_the_patients_language_is_for_those_who_speak_it(
    language: str | None, who: str, refused: dict[str, str]
) -> None:
    clinic = stage(language="patient")
    (task,) = roomed(clinic, 1, patient_language=language)
    assert clinic.refusals(clinic.asks("claim", task, who, 9)) == refused


def overloads(clinic: Stage) -> list[tuple[str, str]]:
    """Of whom it was told that they hold too much."""
    return [(each.staff_id, each.limit) for each in happened(clinic, WorkloadThresholdExceeded)]


def test_a_lead_is_told_once_when_stat_work_brings_somebody_over_the_cap() -> None:
    clinic = stage(priority="stat")
    tasks = roomed(clinic, 5)
    claims(clinic, tasks[:2], "ma-ana")
    assert overloads(clinic) == []
    claims(clinic, tasks[2:4], "ma-ana")
    assert overloads(clinic) == [("ma-ana", "open_tasks")]
    [relief] = clinic.tasks("relieve-colleague")
    assert (relief.status, relief.roles) == ("requested", ("LEAD",))


def test_who_starts_what_they_hold_is_not_told_of_again() -> None:
    clinic = stage(priority="stat")
    tasks = roomed(clinic, 3)
    claims(clinic, tasks, "ma-ana")
    for task in tasks:
        clinic.asks("start", clinic.result.tasks[task.task_id], "ma-ana", 60)
    assert len(overloads(clinic)) == 1


def test_stat_work_that_a_lead_gives_counts_too() -> None:
    clinic = stage(priority="stat")
    tasks = roomed(clinic, 3)
    claims(clinic, tasks[:2], "ma-ana")
    clinic.asks("delegate", tasks[2], "rn-grace", 50, {"to_staff": "ma-ana", "reason": "workload"})
    assert overloads(clinic) == [("ma-ana", "open_tasks")]
