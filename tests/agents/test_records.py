"""Documents, copies and gaps: what cannot be, what comes twice, and what comes in another order."""

from clinicflow.agents import all_agents
from clinicflow.data import data_dir
from clinicflow.protocols.scenario import read_defaults
from clinicflow.protocols.stage import Stage
from tests.agents.harness import demo_bundle


def stage() -> Stage:
    return Stage(all_agents(), demo_bundle(), "north", read_defaults(data_dir("scenarios")))


def test_a_document_that_was_filed_before_its_arrival_was_told_asks_nobody() -> None:
    clinic = stage()
    clinic.happens("document-indexed", 10, by="ma-ana")
    clinic.happens("mail-received", 5, told=20)
    assert clinic.tasks("index-document") == []


def test_a_document_that_is_in_no_record_is_not_misfiled() -> None:
    clinic = stage()
    clinic.happens("mail-received", 0)
    event = clinic.happens("document-misfiled", 5)
    assert clinic.refusals(event) == {"records": "not-indexed"}
    assert clinic.tasks("fix-misfile") == []


def test_a_misfile_that_was_none_leaves_nothing_to_fix() -> None:
    clinic = stage()
    clinic.happens("document-indexed", 0, by="ma-ana")
    event = clinic.happens("document-misfiled", 5)
    clinic.happens("event-voided", 9, case="document", corrects=event.event_id)
    assert clinic.newest("fix-misfile").status == "entered-in-error"
    again = clinic.happens("document-indexed", 12, by="ma-ana")
    assert clinic.refusals(again) == {"records": "already-indexed"}


def test_copies_are_asked_for_and_released_once() -> None:
    clinic = stage()
    clinic.happens("records-requested", 0)
    twice = clinic.happens("records-requested", 1)
    clinic.happens("records-released", 5, by="fd-lena")
    again = clinic.happens("records-released", 6, by="fd-lena")
    assert clinic.refusals(twice) == {"records": "already-requested"}
    assert clinic.refusals(again) == {"records": "already-released"}
    assert len(clinic.tasks("release-records")) == 1


def test_a_release_that_was_entered_in_error_asks_for_the_copies_again() -> None:
    clinic = stage()
    clinic.happens("records-requested", 0)
    event = clinic.happens("records-released", 5, by="fd-lena")
    clinic.happens("event-voided", 9, case="document", corrects=event.event_id)
    assert clinic.newest("release-records").status == "requested"
    clinic.pass_time(clinic.result.events[-1].logged_at + 8 * 86_400_000_000)
    assert clinic.tasks("confirm-receipt") == []


def test_a_gap_that_nobody_found_is_filled_without_a_word() -> None:
    clinic = stage()
    clinic.happens("checked-in", 0)
    clinic.happens("record-gap-filled", 5, fields={"flag_event": "0b6d2f0a-9d0c-5a11-8a55-2f8f6c1d7e01"})
    assert clinic.happened("record-completed") == []
