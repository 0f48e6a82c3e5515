"""The workers' port in PostgreSQL."""

from collections.abc import Iterable, Sequence

from clinicflow.store.crypto import KeyRing
from clinicflow.store.encoding import decode_task, due_escalation
from clinicflow.store.pg import decode, keys
from clinicflow.store.pg.intake import in_journal, letter_values
from clinicflow.store.pg.pool import Pool
from clinicflow.store.pg.round import columns
from clinicflow.store.rows import CaseRows, Checkpoint, DueTimer, PartitionMove, PlacedRow, Round
from clinicflow.store.sql import Queries

_SQL = Queries("worker")
_ROUND = Queries("round")
_RELAY = Queries("relay")


class PgWorker:
    """What a worker of one group needs."""

    _pool: Pool
    _ring: KeyRing | None
    _partitions: int

    async def assign(self, group: str, partitions: Iterable[int]) -> dict[int, Checkpoint]:
        """Raise the epoch of these partitions for this worker and read where the group stands."""
        rows = await self._pool.rows(_SQL, "assign", group=group, partitions=sorted(set(partitions)))
        return {row["partition"]: Checkpoint(*row) for row in rows}

    async def load_states(self, group: str, case_ids: Sequence[str]) -> dict[str, bytes]:
        """The stored states of these cases."""
        return dict(await self._pool.rows(_SQL, "load_states", group=group, cases=list(case_ids)))

    async def states_by_agent(self, agent: str, case_ids: Sequence[str]) -> dict[str, bytes]:
        """The same, of the group that runs an agent now; empty when none does."""
        return dict(await self._pool.rows(_SQL, "states_by_agent", agent=agent, cases=list(case_ids)))

    async def case_histories(self, wanted: Sequence[CaseRows]) -> list[PlacedRow]:
        """The placed rows of cases, each up to a position of its own; those of a case in order."""
        values = {
            "orgs": [one.org_id for one in wanted],
            "cases": [one.case_id for one in wanted],
            "partitions": [one.partition for one in wanted],
            "uptos": [one.upto for one in wanted],
        }
        return decode.placed_rows(await self._pool.rows(_RELAY, "rows_of_cases", **values))

    async def commit_round(self, round_: Round) -> frozenset[int]:
        """Write a round in one statement; the partitions whose epoch and position matched.

        Calling it again with the same round is safe and settles a commit whose answer was lost: what an earlier call
        has written counts as matched, because only this round moves that epoch to that position.
        """
        payloads = await self._letter_payloads(round_)
        rows = await self._pool.rows(_ROUND, "commit_round", **columns(round_, self._partitions, payloads))
        matched = frozenset(row[0] for row in rows)
        rest = [move for move in round_.moves if move.partition not in matched]
        return matched | await self._settled(round_.group, rest) if rest else matched

    async def request_resend(self, partition: int, from_position: int) -> None:
        """Ask the relay to send a partition again from a position (one open request a partition)."""
        await self._pool.rows(_RELAY, "request_resend", partition=partition, position=from_position)

    async def due(self, now: int, limit: int) -> list[DueTimer]:
        """Timers and task escalations with ``fires_at`` <= now, oldest first."""
        timers = [DueTimer(**dict(row)) for row in await self._pool.rows(_SQL, "due_timers", now=now, limit=limit)]
        tasks = await self._pool.rows(_SQL, "due_escalations", now=now, limit=limit)
        timers += [due_escalation(decode_task(row[0])) for row in tasks]
        return sorted(timers, key=lambda timer: (timer.fires_at, timer.timer_id))[:limit]

    async def _settled(self, group: str, moves: Sequence[PartitionMove]) -> frozenset[int]:
        values = {
            "partitions": [move.partition for move in moves],
            "epochs": [move.epoch for move in moves],
            "tos": [move.to_position for move in moves],
        }
        return frozenset(row[0] for row in await self._pool.rows(_ROUND, "committed", group=group, **values))

    async def _letter_payloads(self, round_: Round) -> list[bytes | None]:
        """Foreign records are kept encrypted; what the journal holds is not kept twice."""
        if all(in_journal(letter) or not letter.payload for letter in round_.dead_letters):
            return [None] * len(round_.dead_letters)
        keys.needed(self._ring)
        async with self._pool.transaction() as session:
            letters = [await letter_values(session, self._ring, letter) for letter in round_.dead_letters]
        return [values["payload"] for values in letters]
