"""Free text never enters the journal, in whatever form a client writes it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clinicflow import codec
from clinicflow.core.ids import named
from clinicflow.gateway.personal import PREFIX
from tests.gateway.support import Network

pytestmark = pytest.mark.asyncio

CASE = "11111111-1111-5111-8111-111111111111"
AT = "2026-09-21T07:05:00-07:00"
SAID = "Mrs Miller says it hurts"
FORMS = [
    SAID,
    {"string": SAID},  # Avro's own JSON form of a value that may be null
    f"{PREFIX} {SAID}",
    f"{PREFIX}{named('x')} {SAID}",
]


async def posted(network: Network, **event: Any) -> Any:
    """The event of the journal after it was sent over HTTP."""
    async with network.http() as client:
        client.headers.update(network.token())
        doc = {"clinic_id": "north", "case_id": CASE, "occurred_at": AT, **event}
        answer = await client.post("/v1/events", json=doc)
    assert answer.status_code == 202, answer.text
    return await network.only(event["type"])


async def read(network: Network, reference: str) -> str:
    """What is stored under a reference."""
    ref = reference.removeprefix(PREFIX)
    found = await network.store.read_personal_refs("demo", "ma-ana", "", [ref], "test", network.now)
    return found[ref]


@pytest.mark.parametrize("form", FORMS)
async def test_a_note(network: Network, form: Any) -> None:
    reading = {"temp": {"value": 37.2, "unit": "Cel"}}
    event = await posted(network, type="vitals-taken", note=form, **reading)
    assert b"Miller" not in codec.encode(event)
    assert SAID in await read(network, event.note)


@pytest.mark.parametrize("form", FORMS)
async def test_a_result_in_words(network: Network, form: Any) -> None:
    observed = {"code": "600-7", "system": "loinc", "status": "F", "value_text": form}
    event = await posted(
        network, type="result-received", result_id="r", status="F", abnormal=False, observations=[observed]
    )
    assert b"Miller" not in codec.encode(event)
    assert SAID in await read(network, event.observations[0].value_text)


async def test_a_reference_stays_as_it_is(network: Network) -> None:
    reference = PREFIX + named("an earlier note")
    event = await posted(network, type="vitals-taken", note=reference, temp={"value": 37.2, "unit": "Cel"})
    assert event.note == reference


async def test_a_text_that_no_store_can_hold_is_a_problem_of_its_field(network: Network) -> None:
    doc = {"type": "vitals-taken", "clinic_id": "north", "case_id": CASE, "occurred_at": AT, "note": "half \ud83d"}
    body = json.dumps(doc).encode()
    async with network.http() as client:
        headers = {**network.token(), "Content-Type": "application/json"}
        answer = await client.post("/v1/events", content=body, headers=headers)
    assert answer.status_code == 422
    assert [problem["path"] for problem in answer.json()["problems"]] == ["note"]
