"""Given a recording that names the code that made it, when other code replays it, then a difference is somebody's."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import msgspec
import pytest

from clinicflow import code_version as versions
from clinicflow.code_version import code_version, digest_of, name_of
from clinicflow.codec import decode, encode
from clinicflow.codec.times import text_of
from clinicflow.core.pack import unpack
from clinicflow.data import data_dir
from clinicflow.replay.compare import Report, few_of, replay, replay_source
from clinicflow.replay.findings import Difference
from clinicflow.replay.journal_file import export
from clinicflow.replay.report_text import lines_of
from clinicflow.replay.sources import Place, StoreSource
from clinicflow.store.memory import MemoryStore
from tests.replay.day import Recorder, a_day, damage_state, recorded_day, written_by
from tests.replay.test_commands import run

OTHER = 0x1234ABCD
THIS = name_of(code_version())


def half_a_day() -> Recorder:
    return asyncio.run(recorded_day(seed=4, visits=3, share=0.5))


def replayed(store: MemoryStore) -> Report:
    return asyncio.run(replay_source(StoreSource(store)))


def file_of(store: MemoryStore, tmp_path: Path) -> Path:
    path = tmp_path / "day.journal"
    asyncio.run(export(StoreSource(store), path))
    return path


def test_what_this_code_recorded_names_this_version_and_no_other() -> None:
    store = half_a_day().store

    report = replayed(store)

    assert report.codes.cases == {THIS: report.cases}
    assert not report.codes.other
    assert not any("recorded by" in line for line in lines_of(report, 10))
    assert all(
        side.code == code_version() for row in store._tables.cases.values() for side in unpack(row.state).values()
    )


def test_a_recording_of_other_code_may_be_equal_and_says_whose_it_is(tmp_path: Path) -> None:
    store = half_a_day().store
    written_by(store, OTHER)

    done = run("replay", "--file", file_of(store, tmp_path))

    count = len({row.case_id for row in store._tables.cases.values()})
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[1:] == [
        f"recorded by code version 1234abcd ({count} cases), this is {THIS}",
        "equal: every state, task, timer and derived event is what was recorded",
    ]


def test_what_differs_only_in_what_other_code_made_is_listed_and_ends_with_three(tmp_path: Path) -> None:
    store = half_a_day().store
    written_by(store, OTHER)
    case = damage_state(store, "rooming", hash=b"x" * 16)
    path = file_of(store, tmp_path)

    text, plain = run("replay", "--file", path), run("replay", "--file", path, "--json")

    assert (text.returncode, plain.returncode) == (3, 3), text.stdout + text.stderr
    lines = text.stdout.splitlines()
    assert lines[2] == "DIFFERENT: 1 differences, all of them where other code had a part: what this code made is equal"
    assert lines[3].startswith(f"  hash of rooming in case {case} at ")
    assert lines[3].endswith(" (other code)")
    assert lines[4] == f"case {case}, step by step:"
    told = json.loads(plain.stdout)
    assert (told["equal"], told["found"], told["by_this_code"], told["by_other_code"]) == (False, 1, 0, 1)
    assert (told["codes"]["this"], list(told["codes"]["cases"]), told["codes"]["mixed"]) == (THIS, ["1234abcd"], 0)
    assert [(one["case_id"], one["made_by"]) for one in told["differences"]] == [(case, "other")]


def test_in_a_mixed_recording_a_fault_of_this_code_comes_first_and_ends_with_one(tmp_path: Path) -> None:
    store = half_a_day().store
    cases = sorted({row.case_id for row in store._tables.cases.values() if "vitals" in unpack(row.state)})
    written_by(store, OTHER, but=cases[1:])
    rows = {row.case_id: (key, row) for key, row in store._tables.cases.items()}
    for case in cases[:2]:
        key, row = rows[case]
        sides = unpack(row.state)
        sides["vitals"] = msgspec.structs.replace(sides["vitals"], hash=b"x" * 16)
        store._tables.cases[key] = msgspec.structs.replace(row, state=msgspec.msgpack.encode(sides))

    report = replayed(store)
    done = run("replay", "--file", file_of(store, tmp_path))

    assert report.codes.cases == {"1234abcd": report.cases - len(cases) + 1, THIS: len(cases) - 1}
    assert {one.case_id: one.made_by for one in report.differences} == {cases[0]: "other", cases[1]: "this"}
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[2] == "DIFFERENT: 2 differences, 1 by this code and 1 where other code had a part"
    assert f"in case {cases[1]} at" in lines[3]
    assert f"in case {cases[0]} at" in lines[4]
    assert lines[5] == f"case {cases[1]}, step by step:"


def test_a_case_that_outlived_a_change_of_the_code_is_of_both(monkeypatch: pytest.MonkeyPatch) -> None:
    store = asyncio.run(_changed_at_noon(monkeypatch)).store

    report = replayed(store)

    assert report.equal
    assert report.codes.cases.keys() == {THIS, "1234abcd"}
    assert report.codes.mixed == sum(report.codes.cases.values()) - report.cases > 0
    sides = [
        (case.case_id, name, side) for case in store._tables.cases.values() for name, side in unpack(case.state).items()
    ]
    case_id, agent = next((case, name) for case, name, side in sides if side.codes_before == (OTHER,))
    damaged = _damaged(store, case_id, agent)
    assert [(one.case_id, one.agent, one.made_by) for one in damaged.differences] == [(case_id, agent, "other")]


async def _changed_at_noon(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Half of the day by other code, the rest by this."""
    events = a_day(4, 3).primaries
    recorder = await Recorder().begin()
    with monkeypatch.context() as patch:
        patch.setattr(versions, "code_version", lambda: OTHER)
        await recorder.tell(events[: len(events) // 2])
    await recorder.tell(events[len(events) // 2 :])
    return recorder


def _damaged(store: MemoryStore, case_id: str, agent: str) -> Report:
    for key, row in store._tables.cases.items():
        if row.case_id == case_id:
            sides = unpack(row.state)
            sides[agent] = msgspec.structs.replace(sides[agent], hash=b"x" * 16)
            store._tables.cases[key] = msgspec.structs.replace(row, state=msgspec.msgpack.encode(sides))
    return replayed(store)


def test_a_derived_event_without_a_cause_is_of_the_code_of_the_case_that_it_names(tmp_path: Path) -> None:
    """It stands in a visit that this code wrote, and was caused, as it says, in an order that other code wrote."""
    store = asyncio.run(recorded_day(seed=1, visits=8)).store
    places = store._tables.places
    partition, index = next(
        (part, at) for part, rows in enumerate(places) for at, row in enumerate(rows) if row.type == "case-opened"
    )
    row = places[partition][index]
    cause = decode(row.payload).caused_by
    order = next(one.case_id for rows in places for one in rows if one.event_id == cause)
    invented = "00000000-0000-5000-8000-000000000001"
    places[partition][index] = msgspec.structs.replace(
        row, event_id=invented, payload=encode(msgspec.structs.replace(decode(row.payload), event_id=invented))
    )
    by_this = replayed(store)
    written_by(store, OTHER, but=[one.case_id for one in store._tables.cases.values() if one.case_id != order])

    by_other = replay(Place(file=str(file_of(store, tmp_path))), 2)

    assert {one.made_by for one in by_this.differences} == {"this"}
    assert {one.subject: one.made_by for one in by_other.differences if one.kind == "derived event"} == {
        row.event_id: "other",
        invented: "other",
    }


def test_a_state_that_other_code_never_wrote_is_of_other_code() -> None:
    """As when an agent now hears an event that it did not hear then."""
    store = half_a_day().store
    case = damage_state(store, "flow", phase="")
    written_by(store, OTHER)
    for key in [key for key, row in store._tables.cases.items() if row.case_id == case]:
        del store._tables.cases[key]

    report = replayed(store)

    assert {(one.case_id, one.detail, one.made_by) for one in report.differences} == {(case, "not stored", "other")}


def test_what_older_programs_wrote_is_shown_as_unnamed() -> None:
    store = half_a_day().store
    written_by(store, 1)

    assert list(replayed(store).codes.cases) == ["unnamed"]


def test_what_if_and_a_past_board_say_that_the_code_was_another(tmp_path: Path) -> None:
    recorder = half_a_day()
    written_by(recorder.store, OTHER)
    path = file_of(recorder.store, tmp_path)
    board = ("board", "--file", path, "--clinic", "north", "--as-of", text_of(recorder.now))
    what_if = ("replay", "--file", path, "--what-if", data_dir("bundles") / "demo")

    asked = [run(*words) for words in (board, what_if, (*board, "--json"), (*what_if, "--json"))]

    assert [done.returncode for done in asked] == [0] * 4, [done.stderr for done in asked]
    assert "recorded by code version 1234abcd (" in asked[0].stdout
    assert asked[1].stdout.startswith("recorded by code version 1234abcd (")
    assert [list(json.loads(done.stdout)["codes"]["cases"]) for done in asked[2:]] == [["1234abcd"]] * 2
    assert any(rule["recorded"] for rule in json.loads(asked[3].stdout)["rules"])


def test_many_differences_of_other_code_do_not_hide_one_of_this_code() -> None:
    many = [Difference(0, at, "hash", "c", "flow", "", "", "other") for at in range(3000)]
    one = Difference(1, 1, "hash", "d", "flow", "", "", "this")

    kept = few_of([*many, one])

    assert one in kept
    assert len(kept) < 1100


@pytest.mark.parametrize(
    ("changed", "told"),
    [("core/step.py", True), ("agents/vitals/news2.py", True), ("events.py", True), ("web/board.py", False)],
)
def test_the_version_changes_with_the_code_that_decides_and_only_then(tmp_path: Path, changed: str, told: bool) -> None:
    package = tmp_path / "clinicflow"
    shutil.copytree(Path(versions.__file__).parent, package, ignore=shutil.ignore_patterns("_data", "ui", "static"))
    before = digest_of(package)
    assert digest_of(package) == before == digest_of(Path(versions.__file__).parent)

    (package / changed).write_text((package / changed).read_text() + "\n# another line\n")

    assert (digest_of(package) != before) is told


def test_a_library_that_evaluates_rules_belongs_to_the_version() -> None:
    package = Path(versions.__file__).parent

    assert digest_of(package, ["cel 1"]) != digest_of(package, ["cel 2"])
