"""Sending a dead letter's event again, to the one agent that missed it."""

from hashlib import blake2b

from clinicflow.core.ids import named
from clinicflow.errors import NotResubmittable
from clinicflow.store.ports import OperatorStore
from clinicflow.store.rows import Appended, DeadLetter, NewEvent


async def resubmit(store: OperatorStore, dead_letter_id: str) -> Appended:
    """Journal the event of a dead letter as a new row. Raises ``NotResubmittable``."""
    letter = await store.find_dead_letter(dead_letter_id)
    if letter is None:
        raise NotResubmittable("Expected the id of a dead letter (see dead-letters list), but there is none such")
    return await store.resubmit(dead_letter_id, row_of(letter))


def row_of(letter: DeadLetter) -> NewEvent:
    """The new journal row: same event inside, an id of its own, only for the agent that missed it."""
    if letter.kind not in ("decode", "step"):
        raise NotResubmittable(
            f"Expected a dead letter of an agent (decode, step), but this one is of kind {letter.kind}: "
            "messages are sent again by `clinicflow messages resend`, strangers' records not at all"
        )
    if letter.resubmitted_as is not None:  # its agent has the event, or a new dead letter for it
        raise NotResubmittable(
            f"Expected a dead letter that waits, but this one was submitted again as {letter.resubmitted_as}; should "
            "that have failed too, it has a dead letter of its own (see dead-letters list)"
        )
    if not letter.payload:
        raise NotResubmittable("Expected the event of the dead letter in the journal, but it is not there")
    if letter.org_id is None or letter.case_id is None or letter.event_type is None:
        raise NotResubmittable("Expected a dead letter with organization, case and event type, but one is missing")
    digest = blake2b(letter.payload, digest_size=16).digest()
    return NewEvent(
        org_id=letter.org_id,
        event_id=named(f"resubmission|{letter.dead_letter_id}|{letter.attempts + 1}"),
        case_id=letter.case_id,
        type=letter.event_type,
        payload=letter.payload,
        body_hash=digest,
        resubmits=letter.event_id,
        target_agent=letter.agent,
    )
