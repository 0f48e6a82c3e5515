"""A day goes on, everything is killed at once, and is started again: nothing accepted is lost, no task is made twice.

An outside observer posts events through the public door during the kill and writes down every acknowledgement.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from clinicflow.settings import Settings
from clinicflow.store.opening import open_store
from tests.support.installation import Installation, wait_for
from tests.support.kafka import RealKafka

DAY = ("--demo", "--seed", "5", "--speed", "30")


class Observer:
    """Posts arrivals one after the other and remembers which were accepted; it knows nothing of the inside."""

    def __init__(self, url: str, token: str) -> None:
        self.accepted: list[str] = []
        self.unknown: list[str] = []
        self._url, self._token = url, token
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(20)

    def _run(self) -> None:
        with httpx.Client(headers={"Authorization": f"Bearer {self._token}"}, timeout=3) as client:
            while not self._stop.is_set():
                self._post(client, str(uuid.uuid4()))
                time.sleep(0.02)

    def _post(self, client: httpx.Client, key: str) -> None:
        event = {
            "type": "patient-arrived",
            "clinic_id": "north",
            "case_id": str(uuid.uuid5(uuid.NAMESPACE_OID, key)),
            "patient_id": f"observed-{key[:8]}",
            "occurred_at": datetime.now(UTC).isoformat(),
            "mode": "walk_in",
        }
        try:
            answer = client.post(f"{self._url}/v1/events", json=event, headers={"Idempotency-Key": key})
        except httpx.TransportError:
            self.unknown.append(key)
            return
        if answer.status_code == 503:  # the database is away; a sender tries again later
            self.unknown.append(key)
            return
        assert answer.status_code == 202, answer.text
        self.accepted.append(answer.json()["event_id"])


@pytest.fixture
def installation(open_folder: Path) -> Iterator[Installation]:
    """An installation on the embedded broker, its processes gone afterwards."""
    found = Installation(open_folder)
    try:
        yield found
    finally:
        found.close()


@pytest.mark.embedded
@pytest.mark.timeout(280)
def test_killed_in_mid_day_on_the_embedded_broker(installation: Installation) -> None:
    killed_and_started_again(installation, lambda: None)


@pytest.mark.kafka
@pytest.mark.embedded
@pytest.mark.timeout(280)
def test_killed_in_mid_day_on_kafka_together_with_the_broker(open_folder: Path, own_kafka: RealKafka) -> None:
    installation = Installation(open_folder, kafka=own_kafka.bootstrap)
    try:
        killed_and_started_again(installation, own_kafka.kill9, own_kafka.restart)
    finally:
        installation.close()


def killed_and_started_again(installation: Installation, kill_broker, start_broker=lambda: None) -> None:  # type: ignore[no-untyped-def]
    installation.up(*DAY)
    token = installation.run("token", "create", "observer", "--role", "integration").stdout.split()[-1]
    until_journaled(installation, 600)
    observer = Observer(installation.url, token)
    wait_for(lambda: len(observer.accepted) > 50, 60, lambda: f"{len(observer.accepted)} accepted")
    installation.kill_everything()
    kill_broker()
    observer.stop()
    assert len(observer.accepted) > 20

    start_broker()
    installation.up(*DAY)
    until_journaled(installation, counts(installation)["journal"] + 100)  # the day goes on
    installation.stop()
    installation.up()  # without the day, so that all can come to rest
    wait_for(lambda: at_rest(probed(installation)), 90, lambda: f"{probed(installation)}\n{installation.log()}")
    wait_for(lambda: at_rest(installation.checks()), 90, installation.log)

    lost = [event for event in observer.accepted if event not in journaled(installation, observer.accepted)]
    assert lost == []
    replayed = installation.run("replay", check=False, timeout=200)
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    twice = [cause for cause, count in Counter(task_causes(installation)).items() if count > 1]
    assert twice == []
    assert counts(installation)["dead_letters"] == 0
    assert installation.stop() == 0


def ask(installation: Installation, query: str, *arguments: object) -> list[asyncpg.Record]:
    """Rows as the role that reads for replay."""

    async def run() -> list[asyncpg.Record]:
        dsn = json.loads((installation.home / "run.json").read_text())["dsn_read"]
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    return asyncio.run(run())


def counts(installation: Installation) -> dict[str, int]:
    found = ask(
        installation,
        "select (select count(*) from journal) as journal, (select count(*) from dead_letter) as dead_letters",
    )[0]
    return dict(found)


def until_journaled(installation: Installation, wanted: int) -> None:
    """Wait until more events than that are in the journal."""
    wait_for(lambda: counts(installation)["journal"] > wanted, 90, lambda: f"{counts(installation)}")


def probed(installation: Installation) -> dict[str, dict[str, Any]]:
    """What the probe tells, by name of the check: the same as the doctor, without a process of its own."""
    told = httpx.get(f"{installation.url}/readyz", timeout=60).json()["checks"]
    return {check["name"]: check for check in told}


def at_rest(checks: dict[str, dict[str, Any]]) -> bool:
    return checks["lag"]["found"].endswith("all 0") and checks["relay"]["found"].startswith("0 events")


def journaled(installation: Installation, event_ids: list[str]) -> set[str]:
    rows = ask(installation, "select event_id::text as id from journal where event_id = any($1::uuid[])", event_ids)
    return {row["id"] for row in rows}


def task_causes(installation: Installation) -> list[tuple[str, ...]]:
    """What each task was made for: case, agent, rule and causing event."""

    async def run() -> list[tuple[str, ...]]:
        store = await open_store(Settings(home=installation.home), role="read")
        try:
            rows = [row async for batch in store.all_tasks() for row in batch]
        finally:
            await store.close()
        return [(row.case_id, row.task.agent, row.task.rule, row.task.cause) for row in rows]

    found = asyncio.run(run())
    assert len(found) > 100
    return found
