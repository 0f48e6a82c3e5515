"""One patient's morning at the north clinic, from arrival to the reviewed result, with the people who do the work."""

from clinicflow.agents import all_agents
from clinicflow.core.step import applies, pack, step, unpack
from clinicflow.core.whatif import what_if
from tests.agents.harness import NORMAL, ORDER, REFILL, ROOM, START, VISIT, Clinic, demo_bundle


def done(clinic: Clinic, rule: str) -> tuple[str, tuple[str, ...]]:
    task = clinic.task(rule)
    return task.status, task.doers


def the_morning() -> Clinic:
    """Everything that happens, with what is open looked at on the way."""
    clinic = Clinic()
    arrival(clinic)
    in_the_room(clinic)
    with_the_provider(clinic)
    leaving(clinic)
    the_result(clinic)
    return clinic


def arrival(clinic: Clinic) -> None:
    # given a patient who comes for an appointment at 09:20
    clinic.happens("patient-arrived", 0, by="fd-lena", appointment_at=START + 20 * 60_000_000)
    clinic.happens("ticket-issued", 1, by="fd-lena", language="es")
    assert clinic.open() == {"check-in"}
    # when the desk checks the patient in, with one identifier only
    clinic.asks("fd-lena", "claim", clinic.task("check-in"), 2)
    clinic.happens("checked-in", 4, by="fd-lena", identifiers_matched=1, appointment_at=START + 20 * 60_000_000)
    # then identity has to be verified, the copayment collected, and a room is due ten minutes after the appointment
    assert clinic.open() == {"verify-identity", "collect-copay", "room-patient"}
    assert clinic.task("room-patient").due_at == START + 30 * 60_000_000
    for rule in ("verify-identity", "collect-copay"):
        clinic.asks("fd-lena", "completion", clinic.task(rule), 6)
        assert done(clinic, rule) == ("completed", ("fd-lena",))


def in_the_room(clinic: Clinic) -> None:
    # when two assistants want the same task, one gets it and the other is told who holds it
    clinic.asks("ma-ana", "claim", clinic.task("room-patient"), 8)
    late = clinic.asks("ma-dewi", "claim", clinic.task("room-patient"), 8.1)
    assert clinic.refusals(late)["rooming"].code == "held"
    assert clinic.happened("task-request-refused")[-1].request_event == late.event_id
    clinic.happens("patient-called", 10, by="ma-ana")
    clinic.happens("roomed", 12, by="ma-ana", room_id="n-1")
    assert done(clinic, "room-patient") == ("completed", ("ma-ana",))
    assert (clinic.view().stage, clinic.view().room_id, clinic.view().language) == ("roomed", "n-1", "es")
    assert clinic.open() == {
        "take-vitals",
        "record-symptoms",
        "reconcile-medications-list",
        "review-allergies",
        "prepare-patient",
    }
    # when a reading cannot be true, then it is taken again; when it is low, then a nurse is called
    typo = clinic.happens("vitals-taken", 15, by="ma-ana", **{**NORMAL, "heart_rate": 701, "systolic": 88})
    assert {"retake-vitals", "acknowledge-critical-vitals-asap"} <= clinic.open()
    clinic.happens("vitals-taken", 17, by="ma-ana", retake_of=typo.event_id, **NORMAL)
    assert "retake-vitals" not in clinic.open()
    assert "acknowledge-critical-vitals-asap" in clinic.open()
    clinic.happens("critical-vitals-acknowledged", 19, by="rn-grace")
    assert done(clinic, "acknowledge-critical-vitals-asap") == ("completed", ("rn-grace",))
    # when symptoms and lists are recorded, then the provider is told, and says that they know
    clinic.happens("symptoms-recorded", 20, by="ma-ana", red_flags=[], red_flags_denied=["chest_pain"])
    clinic.happens("medication-list-reviewed", 20, by="ma-ana", changed=[])
    clinic.happens("allergies-reviewed", 20, by="ma-ana", changed=[], new_allergens=[])
    assert clinic.open() == {"prepare-patient", "tell-provider"}
    clinic.happens("concerns-acknowledged", 21, by="prv-jonas")
    clinic.happens("ready-for-provider", 22, by="ma-ana")
    assert clinic.open() == {"see-patient"}


