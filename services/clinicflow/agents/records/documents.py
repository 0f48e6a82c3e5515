"""Documents that come in: each is filed once, in the record of the patient that two identifiers name."""

from collections.abc import Sequence

from msgspec.structs import replace

from clinicflow.agents.records.state import RecordsState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.ids import named
from clinicflow.core.outcome import Rejection
from clinicflow.events import DocumentIndexed, DocumentMisfiled, DocumentScanned, FaxReceived, MailReceived

IDENTIFIERS = 2
"""How many identifiers on a document must match a record before it is filed there."""


def register(agent: Agent[RecordsState]) -> None:
    """Let the agent hear of documents."""
    agent.on(MailReceived)(came)
    agent.on(FaxReceived)(came)
    agent.on(DocumentScanned)(came)
    agent.on(DocumentIndexed)(indexed)
    agent.on(DocumentMisfiled)(misfiled)
    agent.derives(DocumentIndexed)(result_inside)
    agent.derives(DocumentMisfiled)(privacy)


def came(state: RecordsState, event: MailReceived | FaxReceived | DocumentScanned, facts: Facts) -> RecordsState:
    """A document is there; a letter that is scanned later is still the same one."""
    return replace(state, came=state.came + 1)


def indexed(state: RecordsState, event: DocumentIndexed, facts: Facts) -> RecordsState | Rejection:
    """It is filed, unless it is not known well enough whose it is."""
    if event.identifiers_matched < IDENTIFIERS:
        found = event.identifiers_matched
        return Rejection(
            "too-few-identifiers", f"Expected two identifiers that match the record, but there is {found}."
        )
    if state.indexed:
        return Rejection("already-indexed", "Expected a document that is to be filed, but it is in a record already.")
    return replace(state, indexed=True)


def misfiled(state: RecordsState, event: DocumentMisfiled, facts: Facts) -> RecordsState | Rejection:
    """It is in the wrong record and must be filed again."""
    if not state.indexed:
        return Rejection("not-indexed", "Expected a document that is in a record, but it is in none.")
    return replace(state, indexed=False)


def result_inside(before: RecordsState, after: RecordsState, event: DocumentIndexed, facts: Facts) -> Sequence[Raise]:
    """A result on paper is a result: of the order that it answers, or of an order that is not known here."""
    if event.result_id is None:
        return ()
    order = event.order_case_id or named(f"result-in-document|{event.org_id}|{event.case_id}")
    fields = {"result_id": event.result_id, "status": "F", "abnormal": bool(event.abnormal)}
    return (Raise("result-received", fields, case_id=order),)


def privacy(before: RecordsState, after: RecordsState, event: DocumentMisfiled, facts: Facts) -> Sequence[Raise]:
    """What lay in a foreign record is an incident of its own, of privacy."""
    incident = named(f"misfiled-document|{event.org_id}|{event.event_id}")
    fields = {"breach": "wrong_recipient", "disclosed": event.seen_by_others}
    return (Raise("privacy-incident-reported", fields, case_id=incident),)
