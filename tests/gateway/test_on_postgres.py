"""Intake on the real database: the same promises, with real transactions side by side."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from clinicflow.gateway import mllp
from clinicflow.gateway.clients import MllpClient
from clinicflow.gateway.sending import items_of
from clinicflow.store.crypto import KeyRing
from clinicflow.store.postgres import PostgresStore, connect
from tests.acceptance.test_sample_messages import ANSWERS, OUTCOMES, the_samples
from tests.gateway.support import EVN, Network, arrival, message, pid, pv1
from tests.gateway.test_http_door import checked_in, roomed
from tests.support.database import Database, run_statements

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]


@pytest.fixture
def address(database: Database) -> str:
    return database.dsn("app")


@pytest_asyncio.fixture
async def store(address: str, tmp_path: Path) -> AsyncIterator[PostgresStore]:
    ring = KeyRing(tmp_path / "keys" / "master.key", create=True)
    opened = await connect(address, partitions=2, keys=ring)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def network(store: PostgresStore, tmp_path: Path) -> Network:
    return await Network(tmp_path, store).start()


async def test_the_samples_on_the_real_database(network: Network) -> None:
    door = await mllp.serve(network.services, [await network.feed("simhosp")], any_port=True)
    client = MllpClient("127.0.0.1", door.ports["simhosp"])
    items = list(items_of(the_samples()))
    begun = time.perf_counter()
    answers = [(await client.send(item.hl7 or b"")).code for item in items]
    seconds = time.perf_counter() - begun
    await client.close()
    await door.stop()
    assert {code: answers.count(code) for code in ANSWERS} == ANSWERS
    assert await network.store.message_counts("demo") == OUTCOMES
    print(f"{len(items)} messages over one connection in {seconds:.1f} s: {len(items) / seconds:.0f}/s")


async def test_sixty_four_parallel_repeats_store_one_event(network: Network) -> None:
    async with network.http() as client:
        headers = {**network.token(), "Idempotency-Key": "k-1"}
        body = checked_in(identifiers=[{"authority": "demo-mrn", "kind": "mrn", "value": "70001"}])

        async def told() -> httpx.Response:
            """As every client does: again, while all connections to the database are taken for long."""
            while (answer := await client.post("/v1/events", json=body, headers=headers)).status_code == 503:
                continue
            return answer

        answers = await asyncio.gather(*(told() for _ in range(64)))
    statuses = [answer.json()["status_at_door"] for answer in answers]
    assert (statuses.count("accepted"), statuses.count("duplicate")) == (1, 63)
    assert await network.types() == ["checked-in"]


async def test_one_message_on_many_connections_at_once_gives_one_event(network: Network) -> None:
    receipts = await asyncio.gather(*(network.receive(arrival()) for _ in range(8)))
    assert {receipt.verdict for receipt in receipts} <= {"accepted", "retry"}
    assert await network.types() == ["checked-in"]


async def test_a_message_that_waits_is_resolved_and_its_raw_text_is_encrypted(
    network: Network, database: Database
) -> None:
    early = await network.receive(message("ADT^A03", EVN, pid(), pv1(), control="D-1"))
    await network.receive(arrival())
    assert (await network.only("checked-out")).case_id == (await network.only("checked-in")).case_id
    kept = await network.store.message("demo", early.message_id)
    assert kept is not None
    assert (kept.outcome, b"Okafor" in kept.raw) == ("events", True)
    for table in ("message", "identity", "personal", "journal", "dead_letter"):
        dumped = await _dump(database, table)
        for canary in ("Okafor", "Imani", "70001", "555-0100", "V-1"):
            assert canary not in dumped, (table, canary)


async def test_a_refused_batch_leaves_nothing(network: Network) -> None:
    async with network.http() as client:
        headers = network.token()
        first = roomed(event_id="33333333-3333-4333-8333-333333333333")
        await client.post("/v1/events", json=first, headers=headers)
        batch = [roomed(room_id="n-4"), {**first, "room_id": "n-2"}]
        answer = await client.post("/v1/events", json=batch, headers=headers)
    assert answer.status_code == 422
    assert await network.types() == ["roomed"]


async def test_with_the_database_gone_the_doors_say_so_and_recover(network: Network, database: Database) -> None:
    await network.receive(arrival("A-0", "V-0", "70000"))
    refuse = f"alter database {database.name} connection limit 0"
    end = f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database.name}'"
    admin = database.server.superuser_dsn("postgres")
    await asyncio.to_thread(run_statements, admin, refuse, end)
    receipt = await network.receive(arrival())
    async with network.http() as client:
        answer = await client.post("/v1/events", json=roomed(), headers=network.token())
    assert (receipt.verdict, receipt.codes) == ("retry", ["AE"])
    assert answer.status_code == 503
    await asyncio.to_thread(run_statements, admin, f"alter database {database.name} connection limit -1")
    assert (await network.receive(arrival())).outcome == "events"


async def _dump(database: Database, table: str) -> str:
    import asyncpg

    connection = await asyncpg.connect(database.superuser_dsn())
    try:
        rows = await connection.fetch(
            f"select t::text as row, encode(convert_to(t::text, 'UTF8'), 'escape') from {table} t"
        )
        return "\n".join(row["row"] + _unhex(row["row"]) for row in rows)
    finally:
        await connection.close()


def _unhex(text: str) -> str:
    """Binary columns are shown in hexadecimal: what they would read as."""
    pieces = (
        piece for piece in text.replace('"', "").split(",") if piece.startswith("\\\\x") or piece.startswith("\\x")
    )
    return " ".join(bytes.fromhex(piece.lstrip("\\")[1:].rstrip(")")).decode("latin-1") for piece in pieces)
