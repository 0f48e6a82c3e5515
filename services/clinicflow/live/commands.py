"""Commands of the live side: ``worker``, ``relay``, ``timekeeper``, ``inbox``, ``dead-letters``, ``regroup``."""

import asyncio
import json
import os
import signal
import socket
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
import uvloop

from clinicflow.agents import all_agents
from clinicflow.core.agent import Agent
from clinicflow.core.ids import canonical
from clinicflow.errors import UnknownAgent, UnknownId
from clinicflow.live import metrics
from clinicflow.live.batches import TransportSettings
from clinicflow.live.inbox import Inbox
from clinicflow.live.rechecker import Rechecker
from clinicflow.live.relay import Relay
from clinicflow.live.resubmission import resubmit
from clinicflow.live.timekeeper import Timekeeper
from clinicflow.live.topics import EVENTS
from clinicflow.live.watchdog import Limits
from clinicflow.live.worker import LiveStore, Worker
from clinicflow.settings import Settings
from clinicflow.store.opening import open_store, run_note
from clinicflow.store.rows import DeadLetter

app = typer.Typer(no_args_is_help=True)
dead_letters = typer.Typer(no_args_is_help=True, help="Events that an agent could not apply, and records of strangers.")
app.add_typer(dead_letters, name="dead-letters")

AgentNames = Annotated[list[str], typer.Option("--agent", help="Agent to run; repeat it, or 'all'.")]
GroupName = Annotated[str | None, typer.Option(help="Name of the group; default: the agents' names.")]


