"""``clinicflow protocols``: prove rule packs, play their scenarios, and see what they change and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clinicflow.errors import ClinicflowError

if TYPE_CHECKING:
    from clinicflow.protocols.play import Played
    from clinicflow.replay.sources import Source

protocols_app = typer.Typer(no_args_is_help=True, help="Prove rule packs by scenarios, and see what they change.")
app = typer.Typer(no_args_is_help=True)
app.add_typer(protocols_app, name="protocols")

Bundle = Annotated[Path | None, typer.Argument(help="Folder of a bundle; else the demo network's.", metavar="[BUNDLE]")]
Scenarios = Annotated[Path | None, typer.Option(help="Folder of scenarios; else those that are shipped.")]
JournalFile = Annotated[
    Path | None, typer.Option("--file", help="A journal file of clinicflow replay --export, instead of the database.")
]


@protocols_app.command()
def check(bundle: Bundle = None) -> None:
    """Prove that a bundle's packs can be worked by; every problem with file, line and what was expected."""
    import time

    from clinicflow import bundle_files
    from clinicflow.agents import all_agents

    folder = _folder(bundle)
    document, problems = bundle_files.check(folder, None, all_agents(), time.time_ns() // 1000)
    for problem in problems:
        typer.echo(str(problem))
    errors = sum(problem.level == "error" for problem in problems)
    rules = sum(len(protocol["rules"]) for protocol in document["protocols"])
    typer.echo(f"{folder}: {rules} rules, {errors} errors, {len(problems) - errors} warnings")
    if errors:
        raise typer.Exit(1)


@protocols_app.command("test")
def run_scenarios(
    bundle: Bundle = None,
    scenarios: Scenarios = None,
    duty: Annotated[int | None, typer.Option(help="Only this duty.")] = None,
    mutants: Annotated[bool, typer.Option("--mutants", help="Take out each rule: its scenarios must fail.")] = False,
) -> None:
    """Play every scenario; exit code 1 when one fails, or with --mutants when a rule can be lost unnoticed."""
    from clinicflow import bundle_files
    from clinicflow.agents import all_agents
    from clinicflow.core.bundle import compile_bundle
    from clinicflow.data import data_dir
    from clinicflow.protocols.play import play_all
    from clinicflow.protocols.scenario import by_bundle, read_defaults, read_scenarios

    folder = scenarios or data_dir("scenarios")
    agents, defaults = all_agents(), read_defaults(folder)
    stories = [each for each in read_scenarios(folder) if duty in (None, each.duty)]
    played, caught = [], True
    for name, told in by_bundle(stories).items():
        document = bundle_files.load(_folder(bundle) if name is None else data_dir("bundles") / name)
        played += play_all(told, agents, compile_bundle(document, 1, agents), defaults, document)
        if mutants:
            caught = _tell_mutants(document, agents, told, defaults, every=name is None and duty is None) and caught
    good = _tell(played) and caught
    if not good:
        raise typer.Exit(1)


@protocols_app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="Folder of a bundle.", metavar="OLD")],
    new: Annotated[
        Path | None,
        typer.Argument(
            help="Folder of another; without it what OLD and its clinics put over the packs is shown.", metavar="[NEW]"
        ),
    ] = None,
    file: JournalFile = None,
    day: Annotated[bool, typer.Option("--day/--no-day", help="Also fold the recorded day under both.")] = True,
) -> None:
    """Show what two versions change: rules, tables and scope, and the tasks of a recorded day."""
    from clinicflow import bundle_files
    from clinicflow.agents import all_agents
    from clinicflow.core.bundle import compile_bundle
    from clinicflow.protocols.differences import differences, of_packs_alone

    before = bundle_files.load(old) if new else of_packs_alone(bundle_files.load(old, overlay=False))
    after = bundle_files.load(new or old)
    changes = differences(before, after)
    for change in changes:
        typer.echo("\n".join(change.lines()))
    typer.echo(f"{len(changes)} differences")
    if day and changes:
        agents = all_agents()
        _tell_day(file, compile_bundle(before, 1, agents), compile_bundle(after, 2, agents))


@protocols_app.command()
def explain(
    rule: Annotated[str, typer.Argument(help="A rule, as agent/rule: vitals/take-vitals.")],
    case: Annotated[str, typer.Option(help="Id of the case.")],
    file: JournalFile = None,
) -> None:
    """Say why a rule made a task in a case, or why it did not: each event it looks at, and what its condition saw."""
    from clinicflow.protocols.explain import explain_rule

    for line in _with_source(file, lambda source: explain_rule(source, case, rule)):
        typer.echo(line)


def _folder(bundle: Path | None) -> Path:
    from clinicflow.data import data_dir

    return bundle or data_dir("bundles") / "demo"


def _with_source(file: Path | None, work: Any) -> Any:
    import asyncio

    from clinicflow.replay.sources import Place, open_source
    from clinicflow.settings import Settings
    from clinicflow.store.opening import dsn_of

    place = Place(file=str(file)) if file is not None else Place(dsn=dsn_of(Settings(), "read"))

    async def run() -> Any:
        source: Source = await open_source(place)
        try:
            return await work(source)
        finally:
            await source.close()

    return asyncio.run(run())


def _tell_day(file: Path | None, old: Any, new: Any) -> None:
    from clinicflow.protocols.recorded_day import on_day

    try:
        counts = _with_source(file, lambda source: on_day(source, old, new))
    except ClinicflowError as problem:
        typer.echo(f"no recorded day: {problem}", err=True)
        raise typer.Exit(1) from problem
    typer.echo(f"{'agent':<12} {'rule':<36} {'old':>7} {'new':>7} {'both':>7} {'moved':>7}")
    for one in counts:
        if one.differs:
            typer.echo(f"{one.agent:<12} {one.rule:<36} {one.old:>7} {one.new:>7} {one.both:>7} {one.moved:>7}")
    same = sum(not one.differs for one in counts)
    typer.echo(f"{same} other rules make the same tasks on the recorded day")


def _tell(played: list[Played]) -> bool:
    from clinicflow.protocols.scenario import DUTIES

    failed = [each for each in played if not each.passes]
    for each in failed:
        typer.echo(f"FAILED {each.scenario.where}: {each.scenario.title}")
        for fault in each.faults:
            typer.echo(f"  {fault}")
    typer.echo(f"{len(played) - len(failed)} of {len(played)} scenarios pass")
    typer.echo(f"{len(working(played))} of {DUTIES} duties")
    return not failed


def working(played: list[Played]) -> list[int]:
    """Duties of which all scenarios pass, with at least one for the normal course and one for what goes wrong."""
    courses: dict[int, set[str]] = {}
    for each in played:
        courses.setdefault(each.scenario.duty, set()).add(each.scenario.course if each.passes else "failed")
    return sorted(duty for duty, found in courses.items() if found == {"normal", "goes wrong"})


def _tell_mutants(document: Any, agents: Any, stories: Any, defaults: Any, every: bool) -> bool:
    from clinicflow.protocols.mutants import all_rules, mutants

    found = list(mutants(document, agents, stories, defaults))
    missed = [one for one in found if one.missed]
    for one in missed:
        typer.echo(f"UNNOTICED without {one.rule}: {', '.join(one.missed)}")
    unnamed = sorted(set(all_rules(document)) - {one.rule for one in found})
    typer.echo(f"{len(found) - len(missed)} of {len(found)} rules are missed by each scenario that names them")
    if unnamed and every:
        typer.echo(f"{len(unnamed)} rules have no scenario: {', '.join(unnamed)}")
    return not missed
