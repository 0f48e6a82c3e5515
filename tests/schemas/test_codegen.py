"""The classes of events fit their schemas."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clinicflow import codegen
from clinicflow.core.event import ENVELOPE
from clinicflow.data import data_dir
from clinicflow.events import EVENT_TYPES, Observation, ResultReceived, TaskDelegateRequested, VitalsTaken


def test_the_committed_classes_fit_the_schemas() -> None:
    command = [sys.executable, "-m", "clinicflow.codegen", "--check"]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_stale_classes_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = tmp_path / "events.py"
    stale.write_text(codegen.TARGET.read_text("utf-8").replace("room_id: str", "room: str", 1), "utf-8")
    monkeypatch.setattr(codegen, "TARGET", stale)
    assert codegen.main(["--check"]) == 1
    assert "python -m clinicflow.codegen" in capsys.readouterr().err
    assert codegen.main([]) == 0
    assert codegen.main(["--check"]) == 0


def test_an_unknown_argument_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert codegen.main(["--verify"]) == 2
    assert "usage" in capsys.readouterr().err


def test_a_new_schema_file_is_enough_for_a_new_class(tmp_path: Path) -> None:
    for path in (data_dir("schemas") / "avro" / "events").glob("room*.avsc"):
        shutil.copy(path, tmp_path)
    added = json.loads((tmp_path / "roomed.avsc").read_text("utf-8"))
    (tmp_path / "room-blocked.avsc").write_text(json.dumps({**added, "name": "RoomBlocked"}), "utf-8")
    text = codegen.render(codegen.read_schemas(tmp_path))
    assert "class RoomBlocked(Event" in text
    assert "'room-blocked': RoomBlocked," in text
    assert text == codegen.render(codegen.read_schemas(tmp_path))


def test_every_class_has_the_envelope_and_the_fields_of_its_schema_in_order() -> None:
    for wire, schema in codegen.read_schemas().items():
        kind = EVENT_TYPES[wire]
        assert wire == kind.TYPE
        assert set(kind.__struct_fields__) == {field["name"] for field in schema["fields"]}
        assert kind.__struct_fields__[: len(ENVELOPE)] == ENVELOPE


def test_a_class_knows_case_sender_units_codes_and_personal_fields() -> None:
    assert (VitalsTaken.CASE, VitalsTaken.AREA, VitalsTaken.BY) == ("visit", "vitals", "person")
    assert VitalsTaken.UNITS["temp"] == ("Cel", 1)
    assert VitalsTaken.ENUMS["consciousness"] == ("A", "C", "V", "P", "U")
    assert VitalsTaken.PERSONAL == ("note",)
    assert "to_credentials" in TaskDelegateRequested.STAMPED
    assert ResultReceived.__annotations__["observations"] == list[Observation]
    assert {wire for wire, kind in EVENT_TYPES.items() if kind.ENDS} == {
        "checked-out",
        "left-without-being-seen",
        "visit-cancelled",
        "patient-deceased",
    }