def bootstrap_of(settings: Settings) -> str:
    """The broker's address: from the settings, else from the note of a running system."""
    if settings.kafka is not None:
        return settings.kafka
    try:
        known = json.loads(run_note(settings).read_text(encoding="utf-8"))
        return str(known["kafka"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise typer.BadParameter("expected CLINICFLOW_KAFKA, or a running system (clinicflow up)") from error


def chosen(names: list[str]) -> dict[str, Agent[Any]]:
    """The agents of these names. Raises ``UnknownAgent``."""
    known = all_agents()
    if "all" in names:
        return known
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise UnknownAgent(f"Expected one of {', '.join(sorted(known))} or all, but got {', '.join(unknown)}")
    return {name: known[name] for name in sorted(set(names))}


def group_of(names: list[str], group: str | None) -> str:
    """The group's name: as given, ``all``, or the agents' names joined."""
    return group or ("all" if "all" in names else "-".join(sorted(set(names))))


def transport_of(settings: Settings, bootstrap: str, group: str, instance: str | None = None) -> TransportSettings:
    """How a worker of this group reads the events topic."""
    return TransportSettings(
        bootstrap=bootstrap,
        topic=EVENTS,
        group=f"clinicflow-{group}",
        fetch_max_wait_ms=settings.fetch_max_wait_ms,
        group_instance_id=instance,
    )


def holder_name() -> str:
    """A name for the relay's lease that no other process has."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


@app.command()
def worker(
    agent: AgentNames = ["all"],  # noqa: B006 - typer reads the default, nobody changes it
    group: GroupName = None,
    instance: Annotated[str | None, typer.Option(help="Fixed member name: a restart keeps its partitions.")] = None,
) -> None:
    """Run agents on the events of Kafka until stopped."""
    settings = Settings()
    name = group_of(agent, group)

    async def run(store: LiveStore) -> None:
        transport = transport_of(settings, bootstrap_of(settings), name, instance)
        agents = chosen(agent)
        metrics.serve(settings.metrics_port, settings.bind)
        work = Worker(store, agents, transport, group=name, round_wait_ms=settings.round_wait_ms, limits=Limits())
        await work.run(signals=True)

    _with_store(settings, run)


@app.command()
def relay() -> None:
    """Place journal rows and send them to Kafka until stopped; one works, others wait for its lease."""
    settings = Settings()

    async def run(store: LiveStore) -> None:
        metrics.serve(settings.metrics_port, settings.bind)
        work = Relay(store, bootstrap_of(settings), partitions=settings.partitions, holder=holder_name())
        await _until_signal(work.run, work.stop)

    _with_store(settings, run)


@app.command()
def timekeeper() -> None:
    """Journal timers whose time has come, and ask again about tasks when people's rights change, until stopped."""
    settings = Settings()

    async def run(store: LiveStore) -> None:
        metrics.serve(settings.metrics_port, settings.bind)
        works = (Timekeeper(store), Rechecker(store))

        async def run() -> None:
            await asyncio.gather(*(work.run() for work in works))

        def stop() -> None:
            for work in works:
                work.stop()

        await _until_signal(run, stop)

    _with_store(settings, run)


@app.command()
def inbox() -> None:
    """Journal the events that other programs put on the inbox topic until stopped."""
    settings = Settings()

    async def run(store: LiveStore) -> None:
        metrics.serve(settings.metrics_port, settings.bind)
        work = Inbox(store, bootstrap_of(settings))
        await _until_signal(work.run, work.stop)

    _with_store(settings, run)


@app.command()
def regroup(
    group: Annotated[str, typer.Argument(help="Group that shall run the agents from now on.")],
    agent: AgentNames = ["all"],  # noqa: B006 - as above
) -> None:
    """Hand agents over to another group, with their states and positions; stop their workers first."""
    names = sorted(chosen(agent))

    async def run(store: LiveStore) -> None:
        await store.regroup(group, names)
        typer.echo(f"group {group} runs {', '.join(names)}")

    _with_store(Settings(), run)


@dead_letters.command("list")
def list_(
    all_: Annotated[bool, typer.Option("--all", help="Also those that were submitted again.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
) -> None:
    """Show dead letters, newest first."""

    async def run(store: LiveStore) -> None:
        found = await store.dead_letters(open_only=not all_, limit=limit)
        for letter in found:
            typer.echo(_line(letter))
        typer.echo(f"{len(found)} dead letters")

    _with_store(Settings(), run)


@dead_letters.command()
def show(dead_letter_id: str) -> None:
    """Show one dead letter; its bytes only by their hash."""
    known = canonical(dead_letter_id)
    if known is None:
        raise UnknownId(f"expected the id of a dead letter (a UUID), but got {dead_letter_id}")

    async def run(store: LiveStore) -> None:
        letter = await store.find_dead_letter(known)
        if letter is None:
            raise UnknownId("Expected the id of a dead letter, but there is none such (`clinicflow dead-letters list`)")
        for name in letter.__struct_fields__:
            if name != "payload":
                typer.echo(f"{name}: {getattr(letter, name)}")
        typer.echo(f"payload: {len(letter.payload)} bytes")

    _with_store(Settings(), run)


@dead_letters.command("resubmit")
def resubmit_(dead_letter_ids: Annotated[list[str], typer.Argument(help="Ids, or 'all' for all open ones.")]) -> None:
    """Send the events of dead letters again, each to the agent that missed it."""

    async def run(store: LiveStore) -> None:
        ids = dead_letter_ids
        if ids == ["all"]:
            ids = [each.dead_letter_id for each in await store.dead_letters() if each.kind in ("decode", "step")]
        for given in ids:
            each = canonical(given)
            if each is None:
                raise UnknownId(f"expected the id of a dead letter (a UUID), or all, but got {given}")
            answer = await resubmit(store, each)
            typer.echo(f"{each}: {answer.status} as {answer.event_id}")

    _with_store(Settings(), run)


def _line(letter: DeadLetter) -> str:
    at = datetime.fromtimestamp(letter.at / 1_000_000, UTC).isoformat(timespec="seconds")
    where = f"{letter.partition}:{letter.position}" if letter.position is not None else "-"
    who = letter.agent or "-"
    return f"{letter.dead_letter_id}  {at}  {letter.kind}  {who}  {letter.event_type or '-'}  {where}  {letter.reason}"


def _with_store(settings: Settings, work: Callable[[LiveStore], Awaitable[None]]) -> None:
    async def run() -> None:
        store = await open_store(settings)
        try:
            await work(store)
        finally:
            await store.close()

    uvloop.run(run())


async def _until_signal(run: Callable[[], Awaitable[None]], stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await run()
