"""Foreign messages: found again by control id and bytes, counted so that nothing is missing."""

from __future__ import annotations

import msgspec
import pytest

from clinicflow.store.ports import Store
from clinicflow.store.rows import DeadLetter, Message
from tests.store.given import NOW, ORG, event, uid

pytestmark = pytest.mark.asyncio
RAW = b"MSH|^~\\&|LAB|NORTH\rPID|||1^^^A^MR||DOE^JANE"


def message(name: str, **more: object) -> Message:
    given = {"outcome": "events", "acknowledgement": "AA", "raw": RAW, **more}
    return Message(uid(name), ORG, "lab", f"control {name}", "ORU^R01", NOW, **given)  # type: ignore[arg-type]


async def saved(store: Store, *messages: Message) -> None:
    async with store.intake() as transaction:
        for each in messages:
            await transaction.save_message(each)


async def test_a_message_is_found_by_control_id_and_same_bytes_only(store: Store) -> None:
    first = message("one", event_ids=(uid("e"),))
    await saved(store, first)
    async with store.intake() as transaction:
        assert await transaction.message_by_hash(ORG, "lab", "control one", RAW) == first
        assert await transaction.message_by_hash(ORG, "lab", "control one", RAW + b"x") is None
        assert await transaction.message_by_hash(ORG, "lab", "control two", RAW) is None
        assert await transaction.message_by_hash("other", "lab", "control one", RAW) is None


async def test_a_control_id_is_known_of_its_own_feed_only(store: Store) -> None:
    await saved(store, message("one"))
    async with store.intake() as transaction:
        assert await transaction.control_id_used(ORG, "lab", "control one") is True
        assert await transaction.control_id_used(ORG, "lab", "control two") is False
        assert await transaction.control_id_used(ORG, "other", "control one") is False
        assert await transaction.control_id_used("other", "lab", "control one") is False


async def test_messages_are_listed_newest_first_without_text(store: Store) -> None:
    await saved(store, message("one"), message("two", outcome="no-effect", raw=b""), message("three"))
    found = await store.messages(ORG, limit=2)
    assert [each.message_id for each in found] == [uid("three"), uid("two")]
    assert {each.raw for each in found} == {b""}
    assert [each.message_id for each in await store.messages(ORG, outcome="no-effect")] == [uid("two")]
    assert [each.message_id for each in await store.messages(ORG, control_id="control one")] == [uid("one")]
    assert await store.messages(ORG, feed="other") == []
    assert await store.messages("other") == []


async def test_one_message_comes_with_its_text(store: Store) -> None:
    await saved(store, message("one", patient_id="patient one"), message("two"))
    for name, patient in (("one", "patient one"), ("two", None)):
        found = await store.message(ORG, uid(name))
        assert found == message(name, patient_id=patient)
    assert await store.message("other", uid("one")) is None


async def test_the_counts_add_up_after_a_message_changes_its_outcome(store: Store) -> None:
    await saved(store, message("one", outcome="unmatched"), message("two"), message("three", outcome="dead-letter"))
    assert await store.message_counts(ORG) == {"received": 3, "unmatched": 1, "events": 1, "dead-letter": 1}
    later = message("one", outcome="events", event_ids=(uid("e"),), reason="matched later", raw=b"")
    await saved(store, later)
    assert await store.message_counts(ORG) == {"received": 3, "events": 2, "dead-letter": 1}
    assert await store.message(ORG, uid("one")) == msgspec.structs.replace(later, raw=RAW)
    assert await store.message_counts("other") == {"received": 0}


async def test_a_message_that_failed_is_a_dead_letter_with_its_text(store: Store) -> None:
    letter = DeadLetter(uid("letter"), ORG, "message", "Expected a zone", NOW, payload_hash="00ff", payload=RAW)
    async with store.intake() as transaction:
        await transaction.dead_letter(letter)
        await transaction.dead_letter(letter)
    assert await store.dead_letters() == [msgspec.structs.replace(letter, payload=b"")]
    assert await store.find_dead_letter(uid("letter")) == letter
    assert await store.find_dead_letter(uid("unknown")) is None
    assert (await store.resubmit(uid("letter"), event("again"))).status == "stored"
    assert await store.dead_letters() == []


async def test_a_letter_told_again_as_submitted_waits_for_nobody(store: Store) -> None:
    letter = DeadLetter(uid("letter"), ORG, "message", "Expected a zone", NOW, payload_hash="00ff", payload=RAW)
    again = msgspec.structs.replace(letter, resubmitted_as=uid("message"), payload=b"")
    async with store.intake() as transaction:
        await transaction.dead_letter(letter)
    async with store.intake() as transaction:
        await transaction.dead_letter(again)
    assert await store.dead_letters() == []
    kept = await store.find_dead_letter(uid("letter"))
    assert kept is not None
    assert (kept.payload, kept.resubmitted_as, kept.attempts) == (RAW, uid("message"), 1)
