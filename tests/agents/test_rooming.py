"""From check-in to the room, the provider and out again."""

import pytest

from tests.agents.harness import MINUTE, START, Clinic


def ready(clinic: Clinic | None = None) -> Clinic:
    clinic = clinic or Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("roomed", 5)
    clinic.happens("ready-for-provider", 15)
    return clinic


def test_room_patient_is_due_ten_minutes_after_check_in() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    task = clinic.task("room-patient")
    assert (task.due_at - START, task.roles, task.priority) == (10 * MINUTE, ("MA",), "routine")


def test_room_patient_of_an_early_patient_is_due_from_the_appointment() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0, appointment_at=START + 30 * MINUTE)
    assert clinic.task("room-patient").due_at - START == 40 * MINUTE
    late = Clinic()
    late.happens("checked-in", 0, appointment_at=START - 30 * MINUTE)
    assert late.task("room-patient").due_at - START == 10 * MINUTE


def test_room_patient_takes_the_urgency_from_the_check_in() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0, acuity="urgent")
    assert clinic.task("room-patient").priority == "urgent"


def test_room_patient_widens_to_the_lead_and_then_to_nurses() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.wait(16)
    assert clinic.task("room-patient").roles == ("MA", "LEAD")
    clinic.wait(31)
    assert clinic.task("room-patient").roles == ("MA", "LEAD", "RN")


def test_a_patient_who_is_in_a_room_before_check_in_is_not_roomed_again() -> None:
    clinic = Clinic()
    clinic.happens("patient-arrived", 0)
    clinic.happens("roomed", 3)
    clinic.happens("checked-in", 5)
    assert not clinic.made("room-patient")
    assert "prepare-patient" in clinic.open()


def test_room_patient_again_when_the_assistant_gives_up() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.asks("ma-ana", "claim", clinic.task("room-patient"), 2)
    clinic.asks("ma-ana", "fail", clinic.task("room-patient"), 3, reason="other")
    assert clinic.task("room-patient-again").roles == ("LEAD", "RN")
    clinic.happens("roomed", 6)
    assert clinic.task("room-patient-again").status == "completed"


@pytest.mark.parametrize(
    ("rule", "fact", "fields"),
    [
        ("record-symptoms", "symptoms-recorded", {"red_flags": [], "red_flags_denied": []}),
        ("reconcile-medications-list", "medication-list-reviewed", {"changed": []}),
        ("review-allergies", "allergies-reviewed", {"changed": [], "new_allergens": []}),
    ],
)
def test_in_the_room_the_assistant_asks_the_patient(rule: str, fact: str, fields: dict[str, list[str]]) -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("roomed", 5)
    said = clinic.asks("ma-ana", "completion", clinic.task(rule), 8)
    assert clinic.refusals(said)["rooming"].code == "closing-event-expected"
    clinic.happens(fact, 9, by="ma-ana", **fields)
    task = clinic.task(rule)
    assert (task.status, task.doers) == ("completed", ("ma-ana",))


def test_prepare_patient_is_done_when_the_patient_is_ready() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("roomed", 5)
    assert "prepare-patient" in clinic.open()
    clinic.happens("ready-for-provider", 15, by="ma-ana")
    assert clinic.task("prepare-patient").doers == ("ma-ana",)


def test_prepare_patient_cannot_be_done_by_saying_so() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("roomed", 5)
    said = clinic.asks("ma-ana", "completion", clinic.task("prepare-patient"), 9)
    assert clinic.refusals(said)["rooming"].code == "closing-event-expected"


def test_prepare_patient_again_when_the_assistant_gives_up() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("roomed", 5)
    clinic.asks("rn-grace", "fail", clinic.task("prepare-patient"), 8, reason="other")
    assert "prepare-patient-again" in clinic.open()


def test_see_patient_is_for_prescribers_and_done_as_one_goes_in() -> None:
    clinic = ready()
    assert clinic.task("see-patient").roles == ("PRV", "PHY")
    clinic.happens("provider-entered", 20, by="prv-jonas")
    assert clinic.task("see-patient").doers == ("prv-jonas",)


def test_see_patient_is_asked_for_once_while_the_patient_waits() -> None:
    clinic = ready()
    clinic.happens("ready-for-provider", 17)
    assert sum(task.rule == "see-patient" for task in clinic.tasks()) == 1


def test_a_second_look_of_the_provider_is_asked_for_anew() -> None:
    clinic = ready()
    clinic.happens("provider-entered", 20)
    clinic.happens("provider-exited", 30)
    clinic.happens("ready-for-provider", 50)
    assert "see-patient" in clinic.open()


def test_a_readiness_that_is_told_late_asks_for_nobody() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("roomed", 5)
    clinic.happens("provider-entered", 20)
    clinic.happens("ready-for-provider", 15, logged=22)
    assert not clinic.made("see-patient")


def test_see_patient_again_when_the_provider_cannot_come() -> None:
    clinic = ready()
    clinic.asks("prv-jonas", "claim", clinic.task("see-patient"), 16)
    clinic.asks("prv-jonas", "fail", clinic.task("see-patient"), 17, reason="other")
    assert clinic.task("see-patient-again").roles == ("LEAD", "MGR", "RN")


def test_complete_orders_follows_the_provider_and_is_done_by_the_end_of_the_clinical_part() -> None:
    clinic = ready()
    clinic.happens("provider-entered", 20)
    clinic.happens("provider-exited", 30)
    assert "complete-orders" in clinic.open()
    clinic.happens("visit-ended", 40, by="ma-ana")
    assert clinic.task("complete-orders").doers == ("ma-ana",)


def test_complete_orders_is_withdrawn_while_the_provider_is_back_in() -> None:
    clinic = ready()
    clinic.happens("provider-entered", 20)
    clinic.happens("provider-exited", 30)
    clinic.happens("provider-entered", 33)
    assert "complete-orders" not in clinic.open()
    clinic.happens("provider-exited", 35)
    assert "complete-orders" in clinic.open()


def test_complete_orders_again_when_the_assistant_gives_up() -> None:
    clinic = ready()
    clinic.happens("provider-exited", 30)
    clinic.asks("rn-grace", "fail", clinic.task("complete-orders"), 33, reason="other")
    assert "complete-orders-again" in clinic.open()


def test_a_check_in_that_was_an_error_takes_its_tasks_back_and_check_in_is_open_again() -> None:
    clinic = Clinic()
    clinic.happens("patient-arrived", 0)
    checked_in = clinic.happens("checked-in", 2, by="fd-lena")
    clinic.happens("event-voided", 4, corrects=checked_in.event_id)
    assert clinic.task("room-patient").status == "entered-in-error"
    assert clinic.open() == {"check-in"}


def test_a_room_that_was_an_error_reopens_room_patient_with_the_same_task() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    before = clinic.task("room-patient").task_id
    roomed = clinic.happens("roomed", 5)
    clinic.happens("event-voided", 6, corrects=roomed.event_id)
    task = clinic.task("room-patient")
    assert (task.task_id, task.open) == (before, True)
    assert clinic.task("take-vitals").status == "entered-in-error"
