"""Events as JSON at the public door: every form that is understood, and every problem named at once."""

import json
import random
from typing import Any

import msgspec
import pytest

from clinicflow import codec
from clinicflow.codec.registry import EVENTS
from clinicflow.errors import InvalidEvent, Problem, UnknownEventType
from clinicflow.events import EVENT_TYPES, EventVoided, Original, TaskClaimRequested, VitalsTaken
from tests.codec.generate import event

ID = "5f0c2c0e-0000-4000-8000-00000000000{}"

ENVELOPE: dict[str, Any] = {
    "event_id": ID.format(1),
    "org_id": "demo",
    "clinic_id": "north",
    "case_id": ID.format(2),
    "occurred_at": "2026-03-01T09:30:00+01:00",
    "recorded_at": 1_772_353_800_000_000,
    "source_system": "board",
}


def document(wire: str, **fields: Any) -> dict[str, Any]:
    return {"type": wire, **ENVELOPE, **fields}


def vitals(**fields: Any) -> VitalsTaken:
    read = codec.from_json(document("vitals-taken", **fields))
    assert isinstance(read, VitalsTaken)
    return read


def problems(doc: dict[str, Any], **arguments: Any) -> list[Problem]:
    with pytest.raises(InvalidEvent) as refusal:
        codec.from_json(doc, **arguments)
    assert str(refusal.value)
    return list(refusal.value.problems)


def only(doc: dict[str, Any], **arguments: Any) -> Problem:
    (problem,) = problems(doc, **arguments)
    return problem


@pytest.mark.parametrize("wire", sorted(EVENT_TYPES))
def test_every_event_comes_back_from_its_json_as_it_was(wire: str) -> None:
    rng = random.Random(wire)
    for _ in range(40):
        written = event(wire, rng)
        text = json.dumps(codec.to_json(written))
        read = codec.from_json(json.loads(text), trusted=True)
        assert read == written
        assert codec.decode(codec.encode(read)) == written
        codec.check(written)


def test_times_have_an_offset_or_are_microseconds() -> None:
    expected = vitals().occurred_at
    assert expected == 1_772_353_800_000_000
    for same in ("2026-03-01T08:30:00Z", "2026-03-01t08:30:00.000000z", "2026-03-01T00:30:00.0-08:00", expected):
        assert vitals(occurred_at=same).occurred_at == expected
    assert vitals(occurred_at="2026-03-01T08:30:00.1234560Z").occurred_at == expected + 123456


@pytest.mark.parametrize(
    "wrong",
    [
        "2026-03-01T08:30:00",
        "2026-03-01",
        "2026-02-30T08:30:00Z",
        "2026-03-01T08:30:60Z",
        "2026-03-01T08:30:00.1234567Z",
        "2026-03-01T08:30:00+24:00",
        "٢٠٢٦-03-01T08:30:00Z",
        "0001-01-01T00:00:00+01:00",
        "yesterday",
        1.5e15,
        2**62,
        True,
        None,
        {},
    ],
)
def test_a_time_without_offset_or_that_does_not_exist_is_refused(wrong: Any) -> None:
    assert only(document("roomed", room_id="n-1", occurred_at=wrong)).path == "occurred_at"


def test_a_quantity_is_exact() -> None:
    read = vitals(temp={"value": 38.1, "unit": "Cel"}, weight={"value": "70.120", "unit": "kg"})
    assert (read.temp, read.weight, read.originals) == (381, 70120, [])
    assert vitals(temp={"value": "38.0", "unit": "Cel"}).temp == 380
    assert vitals(systolic={"value": 120.0, "unit": "mm[Hg]"}).systolic == 120
    assert vitals(heart_rate={"value": 72, "unit": "{beats}/min"}).heart_rate == 72


@pytest.mark.parametrize(
    ("field", "value", "unit", "stored"),
    [
        ("temp", 98.6, "[degF]", 370),
        ("temp", "100.4", "[degF]", 380),
        ("temp", "100.58", "[degF]", 381),
        ("temp", -40, "[degF]", -400),
        ("temp", "310.15", "K", 370),
        ("weight", 154.5, "[lb_av]", 70080),
        ("weight", 3405, "g", 3405),
        ("height", 70, "[in_i]", 1778),
        ("height", "1.755", "m", 1755),
        ("head_circ", 455, "mm", 455),
        ("glucose", "3.0", "mmol/L", 540),
        ("glucose", "3.9", "mmol/L", 703),
        ("systolic", 16, "kPa", 120),
        ("o2_flow", 2500, "mL/min", 25),
    ],
)
def test_a_known_unit_is_converted_and_the_original_kept(field: str, value: Any, unit: str, stored: int) -> None:
    read = vitals(**{field: {"value": value, "unit": unit}})
    assert getattr(read, field) == stored
    assert read.originals == [Original(field=field, value=str(value), unit=unit)]


