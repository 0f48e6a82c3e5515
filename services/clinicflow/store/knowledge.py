"""What events have told of people, as the staffing agent keeps it: read by who must know what a person may do now."""

from collections.abc import Collection, Iterable

import msgspec

from clinicflow.agents.staffing import agent
from clinicflow.core.bundle import Bundle
from clinicflow.core.ids import endless_case
from clinicflow.core.outcome import AgentCase
from clinicflow.core.standing import NOTHING, Known, Standing
from clinicflow.core.step import unpack
from clinicflow.store.ports import WorkerStore


async def of_staff(store: WorkerStore, org_id: str, staff: Iterable[str]) -> Known:
    """What was told of these people."""
    return Known(await _standings(store, {endless_case("staff", org_id, name): name for name in staff}))


async def at_clinic(store: WorkerStore, bundle: Bundle, clinic_id: str, others: Collection[str] = ()) -> Known:
    """What was told of all who work at a clinic, of ``others``, of those who were sent there, and of the site."""
    org_id, site = bundle.org_id, endless_case("clinic", bundle.org_id, clinic_id)
    names = {*bundle.staffing.rostered(clinic_id), *others}
    names |= {name for name, entry in bundle.staff_all.items() if clinic_id in entry.get("clinics", ())}
    found = await _standings(store, {site: "", **{endless_case("staff", org_id, name): name for name in names}})
    sent = {each.relief.staff_id for each in found.values() if each.relief is not None} - names
    if sent:
        found |= (await of_staff(store, org_id, sent)).staff
    there = found.pop("", NOTHING)
    return Known(found, there)


async def _standings(store: WorkerStore, names: dict[str, str]) -> dict[str, Standing]:
    """By the name that each case has in ``names``."""
    rows = await store.states_by_agent(agent.name, list(names))
    sides = {names[case_id]: unpack(state).get(agent.name) for case_id, state in rows.items()}
    return {name: _standing(side) for name, side in sides.items() if side is not None}


def _standing(side: AgentCase) -> Standing:
    return NOTHING if side.data is None else msgspec.convert(side.data, agent.state).standing
