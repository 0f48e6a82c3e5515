"""What has begun is brought under the bundle in force by a command, and its open tasks are looked at again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clinicflow.live import migrating
from clinicflow.live.rechecker import Rechecker
from clinicflow.settings import Settings
from clinicflow.store import bundle_commands
from clinicflow.store.memory import MemoryStore
from tests.live.test_rechecker import held, no_more_vitals, stored_tasks, told_again
from tests.web.kit import World, a_world


async def migrated(world: World, clinic: str | None = None) -> migrating.Migrated:
    stored = await world.store.bundle("demo")
    cases = await migrating.open_cases(world.store, stored, clinic)
    done = await migrating.migrate(world.store, stored, cases, world.now())
    await world.settle()
    return done


@pytest.mark.asyncio
async def test_open_cases_go_by_the_new_bundle_and_a_second_call_adds_nothing(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        ana, _ = await held(world, "start")
        await world.arrival("S1", clinic="south")
        await world.settle()
        number = await no_more_vitals(world)

        here = await migrated(world, "north")
        everywhere = await migrated(world)
        again = await migrated(world)
        await Rechecker(world.store, world.now).look()
        await world.settle()

        [after] = await world.tasks("take-vitals")
        rows = await world.store.tasks("demo")
        same = await stored_tasks(world) == await told_again(world)

    assert (here.bundle, here.told, here.before) == (number, 1, 0)
    assert (everywhere.told, everywhere.before) == (1, 0)
    assert again.told == 0
    assert (after.task.status, after.task.owner, after.task.reason) == ("on-hold", ana, "prohibited")
    assert {row.rules for row in rows} <= {0, number}
    assert same


@pytest.mark.asyncio
async def test_a_room_goes_by_the_bundle_in_force_anyway(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await held(world)
        await no_more_vitals(world)
        stored = await world.store.bundle("demo")
        cases = await migrating.open_cases(world.store, stored)
        endless = {row.case_id for row in await world.store.tasks("demo") if row.rules == 0}

    assert cases
    assert not endless & {case.case_id for case in cases}


def command(store: MemoryStore, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    """Exit code and output of ``clinicflow bundle migrate``."""

    async def opened(settings: Settings) -> MemoryStore:
        return store

    monkeypatch.setattr(bundle_commands, "open_store", opened)
    result = CliRunner().invoke(migrating.app, ["bundle", "migrate", *words])
    return result.exit_code, result.output


@pytest.mark.asyncio
async def test_an_unknown_organization_or_clinic_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_world(tmp_path) as world:
        await held(world)
        nobody = await asyncio.to_thread(command, world.store, monkeypatch, "nobody")
        nowhere = await asyncio.to_thread(command, world.store, monkeypatch, "demo", "--clinic", "nowhere")
        counted = await asyncio.to_thread(command, world.store, monkeypatch, "demo", "--count")

    assert nobody == (1, "Expected an organization with a bundle in force, but nobody has none\n")
    assert nowhere[0] == 1
    assert "Expected a clinic of demo (" in nowhere[1]
    assert nowhere[1].endswith("but got nowhere\n")
    assert counted == (0, "0 open cases of demo would be told; nothing was changed\n")
