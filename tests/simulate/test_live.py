"""Given a running system, when the simulation goes on over it, then it tells each case in order and does its work."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from clinicflow.simulate import live
from clinicflow.simulate.crew import Crew
from clinicflow.simulate.door import Door
from clinicflow.simulate.live import FILLED, plan_of, ready_of, run_demo
from clinicflow.simulate.patients import Patient
from tests.replay.day import Recorder, a_day, bundle


class Desk:
    """A door that journals what it is told, in a recorded store, as the real one does."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.docs: list[dict[str, Any]] = []
        self.away = 1

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            self.away -= 1
            return httpx.Response(503)
        docs = [json.loads(line) for line in request.content.decode().splitlines()]
        for doc in docs:
            if "task_id" in doc and await self.recorder.store.task("demo", doc["task_id"]) is None:
                return httpx.Response(422)
        self.docs += docs
        await self._journal(docs)
        return httpx.Response(202, json={"accepted": len(docs), "duplicate": 0})

    async def _journal(self, docs: list[dict[str, Any]]) -> None:
        from clinicflow.codec import from_json

        now = live.now_micros()
        for doc in docs:
            person = {}
            if "actor_id" in doc:
                found = bundle().person(doc["actor_id"], doc["clinic_id"], now)
                assert found is not None
                person = {"actor_role": found.role, "actor_credentials": list(found.credentials)}
                person |= {"on_shift": found.on_shift, "lead": found.lead, "clinic_assigned": True}
                person["on_site_supervisors"] = list(found.supervisors)
            if doc["type"] == "task-delegate-requested":
                person |= Crew(bundle()).given_to(doc["to_staff"], doc["clinic_id"], now)
            defaults = {"org_id": "demo", "recorded_at": now, "source_system": "simulator", **person}
            known = {name: value for name, value in doc.items() if name != "person"}
            await self.recorder.tell([from_json(known, defaults=defaults)])


async def simulated(history: float, enough: Callable[[Desk, list[Any]], bool]) -> tuple[Desk, list[Any]]:
    """A demo that runs until it is enough; what the door was told, and the visits on the boards then."""
    recorder = Recorder()
    recorder.now = live.now_micros() - 3_600_000_000
    await recorder.begin()
    desk, stop = Desk(recorder), asyncio.Event()
    async with httpx.AsyncClient(base_url="http://door", transport=httpx.MockTransport(desk)) as client:
        door = Door(client, "secret")
        running = asyncio.create_task(
            run_demo(door, recorder.store, bundle(), seed=3, speed=120.0, history=history, stop=stop)
        )
        async with asyncio.timeout(120):
            while not enough(desk, visits := await recorder.store.visits("demo", None)):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
            told = len(desk.docs)
            while len(desk.docs) == told:  # noqa: ASYNC110  (the day goes on)
                await asyncio.sleep(0.1)
        stop.set()
        await running
        assert door.told.refused == 0
    return desk, visits


def test_the_boards_are_filled_at_once_and_the_day_goes_on() -> None:
    def filled(desk: Desk, visits: list[Any]) -> bool:
        kinds = [doc["type"] for doc in desk.docs]
        busy = kinds.count("task-completion-requested") > 20 and kinds.count("patient-arrived") > 10
        return busy and len(visits) >= FILLED

    desk, visits = asyncio.run(simulated(history=45.0, enough=filled))

    assert {visit.clinic_id for visit in visits} <= {"north", "south", "east"}
    assert any("person" in doc for doc in desk.docs)
    assert all(doc["case_id"] for doc in desk.docs)


def test_one_seed_brings_the_same_patients_to_an_empty_system_and_others_when_it_goes_on() -> None:
    async def first_ones(begin: int, seed: int, *, used: bool = False) -> list[Patient]:
        recorder = await Recorder().begin()
        if used:
            await recorder.tell(a_day(1, 24).told[0].events)
        plan = await plan_of(recorder.store, bundle(), seed, begin)
        return list(itertools.islice(plan.patients(), 20))

    async def runs() -> tuple[list[Patient], ...]:
        again = await first_ones(2_000_000, 7)
        other_seed = await first_ones(2_000_000, 8)
        return await first_ones(1_000_000, 7), again, other_seed, await first_ones(3_000_000, 7, used=True)

    first, again, other_seed, later = asyncio.run(runs())
    assert first == again
    assert first != other_seed
    assert not {who.visit for who in first} & {who.visit for who in later}


def test_a_request_waits_for_its_task_and_what_follows_it_in_its_case_waits_too() -> None:
    told = a_day(1, 24).told[:60]
    first = next(batch for batch in told if hasattr(batch.events[0], "task_id"))
    case = first.events[0].case_id

    ready, waits = ready_of(told, set())

    assert first in waits
    later = [batch for batch in told[told.index(first) :] if batch.events[0].case_id == case]
    assert not [batch for batch in later if batch in ready]
    assert sorted(map(id, ready + waits)) == sorted(map(id, told))


def test_once_the_task_is_on_the_boards_the_request_is_told() -> None:
    told = a_day(1, 24).told[:60]
    tasks = {event.task_id for batch in told for event in batch.events if hasattr(event, "task_id")}

    assert ready_of(told, tasks) == (told, [])


def test_a_door_that_refuses_is_not_asked_again() -> None:
    async def run() -> tuple[bool, int]:
        calls = 0

        async def refuse(_request: httpx.Request) -> httpx.Response:
            nonlocal calls
            calls += 1
            return httpx.Response(422, json={})

        async with httpx.AsyncClient(base_url="http://door", transport=httpx.MockTransport(refuse)) as client:
            return await Door(client, "secret").tell(a_day(1, 24).told[:1]), calls

    assert asyncio.run(run()) == (False, 1)


@pytest.mark.parametrize("status", [500, 503])
def test_a_door_that_is_away_is_asked_until_it_answers(status: int) -> None:
    async def run() -> bool:
        answers = [httpx.Response(status), httpx.Response(202, json={"accepted": 1, "duplicate": 0})]

        async def answer(_request: httpx.Request) -> httpx.Response:
            return answers.pop(0)

        async with httpx.AsyncClient(base_url="http://door", transport=httpx.MockTransport(answer)) as client:
            return await Door(client, "secret").tell(a_day(1, 24).told[:1])

    assert asyncio.run(run())
