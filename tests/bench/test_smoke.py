"""Given this machine, when a measurement runs on a small load, then it ends, measures, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from bench.figures import Figure, number, quantile

from bench import machine, network, replay_speed
from clinicflow.agents import all_agents
from clinicflow.codec import decode
from clinicflow.core.bundle import compile_bundle


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "FOLDER", tmp_path)


def test_a_network_is_the_demo_many_times_with_its_own_rooms_and_staff() -> None:
    bundle = compile_bundle(network.network_document(7), 1, all_agents())

    assert len(bundle.clinics) == 7
    rooms = [room["id"] for clinic in bundle.clinics.values() for room in clinic["rooms"]]
    assert len(rooms) == len(set(rooms)) == 70
    assert {shift["clinic"] for person in bundle.staff_all.values() for shift in person["shifts"]} >= set(
        bundle.clinics
    )


def test_the_load_is_in_the_order_of_telling_and_the_same_when_made_again() -> None:
    told = network.load(300, 2)
    again = network.load(300, 2)

    assert len(told) == 300
    assert [one.at for one in told] == sorted(one.at for one in told)
    assert told == again
    assert {decode(one.payload).clinic_id for one in told} == set(network.network_document(2)["clinics"])


def test_quantiles_are_values_that_were_measured() -> None:
    values = [5.0, 1.0, 4.0, 2.0, 3.0]

    assert quantile(values, 0.5) == 3.0
    assert quantile(values, 0.99) == 5.0
    assert quantile([7.0], 0.5) == 7.0


def test_a_figure_knows_whether_it_meets_its_target_in_either_direction() -> None:
    assert Figure(name="rate", value=10.0, unit="1/s", target=9.0).met is True
    assert Figure(name="time", value=10.0, unit="ms", target=9.0, at_least=False).met is False
    assert Figure(name="size", value=10.0, unit="MB").met is None
    assert [number(value) for value in (12_345.6, 0.7643, 42.13)] == ["12,346", "0.764", "42.1"]


def test_memory_and_time_of_a_process_are_read() -> None:
    assert machine.peak_mb(os.getpid()) > 10
    assert machine.cpu_seconds(os.getpid()) > 0


@pytest.mark.embedded
def test_replay_is_measured_on_a_recorded_journal_and_equal() -> None:
    figures = {figure.name: figure for figure in asyncio.run(replay_speed.measure(400))}

    for name in ("replay of a journal file, compared", "replay of the database, compared"):
        assert figures[name].value > 0
        assert figures[name].note.endswith("; equal")
    assert 0 < figures["share of conditions (CEL)"].value < 100
