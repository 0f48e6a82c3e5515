"""A canary in everything personal that comes in: only the encrypted tables keep it, and nothing else ever shows it.

A whole installation, as a user starts it: embedded database and broker, and the commands beside it.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from tests.support.installation import Installation, wait_for

CASE = str(uuid.uuid4())
MRN = {"authority": "demo-mrn", "kind": "mrn", "value": "CANARYMRNHTTP"}
PERSON = {"name": "CANARYNAMEHTTP", "phone": "CANARYPHONEHTTP", "birth_date": "1980-01-01"}
TOPICS = ("clinicflow.events", "clinicflow.tasks", "clinicflow.inbox")


@pytest.fixture(scope="module")
def installed() -> Iterator[Installation]:
    """An installation with the demo's bundle in which everybody and everything carries a canary."""
    folder = Path(tempfile.mkdtemp(prefix="clinicflow-private-"))
    folder.chmod(0o711)
    installation = Installation(folder)
    try:
        installation.up("--bundle", str(Path(__file__).parents[2] / "bundles" / "demo"))
        over_http(installation)
        over_hl7(installation, folder)
        wait_for(lambda: behind(installation) == 0, 90, installation.log)
        yield installation
    finally:
        installation.close()
        shutil.rmtree(folder, ignore_errors=True)


def now() -> str:
    return datetime.now(UTC).isoformat()


