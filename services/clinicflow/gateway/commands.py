"""``clinicflow send``, ``clinicflow messages`` and ``clinicflow token``."""

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from clinicflow.auth import SCOPES, TokenFile
from clinicflow.errors import ClinicflowError, SendFailed
from clinicflow.gateway.clients import Answer, HttpClient, MllpClient
from clinicflow.gateway.hl7.receive import Receiver
from clinicflow.gateway.sending import Item, items_of
from clinicflow.gateway.services import Services, now_micros
from clinicflow.settings import Settings
from clinicflow.store.opening import open_store
from clinicflow.store.rows import AuditRow, Message

app = typer.Typer(no_args_is_help=True)
messages = typer.Typer(no_args_is_help=True, help="HL7 messages: what came in and what became of each.")
token = typer.Typer(no_args_is_help=True, help="Tokens of clients of the HTTP door.")
app.add_typer(messages, name="messages")
app.add_typer(token, name="token")

Org = Annotated[str, typer.Option(help="Organization.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@app.command("send")
def send(
    path: Annotated[Path, typer.Argument(help="A file, or a folder: .hl7 .er7 .txt .ndjson .jsonl .json")],
    mllp: Annotated[str | None, typer.Option(help="HOST:PORT of the feed, for HL7 messages.")] = None,
    feed: Annotated[str | None, typer.Option(help="Name of the feed of the running system, instead of --mllp.")] = None,
    http: Annotated[str | None, typer.Option(help="Address of the HTTP door; else of the running system.")] = None,
    token_file: Annotated[Path | None, typer.Option(help="File that holds the token; else CLINICFLOW_TOKEN.")] = None,
) -> None:
    """Send HL7 messages and events, in order, and count the answers.

    Exit codes: 0 all accepted, 1 some refused, 3 not all could be delivered.
    """
    counts: Counter[str] = Counter()
    try:
        refused = asyncio.run(_send(path, mllp or _port_of(feed), http, token_file, counts))
    except SendFailed as failure:
        _print_counts(counts)
        typer.echo(f"clinicflow: {failure}", err=True)
        raise typer.Exit(3) from failure
    _print_counts(counts)
    raise typer.Exit(1 if refused else 0)


@messages.command("list")
def messages_list(
    org: Org = "demo",
    feed: Annotated[str | None, typer.Option(help="Only this feed.")] = None,
    control_id: Annotated[str | None, typer.Option(help="Only this control id (MSH-10).")] = None,
    outcome: Annotated[str | None, typer.Option(help="events, duplicate, unmatched, no-effect or dead-letter.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    as_json: AsJson = False,
) -> None:
    """Messages, newest first."""

    async def listed(services: Services) -> list[Message]:
        return await services.store.messages(org, feed=feed, control_id=control_id, outcome=outcome, limit=limit)

    found = asyncio.run(_with_store(listed))
    for message in found:
        if as_json:
            typer.echo(json.dumps(_as_dict(message)))
        else:
            typer.echo(
                f"{_time(message.received_at)}  {message.message_id}  {message.feed:<10} {message.control_id:<12} "
                f"{message.message_type:<10} {message.outcome:<11} {message.acknowledgement:<5} {message.reason}"
            )


@messages.command("show")
def messages_show(
    message_id: str,
    org: Org = "demo",
    raw: Annotated[bool, typer.Option("--raw", help="Also the message as received (personal data; audited).")] = False,
    as_json: AsJson = False,
) -> None:
    """One message: control id, acknowledgement, reason, events, and its raw text when asked for."""

    async def shown(services: Services) -> Message | None:
        found = await services.store.message(org, message_id)
        if found is not None and raw:
            async with services.store.intake() as transaction:
                row = AuditRow(org, now_micros(), _operator(), "read-message", {"message_id": message_id})
                await transaction.audit([row])
        return found

    found = asyncio.run(_with_store(shown))
    if found is None:
        raise ClinicflowError("Expected the id of a stored message; `clinicflow messages list` shows them")
    facts = _as_dict(found)
    if as_json:
        typer.echo(json.dumps({**facts, "raw": found.raw.decode("utf-8", "replace")} if raw else facts))
        return
    for name, value in facts.items():
        typer.echo(f"{name:<16} {', '.join(value) if isinstance(value, list) else value}")
    if raw:
        typer.echo(found.raw.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n"))


@messages.command("resend")
def messages_resend(
    message_ids: Annotated[list[str] | None, typer.Argument(help="Ids; or use --outcome.")] = None,
    org: Org = "demo",
    outcome: Annotated[str | None, typer.Option(help="All with this outcome: dead-letter or unmatched.")] = None,
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
            found = await services.store.message(org, message_id)
            if found is None or found.feed not in feeds:
                raise ClinicflowError(f"Expected a stored message of a declared feed, but {message_id} is not one")
            receipt = await receiver.again(feeds[found.feed], found)
            counts[receipt.outcome or "not stored"] += 1
        return counts

    counts = asyncio.run(_with_store(resent))
    _print_counts(counts)
    raise typer.Exit(1 if counts["dead-letter"] or counts["not stored"] else 0)


@messages.command("counts")
def messages_counts(org: Org = "demo", as_json: AsJson = False) -> None:
    """How many messages were received and what became of them; exit code 1 if the counts do not add up."""

    async def counted(services: Services) -> dict[str, int]:
        return await services.store.message_counts(org)

    found = asyncio.run(_with_store(counted))
    received = found.pop("received", 0)
    total = sum(found.values())
    if as_json:
        typer.echo(json.dumps({"received": received, **found}))
    else:
        for outcome, count in sorted(found.items()):
            typer.echo(f"{outcome:<12} {count:>9}")
        typer.echo(f"{'received':<12} {received:>9}  {'=' if received == total else '!='} {total}")
    raise typer.Exit(0 if received == total else 1)


@token.command("create")
def token_create(
    client: Annotated[str, typer.Argument(help="Name of the client.")],
    org: Org = "demo",
    role: Annotated[str, typer.Option(help="integration, feed, simulator, display or analyst.")] = "integration",
    clinic: Annotated[list[str] | None, typer.Option(help="Only these clinics (repeat).")] = None,
    scope: Annotated[list[str] | None, typer.Option(help=f"Instead of the role's: {', '.join(SCOPES)}.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the token to this file (mode 0600), not to the screen.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Revoke the client's token first.")] = False,
) -> None:
    """Create a token and show it once; only its hash is kept."""
    file = TokenFile(Settings().tokens)
    if replace:
        file.revoke(client, org)
    secret = file.create(client, org, role, clinic or None, scope or None)
    if out is None:
        typer.echo(secret)
        return
    out.unlink(missing_ok=True)
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(secret + "\n")


@token.command("list")
def token_list(as_json: AsJson = False) -> None:
    """Clients with a token (never the tokens)."""
    for found in TokenFile(Settings().tokens).tokens():
        facts = {"client": found.client, "org": found.org, "role": found.role, "clinics": found.clinics}
        if as_json:
            typer.echo(json.dumps({**facts, "scopes": found.scopes}))
        else:
            typer.echo(f"{found.client:<20} {found.org:<12} {found.role:<12} {' '.join(found.scopes)}")


@token.command("revoke")
def token_revoke(client: str, org: Org = "demo") -> None:
    """Make a client's token worthless."""
    if not TokenFile(Settings().tokens).revoke(client, org):
        raise ClinicflowError(f"Expected a client with a token, but {client} has none")


async def _send(path: Path, mllp: str | None, http: str | None, token_file: Path | None, counts: Counter[str]) -> int:
    """The number of refused items; answers are counted on the way."""
    items = list(items_of(path))
    refused = 0
    mllp_client = MllpClient(*_address(mllp)) if any(item.hl7 is not None for item in items) else None
    http_client = None
    if any(item.event is not None for item in items):
        http_client = HttpClient(http or _http_door(), _secret(token_file))
    try:
        with Progress(disable=not sys.stderr.isatty(), transient=True) as progress:
            bar = progress.add_task("sending", total=len(items))
            for group in _runs(items):
                for item, answer in zip(group, await _deliver(group, mllp_client, http_client), strict=True):
                    counts[answer.code] += 1
                    refused += not answer.accepted
                    if not answer.accepted:
                        typer.echo(f"{item.where}: {answer.code} {answer.reason}", err=True)
                progress.advance(bar, len(group))
    finally:
        for client in (mllp_client, http_client):
            if client is not None:
                await client.close()
    return refused


async def _deliver(group: list[Item], mllp: MllpClient | None, http: HttpClient | None) -> list[Answer]:
    if mllp is not None and group[0].hl7 is not None:
        return [await mllp.send(group[0].hl7)]
    if http is None:
        raise SendFailed("Expected an HTTP door for events")
    return await http.send([item.event for item in group if item.event is not None])


def _runs(items: list[Item]) -> list[list[Item]]:
    """Events that follow each other go together; messages go one by one, each after the answer to the one before."""
    runs: list[list[Item]] = []
    for item in items:
        if item.event is not None and runs and runs[-1][0].event is not None and len(runs[-1]) < 100:
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs


def _known(name: str) -> dict[str, Any]:
    """What a running system has written about itself into ``home``."""
    try:
        found = json.loads((Settings().home / name).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _port_of(feed: str | None) -> str | None:
    """The running system's address of a feed; of its only one when none is named."""
    ports = _known("mllp-ports.json")
    if feed is None and len(ports) == 1:
        feed = next(iter(ports))
    if feed is None:
        return None
    if feed not in ports:
        raise SendFailed(
            f"Expected a feed of the running system ({', '.join(sorted(ports)) or 'none'}), but got {feed}"
        )
    return f"127.0.0.1:{ports[feed]}"


def _http_door() -> str:
    return f"http://127.0.0.1:{_known('run.json').get('http_port', Settings().http_port)}"


def _address(text: str | None) -> tuple[str, int]:
    host, colon, port = (text or "").rpartition(":")
    if not colon or not port.isdigit():
        raise SendFailed("Expected --feed NAME of the running system, or --mllp HOST:PORT")
    return host or "127.0.0.1", int(port)


def _secret(token_file: Path | None) -> str:
    secret = token_file.read_text("utf-8").strip() if token_file else os.environ.get("CLINICFLOW_TOKEN", "")
    if not secret:
        raise SendFailed("Expected a token in --token-file or CLINICFLOW_TOKEN (see `clinicflow token create`)")
    return secret


async def _with_store(work: Any) -> Any:
    settings = Settings()
    store = await open_store(settings)
    try:
        coroutine: Coroutine[Any, Any, Any] = work(Services(store, settings))
        return await coroutine
    finally:
        await store.close()


def _as_dict(message: Message) -> dict[str, Any]:
    names = [name for name in message.__struct_fields__ if name not in ("raw", "patient_id", "event_ids")]
    facts = {name: getattr(message, name) for name in names}
    return {**facts, "received_at": _time(message.received_at), "event_ids": list(message.event_ids)}


def _print_counts(counts: Counter[str]) -> None:
    for code, count in sorted(counts.items()):
        typer.echo(f"{code:<12} {count:>9}")
    typer.echo(f"{'total':<12} {sum(counts.values()):>9}")


def _time(micros: int) -> str:
    return datetime.fromtimestamp(micros / 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _operator() -> str:
    """Who reads, as the system knows them."""
    return f"operator:{os.getuid()}"
