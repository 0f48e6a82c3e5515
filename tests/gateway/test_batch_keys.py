"""An idempotency key stands for a whole batch."""

from __future__ import annotations

import uuid

import pytest

from tests.gateway.support import Network
from tests.gateway.test_http_door import checked_in

pytestmark = pytest.mark.asyncio


async def test_another_batch_under_the_same_key_is_refused_whole(network: Network) -> None:
    first, second, third = (checked_in(case_id=str(uuid.uuid4())) for _ in range(3))
    async with network.http() as client:
        client.headers.update({**network.token(), "Idempotency-Key": "b-1"})
        assert (await client.post("/v1/events", json=[first, second])).status_code == 202
        for other in ([first], [first, second, third], [second, first]):
            answer = await client.post("/v1/events", json=other)
            assert (answer.status_code, answer.json()["title"]) == (422, "Key used for another body")
        again = (await client.post("/v1/events", json=[first, second])).json()
    assert (again["accepted"], again["duplicate"]) == (0, 2)
    assert await network.types() == ["checked-in", "checked-in"]


async def test_a_batch_holds_at_least_one_event_and_not_too_many(network: Network) -> None:
    async with network.http() as client:
        client.headers.update(network.token())
        none = await client.post("/v1/events", json=[])
        many = await client.post("/v1/events", json=[{}] * 1001)
    assert (none.status_code, none.json()["title"]) == (422, "No events")
    assert (many.status_code, many.json()["title"]) == (413, "Too many events")
    assert await network.types() == []
