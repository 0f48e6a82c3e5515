"""Loads, indicators and sets: what cannot be, what comes late or twice, and a site that recalls earlier."""

from typing import Any

import pytest

from clinicflow.agents import all_agents
from clinicflow.core.bundle import compile_bundle
from clinicflow.data import data_dir
from clinicflow.events import LoadQuarantined, LoadRecalled
from clinicflow.protocols.scenario import read_defaults
from clinicflow.protocols.stage import Stage
from tests.agents.harness import demo_bundle, happened
from tests.support.bundles import shipped

DEFAULTS = read_defaults(data_dir("scenarios"))


def stage(**policy: Any) -> Stage:
    if not policy:
        return Stage(all_agents(), demo_bundle(), "north", DEFAULTS)
    document = shipped()
    clinics = dict(document["clinics"])
    clinics["north"] = {**clinics["north"], "tables": {"sterile-policy": policy}}
    return Stage(all_agents(), compile_bundle({**document, "clinics": clinics}, 2, all_agents()), "north", DEFAULTS)


@pytest.mark.parametrize(
    ("events", "code"),
    [
        (["autoclave-load-started", "autoclave-load-started"], "already-started"),
        (["autoclave-load-started", "autoclave-load-completed", "autoclave-load-completed"], "already-completed"),
        (["autoclave-load-started", "load-released"], "not-completed"),
        (["load-recalled", "load-recalled"], "already-recalled"),
        (["load-recalled", "load-released"], "load-quarantined"),
        (["recall-acknowledged"], "not-recalled"),
        (["instruments-used", "instruments-used"], "already-used"),
        (["instruments-used", "instruments-packed"], "not-decontaminated"),
    ],
)
def test_what_cannot_be_is_refused(events: list[str], code: str) -> None:
    clinic = stage()
    told = [clinic.happens(kind, minute, by="ma-dewi") for minute, kind in enumerate(events)]
    assert clinic.refusals(told[-1]).get("sterile") == code


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"mechanical_ok": False}, "mechanical_failed"),
        ({"chemical_external_ok": False}, "chemical_failed"),
        ({"minutes": 2.9}, "values_not_met"),
        ({"cycle": "gravity_121", "temp": 121.0, "minutes": 29.9}, "values_not_met"),
        ({"temp": None, "minutes": None, "pressure": None}, None),
        ({"cycle": "low_temperature", "temp": 55.0}, None),
        ({"chemical_internal_ok": None}, None),
    ],
)
def test_a_cycle_is_judged_by_its_program(fields: dict[str, Any], reason: str | None) -> None:
    clinic = stage()
    clinic.happens("autoclave-load-completed", 0, by="ma-dewi", fields=fields)
    found = [event.reason for event in happened(clinic, LoadQuarantined)]
    assert found == ([] if reason is None else [reason])


def test_of_a_load_whose_start_was_never_told_the_sterilizer_hears_at_its_end() -> None:
    clinic = stage()
    clinic.happens("autoclave-load-completed", 0, by="ma-dewi")
    clinic.happens("autoclave-load-started", 1, told=5, by="ma-dewi")
    assert len(clinic.happened("autoclave-used")) == 1


def test_a_strict_site_recalls_all_loads_at_the_first_positive_indicator() -> None:
    clinic = stage(recall_at="first")
    clinic.happens("autoclave-load-started", 0, by="ma-dewi", fields={"load_id": "load-1"})
    clinic.happens("autoclave-load-started", 60, by="ma-dewi", fields={"load_id": "load-2"})
    clinic.happens("bi-result-recorded", 100, fields={"load_id": "load-2", "positive": True})
    recalled = {event.load_id for event in happened(clinic, LoadRecalled)}
    assert recalled == {"load-1", "load-2"}


def test_a_negative_indicator_clears_only_the_loads_up_to_its_own() -> None:
    clinic = stage(recall_at="first")
    for minute, load in ((0, "load-1"), (60, "load-2"), (120, "load-3")):
        clinic.happens("autoclave-load-started", minute, by="ma-dewi", fields={"load_id": load})
    clinic.happens("bi-result-recorded", 200, fields={"load_id": "load-2"})
    clinic.happens("bi-result-recorded", 300, fields={"load_id": "load-4", "positive": True})
    recalled = [event.load_id for event in happened(clinic, LoadRecalled)]
    assert recalled == ["load-3"]


def test_a_second_negative_indicator_of_a_load_does_not_undo_a_positive_one() -> None:
    clinic = stage()
    clinic.happens("autoclave-load-started", 0, by="ma-dewi", fields={"implant": True})
    clinic.happens("autoclave-load-completed", 30, by="ma-dewi", fields={"implant": True})
    clinic.happens("bi-result-recorded", 60, fields={"positive": True})
    clinic.happens("bi-result-recorded", 90)
    released = clinic.happens("load-released", 95, by="ma-eli")
    assert clinic.refusals(released)["sterile"] == "load-quarantined"


def test_a_load_recalled_by_mistake_frees_its_procedures_when_that_is_taken_back() -> None:
    clinic = stage()
    clinic.happens("load-released", 0, by="ma-dewi")
    clinic.happens("procedure-set-up", 5, by="ma-ana", fields={"load_id": "load-7"})
    recall = clinic.happens("load-recalled", 10, by="ipc-ida")
    assert clinic.newest("replace-set").open
    clinic.happens(
        "event-voided", 12, case="load:load-7", corrects=recall.event_id, fields={"reason": "entered_in_error"}
    )
    assert clinic.newest("replace-set").status == "entered-in-error"
    assert clinic.newest("notify-provider").cause_voided


def test_a_procedure_that_starts_with_a_set_of_the_load_is_one_use() -> None:
    clinic = stage()
    clinic.happens("load-released", 0, by="ma-dewi")
    clinic.happens("procedure-set-up", 5, by="ma-ana", fields={"load_id": "load-7"})
    clinic.happens("procedure-timeout-done", 6, by="rn-grace")
    clinic.happens("procedure-started", 8, by="prv-jonas")
    clinic.happens("load-recalled", 20, by="ipc-ida")
    assert len(clinic.happened("instruments-blocked")) == 1
