"""What handing agents to another group means, without a database: who moves, from where on, how rows are cut."""

from collections.abc import Mapping, Sequence

import msgspec

from clinicflow.errors import GroupConflict

VIEW_AGENT = "flow"
"""The agent that makes what boards show of a visit: the view stays beside its state."""


class CaseCut(msgspec.Struct, frozen=True):
    """A case row of one group; ``view`` and ``state`` are msgpack."""

    case_id: str
    grp: str
    partition: int
    org_id: str
    clinic_id: str
    kind: str
    open: bool
    incomplete: bool
    position: int
    view: bytes | None
    state: bytes


class Plan(msgspec.Struct, frozen=True):
    """Agents in ``moves`` go from the groups in ``sources`` to ``target``; ``emptied`` ones run nothing any more."""

    target: str
    moves: tuple[str, ...]
    unowned: tuple[str, ...]
    sources: tuple[str, ...]
    emptied: tuple[str, ...]
    target_runs: bool
    """Whether the target already runs other agents, so that its position counts too."""


def newcomers(groups: Mapping[str, str], group: str, agents: Sequence[str]) -> list[str]:
    """Agents that ``group`` runs for the first time. Raises GroupConflict when another cut is in force."""
    for agent in sorted(agents):
        other = groups.get(agent, group)
        if other != group:
            raise GroupConflict(
                f"Expected agent {agent} in group {group}, but group {other} runs it; stop its workers and hand it "
                f"over with: {_command(group, agents)}"
            )
    missing = sorted(agent for agent, owner in groups.items() if owner == group and agent not in agents)
    if missing:
        raise GroupConflict(
            f"Expected group {group} to run {', '.join(missing)} as well, but this worker was started without; start "
            f"it with all of them, or give them to another group: {_command('NAME', missing)}"
        )
    return sorted(agent for agent in agents if agent not in groups)


def _command(group: str, agents: Sequence[str]) -> str:
    return " ".join(["clinicflow regroup", group, *(f"--agent {agent}" for agent in sorted(agents))])


def plan(groups: Mapping[str, str], target: str, agents: Sequence[str]) -> Plan:
    """Who moves when ``agents`` are handed to ``target``."""
    moves = tuple(sorted(agent for agent in set(agents) if groups.get(agent, target) != target))
    sources = tuple(sorted({groups[agent] for agent in moves}))
    staying = {owner for agent, owner in groups.items() if agent not in moves}
    return Plan(
        target=target,
        moves=moves,
        unowned=tuple(sorted(agent for agent in set(agents) if agent not in groups)),
        sources=sources,
        emptied=tuple(source for source in sources if source not in staying),
        target_runs=target in staying,
    )


def start(
    plan_: Plan, positions: Mapping[str, Mapping[int, tuple[int, int | None]]]
) -> dict[int, tuple[int, int | None]]:
    """Where the target goes on: (position, Kafka offset) of each partition.

    That is where the slowest of the groups that come together stands. Agents that were further get rows again which
    they have applied; folding knows those by the position in each agent's side of the case and leaves them out.
    """
    together = [*plan_.sources, *([plan_.target] if plan_.target_runs else [])]
    partitions = sorted({partition for name in together for partition in positions[name]})
    nowhere: tuple[int, int | None] = (-1, None)
    return {
        partition: min((positions[name].get(partition, nowhere) for name in together), key=lambda place: place[0])
        for partition in partitions
    }


def cut(rows: Sequence[CaseCut], plan_: Plan) -> list[CaseCut]:
    """The rows of one case, one a group, cut anew: each agent's side goes to the group that runs it from now on."""
    sides: dict[str, dict[str, msgspec.Raw]] = {}
    origin: dict[str, CaseCut] = {}
    for row in rows:
        for agent, side in msgspec.msgpack.decode(row.state, type=dict[str, msgspec.Raw]).items():
            owner = plan_.target if agent in plan_.moves else row.grp
            sides.setdefault(owner, {})[agent] = side
            origin.setdefault(owner, row)
    view = next((row.view for row in rows if row.view is not None), None)
    return [
        msgspec.structs.replace(
            origin[owner],
            grp=owner,
            view=view if VIEW_AGENT in parts else None,
            open=any(row.open for row in rows),
            incomplete=any(row.incomplete for row in rows),
            position=max(row.position for row in rows),
            state=msgspec.msgpack.encode(parts, order="deterministic"),
        )
        for owner, parts in sorted(sides.items())
    ]
