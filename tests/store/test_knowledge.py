"""What was told of people is read from the states that the staffing agent's group has stored, wherever it runs."""

from __future__ import annotations

import msgspec
import pytest

from clinicflow.agents.staffing.state import StaffingState
from clinicflow.core.bundle import compile_bundle
from clinicflow.core.ids import endless_case
from clinicflow.core.outcome import AgentCase
from clinicflow.core.pack import pack
from clinicflow.core.standing import NOTHING, Credential, Relief, Site, Standing
from clinicflow.store import knowledge
from clinicflow.store.ports import Store
from clinicflow.store.rows import NewEvent
from tests.core.bundle.small import document
from tests.store.given import ORG, a_round, placed, state, uid, worker

pytestmark = pytest.mark.asyncio
LOST = Standing(credentials={"rn": Credential(5, False)}, relief=Relief(6, "flo", "north"))
AWAY = Standing(sites={"pat": Site(7, False)})
ENTRIES = [{"id": name, "role": "RN", "clinics": clinics} for name, clinics in (("ana", ["north"]), ("flo", ["east"]))]


async def told(store: Store, standings: dict[str, Standing], group: str = "all") -> None:
    """Store the sides of the staffing agent, by case."""
    marks = await worker(store, ["staffing", "flow"], group)
    for number, (case, standing) in enumerate(standings.items()):
        [row] = await placed(store, NewEvent(ORG, uid(f"told {number}"), case, "credential-revoked", b"x", b"0" * 16))
        side = pack({"staffing": AgentCase(data=StaffingState(standing=standing), kind="staff")})
        mark = marks[row.partition]
        assert row.partition in await store.commit_round(
            a_round(mark, row.position, group=group, states=(state(row, side, view=None),))
        )
        marks[row.partition] = msgspec.structs.replace(mark, position=row.position)


def staff(name: str) -> str:
    return endless_case("staff", ORG, name)


async def test_of_people_of_whom_nothing_was_told_nothing_is_known(store: Store) -> None:
    known = await knowledge.of_staff(store, ORG, ["ana"])
    assert (known.staff, known.of("ana")) == ({}, NOTHING)


async def test_what_was_told_is_read_by_whoever_runs_the_agent(store: Store) -> None:
    await told(store, {staff("ana"): LOST}, group="people")
    assert await store.states_by_agent("vitals", [staff("ana")]) == {}
    assert (await knowledge.of_staff(store, ORG, ["ana", "flo"])).staff == {"ana": LOST}
    await store.regroup("others", ["staffing"])
    assert (await knowledge.of_staff(store, ORG, ["ana"])).of("ana") == LOST


async def test_of_a_clinic_all_is_known_its_staff_those_sent_there_and_its_site(store: Store) -> None:
    flo = Standing(credentials={"rn": Credential(1, True)})
    await told(store, {staff("ana"): LOST, staff("flo"): flo, endless_case("clinic", ORG, "north"): AWAY})
    bundle = compile_bundle(document(staff=ENTRIES), 1, {})
    known = await knowledge.at_clinic(store, bundle, "north")
    assert (known.of("ana"), known.of("flo"), known.site) == (LOST, flo, AWAY)
