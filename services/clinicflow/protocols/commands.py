"""``clinicflow protocols``: play the scenarios of the duties, and show that they can fail."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from clinicflow.protocols.play import Played

protocols_app = typer.Typer(no_args_is_help=True, help="Prove rule packs by scenarios, and see what they change.")
app = typer.Typer(no_args_is_help=True)
app.add_typer(protocols_app, name="protocols")

DUTIES = 72
"""Duties of medical and healthcare assistants that the catalogue knows."""

Directory = Annotated[
    Path | None, typer.Argument(help="Folder of a bundle; else the demo network's.", metavar="[BUNDLE]")
]
Scenarios = Annotated[Path | None, typer.Option(help="Folder of scenarios; else those that are shipped.")]


@protocols_app.command("test")
def run_scenarios(
    bundle: Directory = None,
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
    from clinicflow.protocols.scenario import read_defaults, read_scenarios

    folder = scenarios or data_dir("scenarios")
    document = bundle_files.load(bundle or data_dir("bundles") / "demo")
    agents, defaults = all_agents(), read_defaults(folder)
    stories = [each for each in read_scenarios(folder) if duty in (None, each.duty)]
    played = play_all(stories, agents, compile_bundle(document, 1, agents), defaults)
    good = _tell(played)
    if mutants:
        good = _tell_mutants(document, agents, stories, defaults) and good
    if not good:
        raise typer.Exit(1)


def _tell(played: list[Played]) -> bool:
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


def _tell_mutants(document: Any, agents: Any, stories: Any, defaults: Any) -> bool:
    from clinicflow.protocols.mutants import all_rules, mutants

    found = list(mutants(document, agents, stories, defaults))
    missed = [one for one in found if one.missed]
    for one in missed:
        typer.echo(f"UNNOTICED without {one.rule}: {', '.join(one.missed)}")
    unnamed = sorted(set(all_rules(document)) - {one.rule for one in found})
    typer.echo(f"{len(found) - len(missed)} of {len(found)} rules are missed by each scenario that names them")
    if unnamed:
        typer.echo(f"{len(unnamed)} rules have no scenario: {', '.join(unnamed)}")
    return not missed
