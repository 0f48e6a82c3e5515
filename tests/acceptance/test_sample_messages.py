"""Public sample messages, sent over MLLP to the feed that the demo declares for them: what becomes of every one.

The messages stand outside the repository, in ``../shared/data/hl7``; without them this says so loudly and skips.
"""

from __future__ import annotations

import json
import warnings
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from clinicflow import codec
from clinicflow.agents import all_agents
from clinicflow.core.whatif import what_if
from clinicflow.gateway import mllp
from clinicflow.gateway.clients import MllpClient
from clinicflow.gateway.sending import items_of
from tests.gateway.support import Network

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "hl7" / "messages.ndjson"

OUTCOMES = {"received": 270, "events": 221, "no-effect": 47, "unmatched": 1, "dead-letter": 1}
ANSWERS = {"CA": 201, "AA": 67, "AR": 1, "none": 1}
"""The simulated hospital asks for accept acknowledgements; one sample asks for no answer at all."""

EVENTS = {
    "result-received": 101,
    "checked-in": 89,
    "vitals-taken": 16,
    "lab-test-ordered": 4,
    "patient-arrived": 1,
    "checked-out": 1,
    "checkout-reversed": 1,
    "visit-cancelled": 1,
    "refill-requested": 1,
    "appointment-booked": 2,
    "appointment-rescheduled": 1,
    "appointment-cancelled": 2,
    "appointment-no-show": 1,
    "event-voided": 1,
    "unmatched-received": 1,
}

REASONS = {
    ("dead-letter", "Expected a location in PV1-3 that the feed file maps to a room"): 1,
    ("unmatched", "No case is known for its identifiers"): 1,
    ("no-effect", "Nothing that is used here changed, or the patient has no visit here now"): 3,
    ("no-effect", "The record numbers stand for one patient, who has no open case"): 2,
    ("no-effect", "No laboratory order was placed or cancelled"): 2,
    ("no-effect", "The feed file says of no resource which need it stands for (needs)"): 1,
    ("no-effect", "No refill was asked for or decided"): 1,
    ("no-effect", "The message holds no value yet"): 1,
    ("events", "Another message with its control id was stored before"): 8,
}
"""All but the messages whose trigger nothing here uses."""

UNUSED = 37


def the_samples() -> Path:
    if not SAMPLES.is_file():
        warnings.warn(f"The sample messages are missing: expected {SAMPLES}", stacklevel=2)
        pytest.skip(f"NOT TESTED: the sample messages are missing at {SAMPLES}")
    return SAMPLES


async def send_all(network: Network) -> Counter[str]:
    """Every sample over one MLLP connection, in order; the answers counted."""
    door = await mllp.serve(network.services, [await network.feed("simhosp")], any_port=True)
    client = MllpClient("127.0.0.1", door.ports["simhosp"])
    try:
        return Counter([(await client.send(item.hl7 or b"")).code for item in items_of(the_samples())])
    finally:
        await client.close()
        await door.stop()


@pytest.mark.asyncio
async def test_every_sample_is_answered_and_the_counts_add_up(network: Network) -> None:
    answers = await send_all(network)
    counts = await network.store.message_counts("demo")
    assert answers == ANSWERS
    assert counts == OUTCOMES
    assert counts.pop("received") == sum(counts.values())


@pytest.mark.asyncio
async def test_what_the_samples_mean(network: Network) -> None:
    await send_all(network)
    assert Counter(await network.types()) == EVENTS
    stored = await network.store.messages("demo", limit=1000)
    reasons = Counter(
        (m.outcome, m.reason) for m in stored if m.reason and not m.reason.startswith("Nothing here uses")
    )
    assert reasons == REASONS
    assert sum(1 for m in stored if m.reason.startswith("Nothing here uses")) == UNUSED


@pytest.mark.asyncio
async def test_sent_a_second_time_all_are_duplicates_or_refused_again(network: Network) -> None:
    await send_all(network)
    before = await network.types()
    await send_all(network)
    counts = await network.store.message_counts("demo")
    assert await network.types() == before
    assert counts == {**OUTCOMES, "received": 540, "duplicate": 269, "dead-letter": 2}


@pytest.mark.asyncio
async def test_the_samples_make_visits_and_tasks(network: Network) -> None:
    await send_all(network)
    bundle = await network.services.bundles.get("demo")
    result = what_if(all_agents(), bundle, await network.events())
    visits = {placed.event.case_id for placed in result.events if placed.event.TYPE == "checked-in"}
    activities = Counter(task.activity for task in result.tasks.values())
    assert len(visits) > 80
    assert activities["review-result"] > 90
    assert activities["room-patient"] > 80


@pytest.mark.asyncio
async def test_no_name_number_or_address_of_the_samples_reaches_the_journal(network: Network) -> None:
    """Control ids are carried as they are sent; all else is looked through."""
    await send_all(network)
    events = [msgspec.structs.replace(event, source_message_id=None) for event in await network.events()]
    journal = b"".join(codec.encode(event) for event in events).lower()
    canaries = personal_values()
    assert len(canaries) > 300
    found = sorted(value for value in canaries if value.lower().encode() in journal)
    assert found == []


def personal_values() -> set[str]:
    """Names, record numbers, phone numbers and street lines of every PID, long enough to be no accident."""
    found: set[str] = set()
    for line in the_samples().read_text("utf-8").splitlines():
        text = json.loads(line)["text"].replace("\n", "\r")
        for segment in text.split("\r"):
            fields = segment.split("|")
            if fields[0] == "PID":
                for number in (3, 5, 11, 13):
                    raw = fields[number] if len(fields) > number else ""
                    found |= {part.split("^")[0].split("&")[0] for part in raw.split("~")}
    return {value for value in found if len(value) > 4}
