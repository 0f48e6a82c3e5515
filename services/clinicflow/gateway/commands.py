"""``clinicflow send``, ``clinicflow messages`` and ``clinicflow token``."""

import asyncio
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from clinicflow.auth import SCOPES, TokenFile
from clinicflow.errors import ClinicflowError, SendFailed
from clinicflow.gateway.clients import Answer, HttpClient, MllpClient
from clinicflow.gateway.message_commands import AsJson, Org, messages, print_counts
from clinicflow.gateway.sending import Item, items_of
from clinicflow.settings import Settings

app = typer.Typer(no_args_is_help=True)
token = typer.Typer(no_args_is_help=True, help="Tokens of clients of the HTTP door.")
app.add_typer(messages, name="messages")
app.add_typer(token, name="token")


@app.command("send")
def send(
    path: Annotated[Path, typer.Argument(help="A file, or a folder: .hl7 .er7 .txt .ndjson .jsonl .json")],
    mllp: Annotated[str | None, typer.Option(help="HOST:PORT of the feed, for HL7 messages.")] = None,
    feed: Annotated[str | None, typer.Option(help="Name of the feed of the running system, instead of --mllp.")] = None,
    http: Annotated[str | None, typer.Option(help="Address of the HTTP door; else of the running system.")] = None,
    token_file: Annotated[Path | None, typer.Option(help="File that holds the token; else CLINICFLOW_TOKEN.")] = None,
) -> None:
    """Send HL7 messages and events, in order, and count the answers.

    A file of a folder that holds neither is named, with what was expected, and counted as "not sent"; the others go.

    Exit codes: 0 all accepted, 1 some refused or not sent, 3 not all could be delivered.
    """
    counts: Counter[str] = Counter()
    try:
        refused = asyncio.run(_send(path, mllp or _port_of(feed), http, token_file, counts))
    except SendFailed as failure:
        print_counts(counts)
        typer.echo(f"clinicflow: {failure}", err=True)
        raise typer.Exit(3) from failure
    print_counts(counts)
    raise typer.Exit(1 if refused else 0)


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
    """The number of items that were refused or could not be sent; answers are counted on the way."""
    found = list(items_of(path))
    items = [item for item in found if not item.fault]
    for item in found:
        if item.fault:
            typer.echo(item.fault, err=True)
    refused = len(found) - len(items)
    if refused:
        counts["not sent"] = refused
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
    if not colon or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise SendFailed("Expected --feed NAME of the running system, or --mllp HOST:PORT")
    return host or "127.0.0.1", int(port)


def _secret(token_file: Path | None) -> str:
    try:
        secret = token_file.read_text("utf-8").strip() if token_file else os.environ.get("CLINICFLOW_TOKEN", "")
    except (OSError, UnicodeDecodeError) as error:
        raise SendFailed(f"Expected a file with a token, but {token_file} cannot be read") from error
    if not secret:
        raise SendFailed("Expected a token in --token-file or CLINICFLOW_TOKEN (see `clinicflow token create`)")
    return secret