def over_http(installation: Installation) -> None:
    """Good events and bad ones of a client."""
    token = installation.run("token", "create", "robot").stdout.strip()
    about = {"clinic_id": "north", "case_id": CASE, "occurred_at": now()}
    with httpx.Client(base_url=installation.url, headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:

        def post(status: int, event: Any, **headers: str) -> None:
            sent = event if isinstance(event, bytes) else json.dumps(event).encode()
            answer = client.post("/v1/events", content=sent, headers={"Content-Type": "application/json", **headers})
            assert answer.status_code == status, answer.text
            assert "CANARY" not in answer.text

        first = {"type": "checked-in", "identifiers_matched": 2, "identifiers": [MRN], "person": PERSON, **about}
        post(200, first, Prefer="wait=10")
        post(202, {"type": "roomed", "room_id": "n-1", **about})
        vitals = {"type": "vitals-taken", **about}
        post(202, {**vitals, "heart_rate": {"value": 140, "unit": "/min"}, "note": "CANARYNOTEHTTP"})
        post(422, {**vitals, "consciousness": "CANARYENUM", "note": "CANARYREFUSED", "person": {"shoe": "CANARYSHOE"}})
        post(422, {"type": "CANARYTYPE", **about})
        post(400, b'{"type": "CANARYBROKEN')
        assert client.get("/v1/events/CANARYADDRESS").status_code == 404


def over_hl7(installation: Installation, folder: Path) -> None:
    """A visit with vitals, and three messages that cannot be used."""
    at = datetime.now(UTC).strftime("%Y%m%d%H%M%S+0000")
    pid = (
        "PID|1||CANARYMRN^^^DEMO^MR||CANARYLAST^CANARYFIRST^CANARYMIDDLE||19800115|F|CANARYALIAS||"
        "1 CANARYSTREET^^CANARYTOWN||CANARYPHONE~CANARYMAIL|CANARYWORK|eng|||CANARYACCOUNT"
    )
    pv1 = "PV1|1|O|NORTH^2||||CANARYDOCTOR||||||||||||V-1^^^DEMOVISIT"
    values = f"OBX|1|NM|8867-4^HR^LN||150|/min|||||F|||{at}"
    notes = ("NTE|1||CANARYNTE of the patient", "OBX|2|TX|COMMENT^CANARYTEXT||CANARYVALUE||||||F")
    messages = [
        ("ADT^A01", f"EVN||{at}", pid, pv1),
        ("ORU^R01", pid, pv1, f"OBR|1|||VITALS|||{at}", values, *notes),
        ("ADT^A08", f"EVN||{at}", pid.replace("CANARYLAST", "CANARYMARRIED"), pv1),
        ("ORU^R01", pid, pv1, f"OBR|1|||VITALS|||{at}", values.replace("/min", "CANARYUNIT")),
        ("ADT^A01", "EVN||CANARYTIME", pid, pv1),
        ("ORU^R01", pid.replace("CANARYMRN", "CANARYSTRANGER"), pv1.replace("V-1", "CANARYVISIT"), values),
    ]
    text = "".join(
        "\r".join((f"MSH|^~\\&|HIS|NORTH|CF|DEMO|{at}||{kind}|C-{number}|P|2.5.1", *segments)) + "\r"
        for number, (kind, *segments) in enumerate(messages)
    )
    (folder / "day.hl7").write_bytes(text.encode())
    sent = installation.run("send", str(folder / "day.hl7"), "--feed", "demo-his", check=False)
    assert sent.returncode == 1, sent.stdout + sent.stderr
    assert "CANARY" not in sent.stdout + sent.stderr


def behind(installation: Installation) -> int:
    """Events not yet applied."""
    found = httpx.get(f"{installation.url}/readyz", timeout=30).json()["checks"]
    (lag,) = [check["found"] for check in found if check["name"] == "lag"]
    return sum(int(number) for number in re.findall(r"\d+", lag))


def canaries(where: str, data: bytes | str, enough: int) -> list[str]:
    """The canaries in a place that must hold at least so many bytes, else nothing was looked at."""
    raw = data.encode() if isinstance(data, str) else data
    assert len(raw) >= enough, f"{where} holds {len(raw)} bytes only"
    return [f"{where}: {found.decode()}" for found in sorted(set(re.findall(rb"(?i)CANARY\w*", raw)))]


def running(installation: Installation) -> dict[str, str]:
    return dict(json.loads((installation.home / "run.json").read_text()))


async def topic(bootstrap: str, name: str) -> bytes:
    """Everything on a topic: keys, headers, values."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        partitions = (await consumer._client.fetch_all_metadata()).partitions_for_topic(name) or set()
        consumer.assign([TopicPartition(name, number) for number in sorted(partitions)])
        await consumer.seek_to_beginning()
        found = b""
        while batches := await consumer.getmany(timeout_ms=1000):
            for records in batches.values():
                for record in records:
                    found += (record.key or b"") + (record.value or b"") + repr(record.headers).encode()
        return found
    finally:
        await consumer.stop()


async def tables(dsn: str) -> dict[str, bytes]:
    """Every row of every table, as it is stored."""
    connection = await asyncpg.connect(dsn)
    try:
        names = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
        found = {}
        for (name,) in names:
            values = [value for row in await connection.fetch(f'select * from "{name}"') for value in row.values()]
            found[name] = b" ".join(one if isinstance(one, bytes) else str(one).encode() for one in values)
        return found
    finally:
        await connection.close()


def test_no_topic_holds_it(installed: Installation) -> None:
    bootstrap = running(installed)["kafka"]
    held = {name: asyncio.run(topic(bootstrap, name)) for name in TOPICS}
    assert len(held["clinicflow.events"]) > 1000
    assert len(held["clinicflow.tasks"]) > 1000
    assert [one for name in TOPICS for one in canaries(name, held[name], 0)] == []


def test_no_table_holds_it_in_clear(installed: Installation) -> None:
    held = asyncio.run(tables(running(installed)["dsn_owner"]))
    for name in ("journal", "change", "task", "case_state", "message", "personal", "identity", "dead_letter"):
        assert len(held[name]) > 100, f"{name} was not looked at"
    assert [one for name in sorted(held) for one in canaries(name, held[name], 0)] == []


def test_no_file_of_the_installation_holds_it(installed: Installation) -> None:
    logs = [installed.home / "up.log", *sorted((installed.home / "logs").glob("*.log"))]
    assert [one for log in logs for one in canaries(log.name, log.read_bytes(), 0)] == []
    assert b"message not accepted" in (installed.home / "logs" / "serve.log").read_bytes()
    data = [path for path in (installed.home / "postgres").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in data) > 1_000_000
    assert [one for path in data for one in canaries(path.name, path.read_bytes(), 0)] == []


def test_no_public_page_probe_or_metric_shows_it(installed: Installation) -> None:
    found: list[str] = []
    for path in ("/", "/display/north", "/ui/display/north", "/ui/start", "/metrics", "/readyz", "/v1/openapi.json"):
        found += canaries(path, httpx.get(f"{installed.url}{path}", timeout=30).content, 50)
    with httpx.stream("GET", f"{installed.url}/ui/display/north/stream", timeout=30) as stream:
        found += canaries("stream", next(stream.iter_bytes()), 20)
    assert found == []


def test_no_command_prints_it_unless_asked_for_the_raw_message(installed: Installation) -> None:
    listed = installed.run("messages", "list", "--json").stdout
    messages = [json.loads(line) for line in listed.splitlines()]
    outcomes = sorted(message["outcome"] for message in messages)
    assert outcomes == ["dead-letter", "dead-letter", "events", "events", "events", "unmatched"]
    told = [listed, installed.run("dead-letters", "list", "--all").stdout, installed.run("doctor", check=False).stdout]
    dead = next(message["message_id"] for message in messages if message["outcome"] == "dead-letter")
    told.append(installed.run("messages", "show", dead).stdout)
    told.append(installed.run("dead-letters", "show", dead).stdout)
    told.append(installed.run("board", "--clinic", "north", "--as-of", now()).stdout)
    assert [one for text in told for one in canaries(text[:60], text, 50)] == []
    raw = installed.run("messages", "show", messages[-1]["message_id"], "--raw").stdout
    assert "CANARYLAST" in raw, "the canaries were there to be found"