def test_a_converted_half_goes_to_the_even_digit() -> None:
    # 0.5 g are 0.0005 kg, half of the last digit that the field keeps
    assert vitals(weight={"value": "0.5", "unit": "g"}).weight == 0
    assert vitals(weight={"value": "1.5", "unit": "g"}).weight == 2
    assert vitals(weight={"value": "2.5", "unit": "g"}).weight == 2


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (98.6, '"unit": Cel or [degF] or K'),
        ({"value": 98.6}, '"unit": Cel or [degF] or K'),
        ({"value": 38.1, "unit": "C"}, "Cel or [degF] or K (UCUM)"),
        ({"value": 38.1, "unit": "kg"}, "Cel or [degF] or K (UCUM)"),
        ({"value": 38.1, "unit": None}, "Cel or [degF] or K (UCUM)"),
        ({"value": 38.15, "unit": "Cel"}, "at most 1 digits after the point in Cel"),
        ({"value": "NaN", "unit": "Cel"}, "digits"),
        ({"value": "1e1", "unit": "Cel"}, "digits"),
        ({"value": "1" * 5000, "unit": "Cel"}, "digits"),
        ({"value": 10**5000, "unit": "Cel"}, "digits"),
        ({"value": float("inf"), "unit": "Cel"}, "digits"),
        ({"value": True, "unit": "Cel"}, "decimal number"),
        ({"value": 38.1, "unit": "Cel", "code": "x"}, '"unit": Cel'),
    ],
)
def test_a_quantity_that_would_need_guessing_or_rounding_is_refused(sent: Any, expected: str) -> None:
    problem = only(document("vitals-taken", temp=sent))
    assert problem.path == "temp"
    assert expected in problem.expected


def test_a_glucose_unit_is_not_known_to_other_fields() -> None:
    assert only(document("vitals-taken", weight={"value": 4, "unit": "mmol/L"})).path == "weight"


def test_every_problem_is_named_at_once_and_no_value_is_repeated() -> None:
    doc = document(
        "vitals-taken", temp={"value": 98.6}, consciousness="drowsy", on_oxygen="yes", surname="Doe", arm="middle"
    )
    del doc["org_id"]
    found = {problem.path: problem for problem in problems(doc)}
    assert list(found) == ["temp", "consciousness", "on_oxygen", "surname", "arm", "org_id"]
    assert found["consciousness"].expected == "one of A, C, V, P, U"
    assert "drowsy" not in str(found)
    assert "Doe" not in str(found)


def test_an_unknown_or_missing_type_is_refused() -> None:
    with pytest.raises(UnknownEventType, match=f"type is unknown, expected one of {min(EVENT_TYPES)}, "):
        codec.from_json({"type": "room-painted"})
    assert only({**ENVELOPE}).path == "type"
    assert only({"type": ["roomed"]}).path == "type"
    with pytest.raises(InvalidEvent, match="a JSON object"):
        codec.from_json([])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("room_id", 5),
        ("room_id", ""),
        ("room_id", None),
        ("room_id", "x" * 501),
        ("room_id", "n\x001"),
        ("room_id", "\ud800"),
        ("room_id", {"string": "n-1"}),
        ("event_id", "1"),
        ("event_id", ID.format("A").upper()),
        ("case_id", 5),
        ("patient_id", ["p"]),
        ("actor_credentials", "ma-basic"),
        ("actor_credentials", ["x"] * 1001),
        ("sensitivity", "secret"),
        ("sensitivity", ["normal"]),
    ],
)
def test_a_wrong_value_is_refused(field: str, value: Any) -> None:
    assert only(document("roomed", **{"room_id": "n-1", field: value})).path == field


def test_a_problem_within_a_list_has_its_place() -> None:
    sent = [{"code": "718-7", "system": "loinc", "status": "F"}, {"code": 5, "system": "loinc", "status": "Z"}, 7]
    found = problems(document("result-received", result_id="r", status="F", abnormal=False, observations=sent))
    assert [p.path for p in found] == ["observations[1].code", "observations[1].status", "observations[2]"]


