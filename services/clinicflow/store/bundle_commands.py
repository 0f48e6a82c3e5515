"""``clinicflow bundle``: check a bundle's folder, bring it into force, show what is in force."""

import asyncio
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from clinicflow import agents
from clinicflow.bundle_check import Problem
from clinicflow.bundle_files import check as check_files
from clinicflow.core.bundle import bundle_hash
from clinicflow.errors import ClinicflowError, InvalidBundle, UnknownBundle
from clinicflow.settings import Settings
from clinicflow.store.opening import open_store
from clinicflow.store.ports import BundleStore
from clinicflow.store.rows import StoredBundle

bundle_app = typer.Typer(no_args_is_help=True, help="Check a bundle, bring it into force, show what is in force.")
app = typer.Typer(no_args_is_help=True)
app.add_typer(bundle_app, name="bundle")

Directory = Annotated[Path, typer.Argument(help="Folder of the bundle, such as bundles/demo.", metavar="DIR")]
Protocols = Annotated[
    Path | None,
    typer.Option("--protocols", help="Folder of rule packs, tables and scope; else those that are shipped."),
]


def checked(directory: Path, protocols: Path | None = None) -> tuple[dict[str, Any], list[Problem]]:
    """The document of a folder and its warnings. ``InvalidBundle`` lists every error, one a line."""
    now = time.time_ns() // 1000
    document, problems = check_files(directory.resolve(), protocols, agents.all_agents(), now)
    if any(problem.level == "error" for problem in problems):
        raise InvalidBundle("\n".join(str(problem) for problem in problems))
    return document, problems


async def apply_document(store: BundleStore, document: dict[str, Any]) -> tuple[StoredBundle, bool]:
    """Bring a checked document into force; also whether it is another one than before."""
    before = await store.bundle(document["org"])
    after = await store.apply_bundle(document["org"], bundle_hash(document), document, time.time_ns() // 1000)
    return after, before is None or before.number != after.number


@bundle_app.command("check")
def check(directory: Directory, protocols: Protocols = None) -> None:
    """List everything that is wrong with a bundle, each with its file and line."""
    document, warnings = _guarded(directory, protocols)
    for problem in warnings:
        typer.echo(str(problem))
    typer.echo(f"{directory}: right. {summary(document)}, hash {bundle_hash(document)[:12]}")
    if document.get("overlay"):
        typer.echo(f"its overlay {document['overlay']} as a difference: clinicflow protocols diff {directory} --no-day")
    elif any(clinic.get("tables") for clinic in document["clinics"].values()):
        typer.echo(f"its clinics' own tables as a difference: clinicflow protocols diff {directory} --no-day")


@bundle_app.command("apply")
def apply(directory: Directory, protocols: Protocols = None) -> None:
    """Check a bundle and bring it into force for its organization."""
    document, warnings = _guarded(directory, protocols)
    for problem in warnings:
        typer.echo(str(problem))
    stored, changed = run(with_store(lambda store: apply_document(store, document)))
    state = "is in force now" if changed else "unchanged: this content is in force already"
    typer.echo(f"bundle {stored.number} of {stored.org_id} {state}, hash {stored.hash[:12]}")


@bundle_app.command("show")
def show(
    org: Annotated[str | None, typer.Option(help="Organization; else all.")] = None,
    number: Annotated[int | None, typer.Option(help="Number of a bundle; else the one in force.")] = None,
) -> None:
    """Show which bundles are in force."""
    found = run(with_store(lambda store: _found(store, org, number)))
    for stored in found:
        typer.echo(f"{stored.org_id}: bundle {stored.number}, hash {stored.hash[:12]}, {summary(stored.document)}")
    if not found:
        typer.echo("no bundle is in force; bring one by: clinicflow bundle apply DIR")


def summary(document: Any) -> str:
    """What a document holds, in one line."""
    rules = sum(len(protocol["rules"]) for protocol in document["protocols"])
    scope = sum(len(found) for found in document["scope"].values())
    return (
        f"{len(document['clinics'])} clinics, {len(document['staff'])} staff, {rules} rules, "
        f"{len(document['tables'])} tables, {scope} scope rules, {len(document['feeds'])} feeds"
    )


async def _found(store: BundleStore, org: str | None, number: int | None) -> list[StoredBundle]:
    found = []
    for org_id in [org] if org else await store.orgs():
        stored = await store.bundle(org_id, number)
        if stored is None and org:
            wanted = f"bundle {number}" if number else "a bundle"
            raise UnknownBundle(f"Expected {wanted} of organization {org_id}, but none is stored")
        found.extend([stored] if stored else [])
    return found


async def with_store(use: Any) -> Any:
    """What ``use`` answers, with the store open as long as that takes."""
    store = await open_store(Settings())
    try:
        return await use(store)
    finally:
        await store.close()


def _guarded(directory: Path, protocols: Path | None) -> tuple[dict[str, Any], list[Problem]]:
    try:
        return checked(directory, protocols)
    except ClinicflowError as failure:
        raise _failed(failure) from failure


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a command; what is wrong is printed and ends it with exit code 1."""
    try:
        return asyncio.run(work)
    except ClinicflowError as failure:
        raise _failed(failure) from failure


def _failed(failure: ClinicflowError) -> typer.Exit:
    lines = str(failure).splitlines()
    for line in lines:
        typer.echo(line, err=True)
    if isinstance(failure, InvalidBundle):
        typer.echo(f"{len(lines)} problems, nothing was applied", err=True)
    return typer.Exit(1)
