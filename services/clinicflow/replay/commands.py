"""Commands ``replay``, ``board`` and ``work``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clinicflow.settings import Settings

if TYPE_CHECKING:
    from clinicflow.replay.compare import Report
    from clinicflow.replay.recorded import Recorded
    from clinicflow.replay.sources import Place, Source

app = typer.Typer(no_args_is_help=True)

JournalFile = Annotated[Path | None, typer.Option("--file", help="A journal file instead of the database.")]

_DIFFERENT, _UNUSABLE, _BY_OTHER_CODE = 1, 2, 3


@app.command()
def replay(
    file: JournalFile = None,
    export: Annotated[Path | None, typer.Option(help="Write a journal file instead of replaying.")] = None,
    what_if: Annotated[
        Path | None, typer.Option("--what-if", help="Bundle folder: how many tasks its rules would have made.")
    ] = None,
    processes: Annotated[int, typer.Option(min=0, help="Processes to fold with; 0: one for each core.")] = 0,
    show: Annotated[int, typer.Option(min=1, help="How many differences to list.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Fold the journal again as recorded and compare.

    Exit code 0: equal, 1: different, 2: nothing to compare, 3: different, but only where code of another version had a
    part in what is stored.
    """
    from clinicflow.errors import ClinicflowError

    try:
        place = _place(file)
        if export is not None:
            typer.echo(f"wrote {_with_source(place, lambda source: _export(source, export))} events to {export}")
            return
        if what_if is not None:
            _what_if(place, what_if, as_json)
            return
        report = _replay(place, processes, show, as_json)
    except ClinicflowError as problem:
        typer.echo(f"clinicflow: {problem}", err=True)
        raise typer.Exit(_UNUSABLE) from problem
    if not report.equal:
        raise typer.Exit(_DIFFERENT if report.by_this_code else _BY_OTHER_CODE)


@app.command()
def board(
    clinic: Annotated[str, typer.Option(help="Clinic.")],
    as_of: Annotated[str, typer.Option("--as-of", help="Time with offset, such as 2026-03-01T09:30:00+01:00.")],
    org: Annotated[str, typer.Option(help="Organization.")] = "demo",
    by: Annotated[str, typer.Option(help="logged: what was known then; occurred: what was true then.")] = "logged",
    file: JournalFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show a clinic's board as of any past second: visits, for whom each waits and why, open tasks."""
    import msgspec

    from clinicflow.codec.times import micros_of
    from clinicflow.replay.board import board_as_of
    from clinicflow.replay.board_text import lines_of

    try:
        moment = micros_of(as_of)
    except ValueError as error:
        raise typer.BadParameter(
            "expected a time with offset, such as 2026-03-01T09:30:00Z", param_hint="--as-of"
        ) from error
    if by not in ("logged", "occurred"):
        raise typer.BadParameter("expected logged or occurred", param_hint="--by")

    async def fold(source: Source) -> Any:
        await _must_know(source, org, clinic)
        recorded = await source.recorded()
        return await board_as_of(source, recorded, org, clinic, moment, by)  # type: ignore[arg-type]

    found = _with_source(_place(file), fold)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    for line in lines_of(found):
        typer.echo(line)


@app.command()
def work(
    file: JournalFile = None,
    org: Annotated[str, typer.Option(help="Organization.")] = "demo",
    speed: Annotated[float, typer.Option(min=0.1, help="Of a simulated day: minutes in a real minute.")] = 1.0,
) -> None:
    """Show the share of clinical, administrative and other work that was done, beside the published one."""
    from clinicflow.replay.work import shares_of
    from clinicflow.work_text import lines_of

    for line in lines_of(_with_source(_place(file), lambda source: shares_of(source, org)), speed):
        typer.echo(line)


async def _must_know(source: Source, org: str, clinic: str) -> None:
    """Whether any bundle of the organization has had the clinic. Raises ``UnknownBundle``, ``UnknownClinic``."""
    from clinicflow.errors import UnknownBundle, UnknownClinic

    known: set[str] = set()
    number = 1
    while (stored := await source.bundle(org, number)) is not None:
        known |= set(stored.document["clinics"])
        number += 1
    if not known:
        raise UnknownBundle(f"Expected an organization with a bundle, but {org} has none")
    if clinic not in known:
        raise UnknownClinic(f"Expected one of the clinics {', '.join(sorted(known))}, but got {clinic}")


def _place(file: Path | None) -> Place:
    from clinicflow.replay.sources import Place
    from clinicflow.store.opening import dsn_of

    return Place(file=str(file)) if file is not None else Place(dsn=dsn_of(Settings(), "read"))


def _with_source(place: Place, work: Callable[[Source], Awaitable[Any]]) -> Any:
    from clinicflow.replay.sources import open_source

    async def run() -> Any:
        source = await open_source(place)
        try:
            return await work(source)
        finally:
            await source.close()

    return asyncio.run(run())


async def _export(source: Source, path: Path) -> int:
    from clinicflow.replay.journal_file import export

    return await export(source, path)


def _replay(place: Place, processes: int, show: int, as_json: bool) -> Report:
    import msgspec

    from clinicflow.replay import compare
    from clinicflow.replay.report_text import lines_of, plain_of, worst_first

    report = compare.replay(place, processes or None)
    if as_json:
        typer.echo(msgspec.json.encode(plain_of(report, show)).decode())
        return report
    for line in lines_of(report, show):
        typer.echo(line)
    if not report.equal:
        for line in _with_source(place, lambda source: _explained(source, worst_first(report)[0])):
            typer.echo(line)
    return report


async def _explained(source: Source, difference: Any) -> list[str]:
    from clinicflow.replay.explain import explain

    recorded: Recorded = await source.recorded()
    return await explain(source, recorded, difference)


def _what_if(place: Place, folder: Path, as_json: bool) -> None:
    import msgspec

    from clinicflow.replay.other_rules import compare_rules, lines_of, load_bundle

    bundle = load_bundle(folder)

    async def run(source: Source) -> Any:
        return await compare_rules(source, await source.recorded(), bundle)

    found = _with_source(place, run)
    for line in [msgspec.json.encode(found).decode()] if as_json else lines_of(found):
        typer.echo(line)
