"""Given a recorded day in a file, when an analyst asks for it by command, then the answer and the exit code tell."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clinicflow.codec.times import text_of
from clinicflow.data import data_dir
from clinicflow.replay.journal_file import export
from clinicflow.replay.sources import StoreSource
from tests.replay.day import Recorder, damage_state, recorded_day

NO_VITALS = """\
protocol: our-vitals
agent: vitals
version: 1
owner: network
source: a trial
rules:
  - id: take-vitals
    on: roomed
    when: "case.roomings == 99"
    task:
      activity: take-vitals
      roles: [MA]
      credential: ma-basic
      due: {after: PT5M}
      title: {en: Take vital signs, es: Tomar los signos vitales, id: Ukur tanda vital}
"""


def run(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "clinicflow.cli", *map(str, words)]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def day() -> Recorder:
    """Half a day, so that visits and tasks are open when it ends."""
    return asyncio.run(recorded_day(seed=4, visits=12, share=0.5))


@pytest.fixture(scope="module")
def file(day: Recorder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("journal") / "day.journal"
    asyncio.run(export(StoreSource(day.store), path))
    return path


@pytest.mark.parametrize(("seed", "zone"), [("1", "UTC"), ("2", "Asia/Kathmandu")])
def test_a_day_is_equal_in_another_process_whatever_its_hashing_and_time_zone(file: Path, seed: str, zone: str) -> None:
    done = run("replay", "--file", file, PYTHONHASHSEED=seed, TZ=zone, LC_ALL="C")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "equal: every state, task, timer and derived event" in done.stdout


def test_a_difference_is_told_and_its_case_folded_again_step_by_step(tmp_path: Path) -> None:
    recorder = asyncio.run(recorded_day(seed=4, visits=3, share=0.5))
    case = damage_state(recorder.store, "rooming", hash=b"x" * 16)
    path = tmp_path / "damaged.journal"
    asyncio.run(export(StoreSource(recorder.store), path))

    done = run("replay", "--file", path)

    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[1] == "DIFFERENT: 1 differences"
    assert lines[2].startswith(f"  hash of rooming in case {case} at ")
    assert lines[3] == f"case {case}, step by step:"
    assert any(line.startswith("* ") for line in lines)
    assert any("rooming stored here: hash: b'xxxxxxxxxxxxxxxx' stored" in line for line in lines)


def test_what_cannot_be_compared_is_one_sentence_and_ends_with_two(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("no journal")
    asked = {
        ("--file", tmp_path / "none"): "Expected a journal file",
        ("--file", other): "Expected a journal file",
        ("--file", file, "--export", tmp_path / "no-folder" / "x"): "Expected a file that can be written",
        ("--file", file, "--what-if", tmp_path): "bundle.yaml",
    }
    for words, told in asked.items():
        done = run("replay", *words)
        assert (done.returncode, done.stdout) == (2, ""), words
        assert told in done.stderr
        assert "Traceback" not in done.stderr


def test_a_file_is_written_from_a_file(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.journal"

    assert run("replay", "--file", file, "--export", copy).returncode == 0
    assert copy.read_bytes() == file.read_bytes()


def test_what_if_with_the_rules_in_force_gives_the_same_tasks_and_with_others_marks_what_changed(
    file: Path, tmp_path: Path
) -> None:
    own = tmp_path / "network"
    shutil.copytree(data_dir("bundles") / "demo", own)
    same = run("replay", "--file", file, "--what-if", own)
    (own / "bundle.yaml").write_text((own / "bundle.yaml").read_text() + "overlay: ours\n")
    (own / "ours/protocols").mkdir(parents=True)
    (own / "ours/protocols/vitals.yaml").write_text(NO_VITALS)
    other = run("replay", "--file", file, "--what-if", own)

    assert (same.returncode, other.returncode) == (0, 0), same.stderr + other.stderr
    assert "*" not in same.stdout
    [before] = [line.split() for line in same.stdout.splitlines() if " take-vitals " in line]
    [after] = [line.split() for line in other.stdout.splitlines() if " take-vitals " in line]
    assert before[2:] == [before[2]] * 3
    assert after[2:] == [before[2], "0", "0", "*"]


def test_the_board_of_a_past_second_as_text_and_for_programs(day: Recorder, file: Path) -> None:
    words = ("board", "--file", file, "--clinic", "north", "--as-of", text_of(day.now))
    known, true, plain = run(*words), run(*words, "--by", "occurred"), run(*words, "--json")

    assert (known.returncode, true.returncode, plain.returncode) == (0, 0, 0)
    assert f"clinic north (demo) at {text_of(day.now)}, as it was known;" in known.stdout
    assert f"clinic north (demo) at {text_of(day.now)}, as it was;" in true.stdout
    shown = json.loads(plain.stdout)
    assert (shown["clinic_id"], shown["by"]) == ("north", "logged")
    live = asyncio.run(day.store.visits("demo", "north"))
    assert len(shown["visits"]) == len(live) > 0
    assert f"{len(live)} patients in the clinic" in known.stdout


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--clinic", "nowhere", "--as-of", "2026-11-23T18:00:00Z"), 1, "east, north, south, but got nowhere"),
        (("--clinic", "north", "--as-of", "yesterday"), 2, "a time with offset"),
        (("--clinic", "north", "--as-of", "2026-11-23T18:00:00"), 2, "a time with offset"),
        (("--clinic", "north", "--as-of", "2026-11-23T18:00:00Z", "--by", "hope"), 2, "logged or occurred"),
    ],
)
def test_a_board_that_cannot_be_is_told(file: Path, words: tuple[str, ...], code: int, told: str) -> None:
    done = run("board", "--file", file, *words)

    assert done.returncode == code
    assert told in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr
