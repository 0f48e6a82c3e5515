"""What is refused at the HTTP door, with which status, and that nothing of it is stored."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from clinicflow.gateway.body import MAX_BODY
from tests.gateway.support import Network
from tests.gateway.test_http_door import AT, CASE, checked_in, roomed

pytestmark = pytest.mark.asyncio

VITALS = {"type": "vitals-taken", "clinic_id": "north", "case_id": CASE, "occurred_at": AT}


async def post(network: Network, content: Any, **headers: str) -> httpx.Response:
    body = content if isinstance(content, bytes | str) else json.dumps(content)
    async with network.http() as client:
        sent = {**network.token(), "Content-Type": "application/json", **headers}
        return await client.post("/v1/events", content=body, headers=sent)


@pytest.mark.parametrize(
    ("event", "status", "path"),
    [
        ({}, 422, "type"),
        ([[]], 422, "[0]"),
        (7, 422, ""),
        ({"type": None}, 422, "type"),
        ({"type": "romed"}, 422, "type"),
        ({"type": "task-request-refused"}, 403, "type"),
        ({"type": "timer-fired"}, 403, "type"),
        ({"type": "bundle-migrated"}, 403, "type"),
        ({"type": "task-claim-requested", "task_id": CASE}, 403, "type"),
        (roomed(colour="red"), 422, "colour"),
        (roomed(__proto__=1), 422, "__proto__"),
        (roomed(clinic_id="west"), 422, "clinic_id"),
        (roomed(clinic_id=None), 422, "clinic_id"),
        (roomed(clinic_id={"a": 1}), 422, "clinic_id"),
        (roomed(room_id="s-1"), 422, "room_id"),
        (roomed(room_id=["n-1"]), 422, "room_id"),
        (roomed(case_id="visit-1"), 422, "case_id"),
        ({key: value for key, value in roomed().items() if key != "case_id"}, 422, "case_id"),
        ({key: value for key, value in roomed().items() if key != "occurred_at"}, 422, "occurred_at"),
        (roomed(occurred_at="2026-09-21T07:05:00"), 422, "occurred_at"),
        (roomed(occurred_at="2026-02-30T07:05:00Z"), 422, "occurred_at"),
        (roomed(occurred_at="2026-12-21T07:05:00Z"), 422, "occurred_at"),
        (roomed(occurred_at="9999-12-31T23:59:60Z"), 422, "occurred_at"),
        (roomed(org_id="other"), 422, "org_id"),
        (roomed(actor_id="stranger"), 422, "actor_id"),
        (roomed(sensitivity="secret"), 422, "sensitivity"),
        (roomed(source_message_id="\ud800"), 422, "source_message_id"),
        (roomed(source_message_id="a\x00b"), 422, "source_message_id"),
        (checked_in(identifiers_matched="two"), 422, "identifiers_matched"),
        (checked_in(identifiers_matched=2**63), 422, "identifiers_matched"),
        (checked_in(acuity="high"), 422, "acuity"),
        ({**VITALS, "temp": 98.6}, 422, "temp"),
        ({**VITALS, "temp": {"value": 98.6}}, 422, "temp"),
        ({**VITALS, "temp": {"value": 98.6, "unit": "F"}}, 422, "temp"),
        ({**VITALS, "temp": {"value": 38.15, "unit": "Cel"}}, 422, "temp"),
        ({**VITALS, "temp": {"value": "1e2", "unit": "Cel"}}, 422, "temp"),
        ({**VITALS, "type": "event-voided", "reason": "duplicate"}, 422, "corrects"),
        (checked_in(identifiers="70001"), 422, "identifiers"),
        (checked_in(identifiers=[{"kind": "mrn", "value": "7"}]), 422, "identifiers[0]"),
        (checked_in(identifiers=[{"authority": "a", "kind": "ssn", "value": "7"}]), 422, "identifiers[0].kind"),
        (checked_in(identifiers=[{"authority": "a", "kind": "mrn", "value": ""}]), 422, "identifiers[0].value"),
        (checked_in(person={"shoe": "42"}), 422, "person"),
        (checked_in(person={"name": "\ud800"}), 422, "person.name"),
        (roomed(identifiers=[{"authority": "a", "kind": "visit", "value": "V"}], case_id=7), 422, "case_id"),
    ],
)
async def test_a_bad_event_is_refused_with_the_place_of_the_problem(
    network: Network, event: Any, status: int, path: str
) -> None:
    answer = await post(network, event)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert path in [problem["path"] for problem in answer.json()["problems"]]
    assert await network.events() == []


async def test_a_misspelt_event_is_told_the_name_that_was_meant(network: Network) -> None:
    problem = (await post(network, {"type": "vitals-takn"})).json()["problems"][0]
    assert problem["problem"] == "is unknown (did you mean 'vitals-taken'?)"
    assert "vitals-taken" in problem["expected"]
    missing = (await post(network, {"clinic_id": "north"})).json()["problems"][0]
    assert (missing["path"], missing["problem"]) == ("type", "is missing")


async def test_an_unknown_task_or_agent_is_refused_at_the_door(network: Network) -> None:
    async with await network.signed_in("ma-ana") as client:
        for more, path in (({}, "task_id"), ({"agent": "astrology"}, "agent"), ({"agent": "vitals"}, "task_id")):
            answer = await client.post("/v1/events", json={"type": "task-claim-requested", "task_id": CASE, **more})
            assert answer.status_code == 422
            assert answer.json()["problems"][0]["path"] == path


async def test_a_person_cannot_act_as_another(network: Network) -> None:
    async with await network.signed_in("ma-ana") as client:
        answer = await client.post("/v1/events", json=roomed(actor_id="fd-lena"))
        assert answer.json()["problems"][0]["path"] == "actor_id"


async def test_another_clinic_is_out_of_reach(network: Network) -> None:
    async with network.http() as client:
        answer = await client.post("/v1/events", json=roomed(), headers=network.token(clinics=["south"]))
    assert answer.status_code == 403


async def test_reading_needs_its_own_scope(network: Network) -> None:
    async with network.http() as client:
        headers = network.token(scopes=["events:write"])
        href = (await client.post("/v1/events", json=roomed(), headers=headers)).json()["href"]
        assert (await client.get(href, headers=headers)).status_code == 403
        assert (await client.post("/v1/events", json=roomed(), headers=network.token("analyst"))).status_code == 403
        assert (await client.get("/v1/events/..%2fx", headers=network.token())).status_code == 404
        assert (await client.get("/v1/events/%00", headers=network.token())).status_code == 404


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe{}", 400),
        (b'{"type": "roomed", "type": "roomed"}', 400),
        (b'{"type": "vitals-taken", "temp": {"value": NaN, "unit": "Cel"}}', 400),
        (b'{"a": Infinity}', 400),
        (b'{"a": ' + b"9" * 5000 + b"}", 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 100_000, 400),
        (b"[]", 422),
        (b"[" + b",".join([b"{}"] * 1001) + b"]", 413),
        (b" " * (MAX_BODY + 1), 413),
    ],
)
async def test_a_bad_body_is_refused(network: Network, content: bytes, status: int) -> None:
    answer = await post(network, content)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_body_without_end_is_cut_at_the_limit(network: Network) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while sent < 50 * MAX_BODY:
            sent += 65536
            yield b"x" * 65536

    async with network.http() as client:
        headers = {**network.token(), "Content-Type": "application/json"}
        answer = await client.post("/v1/events", content=endless(), headers=headers)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/xml"}, 415),
        ({"Content-Encoding": "gzip"}, 415),
        ({"Content-Length": "9999999999"}, 413),
        ({"Idempotency-Key": ""}, 400),
        ({"Idempotency-Key": "a b"}, 400),
        ({"Idempotency-Key": "k" * 256}, 400),
    ],
)
async def test_bad_headers_are_refused(network: Network, headers: dict[str, str], status: int) -> None:
    answer = await post(network, roomed(), **headers)
    assert answer.status_code == status
    assert await network.events() == []


async def test_problems_never_repeat_what_was_sent(network: Network) -> None:
    answer = await post(network, roomed(sensitivity="Imani Okafor", note="has a cough"))
    assert "Okafor" not in answer.text
    assert "cough" not in answer.text
