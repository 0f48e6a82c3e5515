"""``clinicflow bundle migrate``: what has begun goes by the bundle in force from here on.

A visit or an order keeps the bundle that it began with. When a rule must count for those who are here already, each of
their cases is told so by an event, ``bundle-migrated``; the rechecker then looks at the open tasks. An endless case
(a room, a shift) goes by the bundle in force anyway and is left out.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Annotated, NamedTuple

import msgspec
import typer

from clinicflow.codec import encode
from clinicflow.core.ids import named
from clinicflow.errors import UnknownBundle, UnknownClinic
from clinicflow.events import BundleMigrated
from clinicflow.live.clock import system_now
from clinicflow.store.bundle_commands import app, bundle_app, run, with_store
from clinicflow.store.ports import Store
from clinicflow.store.rows import IN_FORCE, NewEvent, StoredBundle, rules_number

__all__ = ["app", "migrate", "open_cases"]

_AT_ONCE = 500


class OpenCase(NamedTuple):
    """A case with something left to do, where it is, and whose it is."""

    case_id: str
    clinic_id: str
    patient_id: str | None


class Migrated(msgspec.Struct, frozen=True):
    """The bundle now in force, and how many cases were told of it; ``before`` had been told so by an earlier call."""

    bundle: int
    told: int
    before: int


async def open_cases(store: Store, stored: StoredBundle, clinic_id: str | None = None) -> list[OpenCase]:
    """Open visits and cases with open tasks that may go by an earlier bundle, by case id; of one clinic or of all."""
    visits = await store.visits(stored.org_id, clinic_id)
    clinics = {clinic_id} if clinic_id else {*stored.document["clinics"], *(visit.clinic_id for visit in visits)}
    found, settled = (
        {visit.case_id: OpenCase(visit.case_id, visit.clinic_id, visit.patient_id) for visit in visits},
        set(),
    )
    for clinic in sorted(clinics):
        async for rows in store.open_tasks(stored.org_id, clinic):
            for row in rows:
                if rules_number(row) in (IN_FORCE, stored.number):
                    settled.add(row.case_id)
                else:
                    found[row.case_id] = OpenCase(row.case_id, row.clinic_id, row.patient_id)
    return sorted(case for name, case in found.items() if name not in settled)


async def migrate(store: Store, stored: StoredBundle, cases: Iterable[OpenCase], now: int) -> Migrated:
    """Tell each case that it goes by this bundle from here on. Again adds nothing: the event's id follows from both."""
    events = [_event(stored, case, now) for case in cases]
    answers = [
        answer
        for first in range(0, len(events), _AT_ONCE)
        for answer in await store.append(events[first : first + _AT_ONCE])
    ]
    told = sum(answer.status == "stored" for answer in answers)
    return Migrated(stored.number, told, len(answers) - told)


def _event(stored: StoredBundle, case: OpenCase, now: int) -> NewEvent:
    name = f"bundle-migrated|{stored.org_id}|{case.case_id}|{stored.number}"
    event = BundleMigrated(
        event_id=named(name),
        org_id=stored.org_id,
        clinic_id=case.clinic_id,
        case_id=case.case_id,
        patient_id=case.patient_id,
        occurred_at=now,
        recorded_at=now,
        source_system="clinicflow",
        to_bundle=stored.number,
    )
    digest = blake2b(name.encode(), digest_size=16).digest()  # not over the times, which differ in a repeat
    return NewEvent(stored.org_id, event.event_id, case.case_id, event.TYPE, encode(event), digest)


@bundle_app.command("migrate")
def migrate_open_cases(
    org: Annotated[str, typer.Argument(help="Organization whose bundle in force is to count.", metavar="ORG")],
    clinic: Annotated[str | None, typer.Option(help="One clinic only; else all of the organization.")] = None,
    count: Annotated[bool, typer.Option("--count", help="Only say how many cases are concerned.")] = False,
) -> None:
    """Let what has begun go by the bundle in force, too: open visits and cases with open tasks."""
    cases, done = run(with_store(lambda store: _migrate(store, org, clinic, count)))
    if done is None:
        typer.echo(f"{cases} open cases of {org} would be told; nothing was changed")
        return
    earlier = f", {done.before} had been told before" if done.before else ""
    typer.echo(f"{done.told} open cases of {org} go by bundle {done.bundle} from here on{earlier}")
    if done.told:
        typer.echo("their open tasks are looked at again within half a minute")


async def _migrate(store: Store, org: str, clinic: str | None, count: bool) -> tuple[int, Migrated | None]:
    stored = await store.bundle(org)
    if stored is None:
        raise UnknownBundle(f"Expected an organization with a bundle in force, but {org} has none")
    if clinic is not None and clinic not in stored.document["clinics"]:
        known = ", ".join(sorted(stored.document["clinics"]))
        raise UnknownClinic(f"Expected a clinic of {org} ({known}), but got {clinic}")
    cases = await open_cases(store, stored, clinic)
    return len(cases), None if count else await migrate(store, stored, cases, system_now())
