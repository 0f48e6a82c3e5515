"""Which group runs which agent in PostgreSQL, and handing agents over with their states and positions."""

from collections import defaultdict
from collections.abc import Sequence

from clinicflow.store import regrouping
from clinicflow.store.pg.pool import Pool, Session
from clinicflow.store.sql import Queries

_SQL = Queries("worker")
_BATCH = 2000
_FIRST = "00000000-0000-0000-0000-000000000000"


class PgGroups:
    """Registration and regrouping, one at a time in the whole installation."""

    _pool: Pool

    async def register_group(self, group: str, agents: Sequence[str]) -> None:
        """Make ``group`` the one that runs these agents; raises ``GroupConflict`` naming the group that does."""
        async with self._pool.transaction() as session:
            groups = await _locked_groups(session)
            newcomers = regrouping.newcomers(groups, group, agents)
            for agent in newcomers:
                await session.run(_SQL, "set_group", agent=agent, group=group)
            if newcomers:
                await session.run(_SQL, "rewind", group=group)

    async def regroup(self, group: str, agents: Sequence[str]) -> None:
        """Hand agents over to ``group``: their states and positions move with them, running workers are fenced."""
        async with self._pool.transaction() as session:
            groups = await _locked_groups(session)
            plan = regrouping.plan(groups, group, agents)
            if not plan.moves:
                for agent in plan.unowned:
                    await session.run(_SQL, "set_group", agent=agent, group=group)
                if plan.unowned:
                    await session.run(_SQL, "rewind", group=group)
                return
            touched = sorted({group, *plan.sources})
            # Fenced first: the row locks make a round that is being committed finish before positions are read.
            await session.run(_SQL, "fence", groups=touched)
            positions = {name: await _positions(session, name) for name in touched}
            for partition, (position, koffset) in sorted(regrouping.start(plan, positions).items()):
                values = {"group": group, "partition": partition, "position": position, "koffset": koffset}
                await session.run(_SQL, "set_position", **values)
            await _move_cases(session, plan, touched)
            for agent in (*plan.moves, *plan.unowned):
                await session.run(_SQL, "set_group", agent=agent, group=group)
            if plan.unowned:
                await session.run(_SQL, "rewind", group=group)
            for emptied in plan.emptied:
                await session.run(_SQL, "drop_group", group=emptied)


async def _locked_groups(session: Session) -> dict[str, str]:
    await session.run(_SQL, "lock_groups")
    return {row["agent"]: row["grp"] for row in await session.rows(_SQL, "agent_groups")}


async def _positions(session: Session, group: str) -> dict[int, tuple[int, int | None]]:
    rows = await session.rows(_SQL, "positions", group=group)
    return {row["partition"]: (row["position"], row["koffset"]) for row in rows}


async def _move_cases(session: Session, plan: regrouping.Plan, touched: list[str]) -> None:
    """Cut the case rows of the touched groups anew, in batches of cases."""
    after = _FIRST
    while True:
        upto = await session.value(_SQL, "case_bound", groups=touched, after=after, limit=_BATCH)
        if upto is None:
            return
        rows = await session.rows(_SQL, "group_cases", groups=touched, after=after, upto=upto)
        await session.run(_SQL, "drop_cases", groups=touched, after=after, upto=upto)
        by_case: dict[str, list[regrouping.CaseCut]] = defaultdict(list)
        for row in rows:
            by_case[row["case_id"]].append(regrouping.CaseCut(**dict(row)))
        cuts = [cut for parts in by_case.values() for cut in regrouping.cut(parts, plan)]
        await _put_cases(session, cuts)
        after = upto


async def _put_cases(session: Session, cuts: Sequence[regrouping.CaseCut]) -> None:
    names = {"cases": "case_id", "groups": "grp", "partitions": "partition", "orgs": "org_id", "clinics": "clinic_id"}
    names |= {"kinds": "kind", "opens": "open", "incompletes": "incomplete", "positions": "position"}
    names |= {"views": "view", "states": "state"}
    columns = {name: [getattr(cut, field) for cut in cuts] for name, field in names.items()}
    await session.run(_SQL, "put_cases", **columns)
