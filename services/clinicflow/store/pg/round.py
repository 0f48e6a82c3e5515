"""A worker's round as the columns of one SQL statement."""

from collections.abc import Callable, Sequence
from typing import Any

from clinicflow.store.encoding import PRIORITY, STATUS, encode_msgpack
from clinicflow.store.partition import partition_of
from clinicflow.store.rows import DeadLetter, NewEvent, PartitionMove, RejectionRow, Round, StateRow, TaskRow, TimerRow


def columns(round_: Round, partitions: int, letter_payloads: Sequence[bytes | None]) -> dict[str, Any]:
    """All parameters of the statement. Of several rows of one state, task or timer the last one stands."""
    cleared = list(dict.fromkeys(round_.timers_cleared))
    gone = {timer_id for _, timer_id in cleared}
    timers = {row.timer.timer_id: row for row in round_.timers_set if row.timer.timer_id not in gone}
    views = any(row.view is not None for row in round_.states)
    return {
        "group": round_.group,
        "wakes": bool(round_.tasks) or views,
        **_moves(round_.moves),
        **_states(list({row.case_id: row for row in round_.states}.values())),
        **_tasks(round_.tasks),
        **_timers(list(timers.values())),
        "cleared_partitions": [partition for partition, _ in cleared],
        "cleared_ids": [timer_id for _, timer_id in cleared],
        **_derived(round_.derived, partitions),
        **_rejections(round_.rejections),
        **_letters(round_.dead_letters, letter_payloads),
    }


def _pick(prefix: str, rows: Sequence[Any], **getters: Callable[[Any], Any]) -> dict[str, list[Any]]:
    return {f"{prefix}_{name}": [get(row) for row in rows] for name, get in getters.items()}


def _moves(moves: Sequence[PartitionMove]) -> dict[str, list[Any]]:
    rows = sorted(moves, key=lambda move: move.partition)  # two workers lock checkpoints in the same order
    return {
        "move_partitions": [row.partition for row in rows],
        "move_epochs": [row.epoch for row in rows],
        "move_froms": [row.from_position for row in rows],
        "move_tos": [row.to_position for row in rows],
        "move_koffsets": [row.koffset for row in rows],
    }


def _states(rows: Sequence[StateRow]) -> dict[str, list[Any]]:
    return {
        "state_cases": [row.case_id for row in rows],
        "state_partitions": [row.partition for row in rows],
        "state_orgs": [row.org_id for row in rows],
        "state_clinics": [row.clinic_id for row in rows],
        "state_kinds": [row.kind for row in rows],
        "state_opens": [row.open for row in rows],
        "state_incompletes": [row.incomplete for row in rows],
        "state_positions": [row.position for row in rows],
        "state_views": [None if row.view is None else encode_msgpack(row.view) for row in rows],
        "state_bodies": [row.state for row in rows],
    }


def _tasks(rows: Sequence[TaskRow]) -> dict[str, list[Any]]:
    """Every change goes to the feed, in order; only the last one of a task into the table."""
    last = {row.task.task_id: at for at, row in enumerate(rows)}
    return {
        "task_last": [last[row.task.task_id] == at for at, row in enumerate(rows)],
        "task_ids": [row.task.task_id for row in rows],
        "task_orgs": [row.org_id for row in rows],
        "task_clinics": [row.clinic_id for row in rows],
        "task_cases": [row.case_id for row in rows],
        "task_partitions": [row.partition for row in rows],
        "task_agents": [row.task.agent for row in rows],
        "task_activities": [row.task.activity for row in rows],
        "task_statuses": [STATUS[row.task.status] for row in rows],
        "task_priorities": [PRIORITY[row.task.priority] for row in rows],
        "task_dues": [row.task.due_at for row in rows],
        "task_escalations": [row.task.escalate_at for row in rows],
        "task_changed": [row.changed_at for row in rows],
        "task_positions": [row.position for row in rows],
        "task_bodies": [encode_msgpack(row) for row in rows],
    }


def _timers(rows: Sequence[TimerRow]) -> dict[str, list[Any]]:
    timers = [row.timer for row in rows]
    return {
        "timer_ids": [timer.timer_id for timer in timers],
        "timer_partitions": [row.partition for row in rows],
        "timer_orgs": [row.org_id for row in rows],
        "timer_clinics": [row.clinic_id for row in rows],
        "timer_cases": [row.case_id for row in rows],
        "timer_agents": [row.agent for row in rows],
        "timer_rules": [timer.rule for timer in timers],
        "timer_steps": [timer.step for timer in timers],
        "timer_causes": [timer.cause for timer in timers],
        "timer_dues": [timer.due_at for timer in timers],
        "timer_fires": [timer.fires_at for timer in timers],
    }


def _derived(rows: Sequence[tuple[int, NewEvent]], partitions: int) -> dict[str, list[Any]]:
    return _pick(
        "derived",
        rows,
        sources=lambda row: row[0],
        orgs=lambda row: row[1].org_id,
        events=lambda row: row[1].event_id,
        cases=lambda row: row[1].case_id,
        partitions=lambda row: partition_of(row[1].case_id, partitions),
        types=lambda row: row[1].type,
        hashes=lambda row: row[1].body_hash,
        resubmits=lambda row: row[1].resubmits,
        targets=lambda row: row[1].target_agent,
        payloads=lambda row: row[1].payload,
    )


def _rejections(rows: Sequence[RejectionRow]) -> dict[str, list[Any]]:
    return _pick(
        "rejected",
        rows,
        partitions=lambda row: row.partition,
        positions=lambda row: row.position,
        orgs=lambda row: row.org_id,
        events=lambda row: row.event_id,
        agents=lambda row: row.agent,
        codes=lambda row: row.code,
        reasons=lambda row: row.reason,
    )


def _letters(rows: Sequence[DeadLetter], payloads: Sequence[bytes | None]) -> dict[str, list[Any]]:
    return {
        **_pick(
            "letter",
            rows,
            ids=lambda row: row.dead_letter_id,
            orgs=lambda row: row.org_id,
            kinds=lambda row: row.kind,
            reasons=lambda row: row.reason,
            ats=lambda row: row.at,
            partitions=lambda row: row.partition,
            positions=lambda row: row.position,
            agents=lambda row: row.agent,
            events=lambda row: row.event_id,
            cases=lambda row: row.case_id,
            types=lambda row: row.event_type,
            attempts=lambda row: row.attempts,
            hashes=lambda row: row.payload_hash,
        ),
        "letter_payloads": list(payloads),
    }
