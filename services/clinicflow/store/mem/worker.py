"""The workers' port in memory."""

from collections.abc import Iterable, Sequence

from clinicflow.store import regrouping
from clinicflow.store.encoding import due_escalation, encode_msgpack
from clinicflow.store.mem.tables import Mark, Tables
from clinicflow.store.regrouping import CaseCut
from clinicflow.store.rows import CaseRows, Checkpoint, DueTimer, PlacedRow, Round, StateRow


class MemoryWorker:
    """What a worker of one group needs."""

    _tables: Tables

    async def register_group(self, group: str, agents: Sequence[str]) -> None:
        """Make ``group`` the one that runs these agents; raises ``GroupConflict`` naming the group that does."""
        newcomers = regrouping.newcomers(self._tables.agent_groups, group, agents)
        self._tables.agent_groups |= dict.fromkeys(newcomers, group)
        if newcomers:
            self._rewind(group)

    async def regroup(self, group: str, agents: Sequence[str]) -> None:
        """Hand agents over to ``group``: their states and positions move with them, running workers are fenced."""
        tables, plan = self._tables, regrouping.plan(self._tables.agent_groups, group, agents)
        touched = {group, *plan.sources} if plan.moves else set()
        positions: dict[str, dict[int, tuple[int, int | None]]] = {name: {} for name in touched}
        for (name, partition), mark in tables.marks.items():
            if name in touched:
                mark.epoch += 1
                positions[name][partition] = (mark.position, mark.koffset)
        for partition, place in (regrouping.start(plan, positions) if plan.moves else {}).items():
            epoch = tables.marks.get((group, partition), Mark()).epoch
            tables.marks[group, partition] = Mark(epoch + 1, *place)
        self._cut_cases(plan, touched)
        tables.agent_groups |= dict.fromkeys((*plan.moves, *plan.unowned), group)
        if plan.unowned:
            self._rewind(group)
        tables.marks = {key: mark for key, mark in tables.marks.items() if key[0] not in plan.emptied}

    def _rewind(self, group: str) -> None:
        """Let a group read everything once more, for an agent that is new to it."""
        for (name, _), mark in self._tables.marks.items():
            if name == group:
                mark.epoch, mark.position, mark.koffset = mark.epoch + 1, -1, None

    async def assign(self, group: str, partitions: Iterable[int]) -> dict[int, Checkpoint]:
        """Raise the epoch of these partitions for this worker and read where the group stands."""
        found = {}
        for partition in sorted(set(partitions)):
            mark = self._tables.marks.setdefault((group, partition), Mark())
            mark.epoch += 1
            found[partition] = Checkpoint(partition, mark.epoch, mark.position, mark.koffset)
        return found

    async def load_states(self, group: str, case_ids: Sequence[str]) -> dict[str, bytes]:
        """The stored states of these cases."""
        rows = ((case_id, self._tables.cases.get((case_id, group))) for case_id in case_ids)
        return {case_id: row.state for case_id, row in rows if row is not None}

    async def states_by_agent(self, agent: str, case_ids: Sequence[str]) -> dict[str, bytes]:
        """The same, of the group that runs an agent now; empty when none does."""
        group = self._tables.agent_groups.get(agent)
        return {} if group is None else await self.load_states(group, case_ids)

    async def case_histories(self, wanted: Sequence[CaseRows]) -> list[PlacedRow]:
        """The placed rows of cases, each up to a position of its own; those of a case in order."""
        return [row for one in wanted for row in self._rows_of(one)]

    def _rows_of(self, one: CaseRows) -> list[PlacedRow]:
        found = [row.placed for row in self._tables.by_case.get(one.case_id, ()) if row.placed is not None]
        mine = [row for row in found if (row.org_id, row.partition) == (one.org_id, one.partition)]
        return sorted((row for row in mine if row.position <= one.upto), key=lambda row: row.position)

    async def commit_round(self, round_: Round) -> frozenset[int]:
        """Write a round; the partitions whose epoch and position matched, now or at an earlier call."""
        tables = self._tables
        matched, settled = set(), set()
        for move in round_.moves:
            mark = tables.marks.get((round_.group, move.partition))
            if mark is None or mark.epoch != move.epoch:
                continue
            if mark.position == move.from_position:
                mark.position, mark.koffset = move.to_position, move.koffset
                matched.add(move.partition)
            elif mark.position == move.to_position:
                settled.add(move.partition)
        self._write(round_, matched)
        return frozenset(matched | settled)

    async def request_resend(self, partition: int, from_position: int) -> None:
        """Ask the relay to send a partition again from a position."""
        self._tables.resends[partition] = min(from_position, self._tables.resends.get(partition, from_position))

    async def due(self, now: int, limit: int) -> list[DueTimer]:
        """Timers and task escalations with ``fires_at`` <= now, oldest first."""
        found = [
            DueTimer(row.org_id, row.clinic_id, row.case_id, row.agent, timer.timer_id, timer.due_at, timer.fires_at)
            for row in self._tables.timers.values()
            if (timer := row.timer).fires_at <= now
        ]
        for task_row in self._tables.tasks.values():
            task = task_row.task
            if task.open and task.escalate_at is not None and task.escalate_at <= now:
                found.append(due_escalation(task_row))
        return sorted(found, key=lambda timer: (timer.fires_at, timer.timer_id))[:limit]

    def _write(self, round_: Round, matched: set[int]) -> None:
        tables = self._tables
        states = [row for row in {row.case_id: row for row in round_.states}.values() if row.partition in matched]
        tasks = [row for row in round_.tasks if row.partition in matched]
        for row in states:
            tables.cases[row.case_id, round_.group] = _case(row, round_.group)
        tables.tasks |= {row.task.task_id: row for row in tasks}
        for timer_row in round_.timers_set:
            if timer_row.partition in matched:
                tables.timers[timer_row.timer.timer_id] = timer_row
        for partition, timer_id in round_.timers_cleared:
            if partition in matched:
                tables.timers.pop(timer_id, None)
        for source, event in round_.derived:
            if source in matched:
                tables.add_journal(tables.number(), event)
        for refusal in round_.rejections:
            if refusal.partition in matched:
                tables.rejections.setdefault((refusal.partition, refusal.position, refusal.agent), refusal)
        for letter in round_.dead_letters:
            if letter.partition is None or letter.partition in matched:
                tables.letters.setdefault(letter.dead_letter_id, letter)
        visits = tuple(row.view for row in states if row.view is not None)
        if tasks or visits:
            tables.add_change(tuple(tasks), visits)

    def _cut_cases(self, plan: regrouping.Plan, touched: set[str]) -> None:
        old = [row for (_, name), row in sorted(self._tables.cases.items()) if name in touched]
        by_case: dict[str, list[CaseCut]] = {}
        for row in old:
            del self._tables.cases[row.case_id, row.grp]
            by_case.setdefault(row.case_id, []).append(row)
        for rows in by_case.values():
            self._tables.cases |= {(row.case_id, row.grp): row for row in regrouping.cut(rows, plan)}


def _case(row: StateRow, group: str) -> CaseCut:
    names = [name for name in CaseCut.__struct_fields__ if name not in ("grp", "view")]
    view = None if row.view is None else encode_msgpack(row.view)
    return CaseCut(grp=group, view=view, **{name: getattr(row, name) for name in names})
