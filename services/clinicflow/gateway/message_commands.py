"""``clinicflow messages``: HL7 messages, what came in and what became of each."""

import asyncio
import json
import os
from collections import Counter
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import typer

from clinicflow.core.ids import canonical
from clinicflow.errors import ClinicflowError, UnknownId
from clinicflow.gateway.hl7.receive import Receiver
from clinicflow.gateway.hl7.work import OutcomeOfMessage
from clinicflow.gateway.outcomes import outcome_of
from clinicflow.gateway.services import Services, now_micros
from clinicflow.settings import Settings
from clinicflow.store.opening import open_store
from clinicflow.store.rows import AuditRow, EventOutcome, Message

messages = typer.Typer(no_args_is_help=True, help="HL7 messages: what came in and what became of each.")

Org = Annotated[str, typer.Option(help="Organization.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@messages.command("list")
def messages_list(
    org: Org = "demo",
    feed: Annotated[str | None, typer.Option(help="Only this feed.")] = None,
    control_id: Annotated[str | None, typer.Option(help="Only this control id (MSH-10).")] = None,
    outcome: Annotated[OutcomeOfMessage | None, typer.Option(help="Only with this outcome.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    as_json: AsJson = False,
) -> None:
    """Messages, newest first. "refused": an agent refused an event of the message; `messages show` tells why."""

    async def listed(services: Services) -> tuple[list[Message], frozenset[str]]:
        store = services.store
        found = await store.messages(org, feed=feed, control_id=control_id, outcome=outcome, limit=limit)
        return found, await store.rejected(org, [event_id for message in found for event_id in message.event_ids])

    found, rejected = asyncio.run(_with_store(org, listed))
    for message in found:
        refused = [event_id for event_id in message.event_ids if event_id in rejected]
        if as_json:
            typer.echo(json.dumps({**_as_dict(message), "refused": refused}))
        else:
            typer.echo(
                f"{_time(message.received_at)}  {message.message_id}  {message.feed:<10} {message.control_id:<12} "
                f"{message.message_type:<10} {message.outcome:<11} {message.acknowledgement:<5} "
                f"{'refused' if refused else '':<8}{message.reason}"
            )


@messages.command("show")
def messages_show(
    message_id: str,
    org: Org = "demo",
    raw: Annotated[bool, typer.Option("--raw", help="Also the message as received (personal data; audited).")] = False,
    as_json: AsJson = False,
) -> None:
    """One message: control id, acknowledgement, reason, what became of each event, and its raw text when asked for."""
    known = _message_id(message_id)

    async def shown(services: Services) -> tuple[Message, list[EventOutcome]]:
        found = await services.store.message(org, known)
        if found is None:
            raise UnknownId("Expected the id of a stored message; `clinicflow messages list` shows them")
        if raw:
            async with services.store.intake() as transaction:
                row = AuditRow(org, now_micros(), _operator(), "read-message", {"message_id": known})
                await transaction.audit([row])
        outcomes = [await outcome_of(services.store, org, event_id) for event_id in found.event_ids]
        return found, [outcome for outcome in outcomes if outcome is not None]

    found, outcomes = asyncio.run(_with_store(org, shown))
    facts = _as_dict(found)
    if as_json:
        facts["events"] = [_event(outcome) for outcome in outcomes]
        typer.echo(json.dumps({**facts, "raw": found.raw.decode("utf-8", "replace")} if raw else facts))
        return
    del facts["event_ids"]
    for name, value in facts.items():
        typer.echo(f"{name:<16} {value}")
    for outcome in outcomes:
        typer.echo(f"{'event':<16} {outcome.event_id}  {outcome.type}  {outcome.state}")
        for refusal in outcome.rejections:
            typer.echo(f"{'':<16} refused by {refusal.agent}: {refusal.code}, {refusal.reason}")
    if raw:
        typer.echo(found.raw.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n"))


@messages.command("resend")
def messages_resend(
    message_ids: Annotated[list[str] | None, typer.Argument(help="Ids; or use --outcome.")] = None,
    org: Org = "demo",
    outcome: Annotated[
        Literal["dead-letter", "unmatched", "no-effect"] | None, typer.Option(help="All with this outcome.")
    ] = None,
) -> None:
    """Work messages through again, in their own place: after a feed file or an identifier has changed.

    Exit codes: 0 none is a dead letter now, 1 some still are.
    """
    if bool(message_ids) == bool(outcome):
        raise typer.BadParameter("give either message ids or --outcome")

    async def resent(services: Services) -> Counter[str]:
        ids = message_ids or [m.message_id for m in await services.store.messages(org, outcome=outcome, limit=100_000)]
        feeds = (await services.bundles.in_force(org)).feeds
        receiver, counts = Receiver(services), Counter[str]()
        for message_id in reversed(ids):
            found = await services.store.message(org, _message_id(message_id))
            if found is None or found.feed not in feeds:
                raise ClinicflowError(f"Expected a stored message of a declared feed, but {message_id} is not one")
            receipt = await receiver.again(feeds[found.feed], found)
            counts[receipt.outcome or "not stored"] += 1
        return counts

    counts = asyncio.run(_with_store(org, resent))
    print_counts(counts)
    raise typer.Exit(1 if counts["dead-letter"] or counts["not stored"] else 0)


@messages.command("counts")
def messages_counts(org: Org = "demo", as_json: AsJson = False) -> None:
    """How many messages were received and what became of them; exit code 1 if the counts do not add up."""

    async def counted(services: Services) -> dict[str, int]:
        return await services.store.message_counts(org)

    found = asyncio.run(_with_store(org, counted))
    received = found.pop("received", 0)
    total = sum(found.values())
    if as_json:
        typer.echo(json.dumps({"received": received, **found}))
    else:
        for outcome, count in sorted(found.items()):
            typer.echo(f"{outcome:<12} {count:>9}")
        typer.echo(f"{'received':<12} {received:>9}  {'=' if received == total else '!='} {total}")
    raise typer.Exit(0 if received == total else 1)


async def _with_store(org: str, work: Any) -> Any:
    settings = Settings()
    store = await open_store(settings)
    try:
        known = await store.orgs()
        if org not in known:
            raise UnknownId(f"Expected an organization with a bundle ({', '.join(known) or 'none yet'}), but got {org}")
        coroutine: Coroutine[Any, Any, Any] = work(Services(store, settings))
        return await coroutine
    finally:
        await store.close()


def _message_id(text: str) -> str:
    known = canonical(text)
    if known is None:
        raise UnknownId(f"expected the id of a message (a UUID), but got {text}")
    return known


def _event(outcome: EventOutcome) -> dict[str, Any]:
    rejections = [{"agent": row.agent, "code": row.code, "reason": row.reason} for row in outcome.rejections]
    told = {"event_id": outcome.event_id, "type": outcome.type, "state": outcome.state}
    return {**told, "rejections": rejections}


def _as_dict(message: Message) -> dict[str, Any]:
    names = [name for name in message.__struct_fields__ if name not in ("raw", "patient_id", "event_ids")]
    facts = {name: getattr(message, name) for name in names}
    return {**facts, "received_at": _time(message.received_at), "event_ids": list(message.event_ids)}


def print_counts(counts: Counter[str]) -> None:
    """Counts with their total."""
    for code, count in sorted(counts.items()):
        typer.echo(f"{code:<12} {count:>9}")
    typer.echo(f"{'total':<12} {sum(counts.values()):>9}")


def _time(micros: int) -> str:
    return datetime.fromtimestamp(micros / 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _operator() -> str:
    """Who reads, as the system knows them."""
    return f"operator:{os.getuid()}"