def with_the_provider(clinic: Clinic) -> None:
    clinic.happens("provider-entered", 30, by="prv-jonas")
    assert (clinic.view().stage, clinic.open()) == ("with-provider", set())
    clinic.happens("lab-test-ordered", 35, by="prv-jonas", priority="asap")
    clinic.happens("refill-requested", 36, visit_case_id=VISIT)
    assert set(clinic.view().open_cases) == {ORDER, REFILL}
    clinic.happens("provider-exited", 40, by="prv-jonas")
    assert clinic.open() == {"complete-orders"}


def leaving(clinic: Clinic) -> None:
    clinic.happens("specimen-collected", 43, by="ma-ana", preparation="spin")
    clinic.happens("specimen-labelled", 44, by="ma-ana")
    clinic.happens("specimen-logged", 45, by="ma-ana")
    assert done(clinic, "collect-blood-asap") == ("completed", ("ma-ana",))
    clinic.happens("visit-ended", 48, by="ma-ana")
    assert (clinic.open(), clinic.open(ROOM)) == ({"checkout"}, {"turn-over-room"})
    clinic.happens("room-vacated", 50, by="ma-ana")
    clinic.happens("room-cleaned", 58, by="ma-dewi")
    clinic.happens("checked-out", 55, by="fd-lena", logged=59)
    assert (clinic.open(), clinic.open(ROOM)) == (set(), set())
    assert clinic.view().stage == "checked-out"


def the_result(clinic: Clinic) -> None:
    # the order and the refill go on after the visit
    assert clinic.open(ORDER) == {"hand-to-courier", "prepare-specimen"}
    clinic.happens("specimen-prepared", 65, by="ma-ana", specimen_id="tube-1")
    clinic.happens("specimen-sent", 70, by="ma-ana")
    clinic.happens("refill-approved", 80, by="rn-grace")
    clinic.happens("refill-sent", 90, by="ma-ana")
    clinic.happens("specimen-received", 180)
    result = clinic.happens("result-received", 300, abnormal=True)
    clinic.happens("critical-result-received", 301)
    clinic.happens("critical-result-acknowledged", 305, by="rn-grace")
    clinic.happens("critical-result-acknowledged", 310, by="prv-jonas")
    clinic.happens("result-reviewed", 320, by="prv-jonas", result_event=result.event_id, outcome="tell_patient")
    assert clinic.open(ORDER) == {"tell-abnormal-result"}
    clinic.happens("result-communicated", 330, by="rn-grace", how="phone", by_script=False)
    assert clinic.open(ORDER) == clinic.open(REFILL) == set()


def test_a_visit_from_arrival_to_the_reviewed_result() -> None:
    clinic = the_morning()
    assert clinic.view().open_cases == ()
    assert clinic.forgotten_after == []
    assert {task.rule for task in clinic.result.tasks.values() if task.open} == set()


def test_every_task_says_why_it_is_there() -> None:
    clinic = the_morning()
    events = {placed.event.event_id: placed.event for placed in clinic.result.events}
    for task in clinic.result.tasks.values():
        cause = events[task.cause]
        assert cause.TYPE in demo_bundle().rule(task.agent, task.rule).on
        while cause.caused_by is not None:
            cause = events[cause.caused_by]
        assert not cause.source_system.startswith("agent:")


def test_the_same_morning_gives_the_same_tasks_again() -> None:
    clinic = the_morning()
    again = what_if(all_agents(), demo_bundle(), clinic.result.events, until=clinic.now)
    assert again.tasks == clinic.result.tasks
    assert [placed.event for placed in again.events] == [placed.event for placed in clinic.result.events]


def test_a_case_that_is_stored_between_any_two_events_goes_on_the_same() -> None:
    clinic = the_morning()
    agents, bundle = all_agents(), demo_bundle()
    stored: dict[str, bytes] = {}
    for placed in clinic.result.events:
        cases = unpack(stored[placed.event.case_id]) if placed.event.case_id in stored else {}
        for name in sorted(agents):
            if applies(agents[name], bundle, placed):
                cases[name] = step(agents[name], cases.get(name), placed, bundle).case
        stored[placed.event.case_id] = pack(cases)
    for case, sides in clinic.result.cases.items():
        assert {name: side.hash for name, side in unpack(stored[case]).items()} == {
            name: side.hash for name, side in sides.items()
        }