def test_the_value_of_a_result_is_exact_text() -> None:
    for sent, kept in ((7.05, "7.05"), ("7.050", "7.050"), (7, "7"), ("-0.1", "-0.1")):
        observation = {"code": "718-7", "system": "loinc", "status": "F", "value": sent, "unit": "g/dL"}
        doc = document("result-received", result_id="r", status="F", abnormal=True, observations=[observation])
        assert codec.from_json(doc).observations[0].value == kept  # type: ignore[attr-defined]
    for wrong in ("<5", "1e3", "7,05", True, ""):
        doc["observations"] = [{**observation, "value": wrong}]
        assert only(doc).path == "observations[0].value"


def test_the_wrapped_unions_of_avro_json_are_understood() -> None:
    read = vitals(
        patient_id={"string": "p-1"},
        on_oxygen={"boolean": True},
        temp_site={"clinicflow.events.TempSite": "oral"},
        consciousness={"Consciousness": "A"},
        postpartum_days={"long": 3},
        spo2=None,
    )
    assert (read.patient_id, read.on_oxygen, read.temp_site, read.consciousness) == ("p-1", True, "oral", "A")
    assert (read.postpartum_days, read.spo2) == (3, None)
    assert only(document("vitals-taken", on_oxygen={"string": "true"})).path == "on_oxygen"


def test_an_age_without_its_unit_is_refused() -> None:
    assert only(document("checked-in", identifiers_matched=2, patient_age=7)).path == "patient_age_unit"


def test_a_void_names_what_it_voids() -> None:
    assert only(document("event-voided", reason="duplicate")).path == "corrects"
    read = codec.from_json(document("event-voided", reason="duplicate", corrects=ID.format(3)))
    assert isinstance(read, EventVoided)


def test_defaults_fill_what_was_left_out_and_never_what_was_sent() -> None:
    doc = document("roomed", room_id="n-1")
    del doc["org_id"], doc["event_id"]
    defaults = {"org_id": "demo", "event_id": ID.format(9), "clinic_id": "south", "on_shift": True}
    read = codec.from_json(doc, defaults=defaults)
    assert (read.org_id, read.event_id, read.clinic_id) == ("demo", ID.format(9), "north")


def test_a_default_is_held_to_the_schema_too() -> None:
    assert only(document("roomed"), defaults={"room_id": 5}).path == "room_id"


def test_what_intake_stamps_cannot_be_sent() -> None:
    request = document("task-claim-requested", task_id=ID.format(4), agent="vitals")
    stamps = {"on_shift": True, "lead": False, "clinic_assigned": True, "on_site_supervisors": ["RN"]}
    read = codec.from_json(request, defaults=stamps)
    assert isinstance(read, TaskClaimRequested)
    assert (read.on_shift, read.lead, read.on_site_supervisors) == (True, False, ["RN"])
    assert only({**request, "lead": True}, defaults=stamps).path == "lead"
    assert codec.from_json(codec.to_json(read), trusted=True) == read
    with pytest.raises(InvalidEvent, match="intake writes it"):
        codec.check(read, trusted=False)


def test_an_event_made_by_code_is_held_to_the_same_rules() -> None:
    good = event("roomed", random.Random(5))
    codec.check(good)
    for wrong in ({"case_id": "visit-1"}, {"room_id": "n\x001"}, {"occurred_at": None}, {"actor_credentials": "x"}):
        with pytest.raises(InvalidEvent):
            codec.check(msgspec.structs.replace(good, **wrong))


def test_garbage_in_every_field_is_a_problem_and_never_another_error() -> None:
    rng = random.Random(11)
    garbage: list[Any] = [
        *(None, True, 5, 1.5, "", "x", "\ud800", [], [[]], {}, {"value": 1}, {"unit": "Cel", "value": []}),
        *(2**70, float("nan"), {"string": {"string": {}}}, [None], [{"field": None}], b"x", {5: 5}),
    ]
    refused = 0
    for wire, writer in EVENTS.current.items():
        for _ in range(30):
            doc = codec.to_json(event(wire, rng))
            for field in rng.sample(writer.schema["fields"], 3):
                doc[field["name"]] = rng.choice(garbage)
            try:
                read = codec.from_json(doc, trusted=True)
            except InvalidEvent as refusal:
                refused += bool(refusal.problems)
            else:
                codec.encode(read)
    assert refused > 1000


def test_a_hundred_problems_are_enough() -> None:
    assert len(problems(document("roomed", **{f"x{n}": 1 for n in range(1000)}))) == 100
