"""A patient whom nobody looks after is alarmed: on the board with its clinic's patients, in the figures, by the doctor.

A rule is taken out of the demo network, so that a patient who was checked in is nobody's work.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from clinicflow.embedded.checks import of_forgotten
from clinicflow.embedded.serve import probes
from tests.web.kit import World, a_world, document
from tests.web.serving import messages, served, until

pytestmark = pytest.mark.asyncio

LEFT_OUT = {"room-patient", "collect-copay", "propose-closing"}


def network() -> dict[str, Any]:
    """The demo network without what looks after a patient who is checked in."""
    protocols = [
        {**protocol, "rules": [rule for rule in protocol["rules"] if rule["id"] not in LEFT_OUT]}
        for protocol in document()["protocols"]
    ]
    return {**document(), "protocols": protocols}


async def left_to_nobody(world: World, clinic: str = "north") -> dict[str, str]:
    visit = await world.arrival("KT47", clinic=clinic)
    await world.tell(
        "checked-in", visit["case_id"], clinic=clinic, identifiers_matched=2, patient_id=visit["patient_id"]
    )
    await world.settle()
    return visit


async def figures(world: World) -> dict[str, float]:
    app = FastAPI()
    app.include_router(probes(world.services))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1") as client:
        lines = (await client.get("/metrics")).text.splitlines()
    told = (line.split() for line in lines if line.startswith("clinicflow_forgotten"))
    return {name: float(value) for name, value in told}


async def test_the_board_names_the_forgotten_patient_after_five_seconds_and_not_before(tmp_path: Path) -> None:
    async with a_world(tmp_path, network=network(), still=True) as world:
        visit = await left_to_nobody(world)
        client = await world.signed_in("ma-ana")
        await client.get("/ui/board/north")
        assert (await client.get("/ui/board/north")).json()["forgotten"] == []
        world.ahead += 6_000_000
        forgotten = (await client.get("/ui/board/north")).json()["forgotten"]
        assert [each["case_id"] for each in forgotten] == [visit["case_id"]]
        assert (await client.get("/ui/board/south")).status_code == 403 or (
            (await client.get("/ui/board/south")).json()["forgotten"] == []
        )


async def test_an_open_board_hears_the_alarm_and_its_end(tmp_path: Path) -> None:
    async with a_world(tmp_path, network=network()) as world, served(world.app) as base:
        signed = await world.signed_in("ma-ana")
        async with httpx.AsyncClient(base_url=base, cookies=signed.cookies, timeout=30) as client:
            cursor = (await client.get("/ui/board/north")).json()["cursor"]
            stream = messages(client, "/ui/board/north/stream", **{"Last-Event-ID": cursor})
            await until(stream, lambda message: message.event == "forgotten" and message.data["visits"] == [])
            visit = await left_to_nobody(world)
            world.ahead += 6_000_000
            heard = await until(stream, lambda message: message.event == "forgotten")
            assert [each["case_id"] for each in heard[-1].data["visits"]] == [visit["case_id"]]
            await world.tell("roomed", visit["case_id"], room_id="n-1", patient_id=visit["patient_id"])
            heard = await until(stream, lambda message: message.event == "forgotten")
            assert heard[-1].data["visits"] == []


async def test_the_figures_and_the_doctor_tell_it(tmp_path: Path) -> None:
    async with a_world(tmp_path, network=network(), still=True) as world:
        assert await figures(world) == {"clinicflow_forgotten_visits": 0, "clinicflow_forgotten_oldest_seconds": 0}
        visit = await left_to_nobody(world)
        well = await of_forgotten(world.store, ["demo"], world.now())
        assert well.grade == "ok"
        world.ahead += 6_000_000
        told = await figures(world)
        assert told["clinicflow_forgotten_visits"] == 1
        assert told["clinicflow_forgotten_oldest_seconds"] > 5
        ill = await of_forgotten(world.store, ["demo"], world.now())
        assert ill.grade == "fail"
        assert f"north {visit['case_id']}" in ill.found


async def test_with_all_rules_nobody_is_forgotten(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await left_to_nobody(world)
        world.ahead += 6_000_000
        assert (await figures(world))["clinicflow_forgotten_visits"] == 0
