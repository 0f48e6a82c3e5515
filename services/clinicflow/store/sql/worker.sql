-- name: assign
-- Raise the epoch of partitions for a worker, and read where its group stands.
insert into checkpoint as c (grp, partition, epoch, position)
select :group::text, partition, 1, -1 from unnest(:partitions::smallint[]) as a (partition) order by partition
on conflict (grp, partition) do update set epoch = c.epoch + 1
returning partition, epoch, position, koffset;

-- name: load_states
-- Stored states of cases.
select case_id::text as case_id, state from case_state where grp = :group and case_id = any(:cases::uuid[]);

-- name: states_by_agent
-- Stored states of cases, of the group that runs an agent.
select c.case_id::text as case_id, c.state from agent_group g join case_state c on c.grp = g.grp
where g.agent = :agent and c.case_id = any(:cases::uuid[]);

-- name: positions
-- Where a group stands.
select partition, epoch, position, koffset from checkpoint where grp = :group order by partition;

-- name: due_timers
-- Timers whose time has come, oldest first.
select org_id, clinic_id, case_id::text as case_id, agent, timer_id::text as timer_id, due_at, fires_at
from timer where fires_at <= :now::bigint order by fires_at, timer_id limit :limit::bigint;

-- name: due_escalations
-- Open tasks whose next escalation has come, oldest first.
select body from task where escalate_at <= :now::bigint and open order by escalate_at, task_id limit :limit::bigint;

-- name: lock_groups!
-- Groups change one at a time, until the end of the transaction.
select pg_advisory_xact_lock(7101);

-- name: agent_groups
-- Which group runs which agent.
select agent, grp from agent_group order by agent;

-- name: set_group!
-- Make a group the one that runs an agent.
insert into agent_group (agent, grp) values (:agent, :group) on conflict (agent) do update set grp = excluded.grp;

-- name: fence!
-- Raise the epoch of all partitions of groups, so that their running workers write nothing more.
update checkpoint set epoch = epoch + 1 where grp = any(:groups::text[]);

-- name: set_position!
-- Put a group where another stands.
insert into checkpoint as c (grp, partition, epoch, position, koffset) values (:group, :partition, 1, :position, :koffset)
on conflict (grp, partition) do update set epoch = c.epoch + 1, position = excluded.position, koffset = excluded.koffset;

-- name: rewind!
-- A group reads everything once more: an agent that is new to it has to hear of all that happened. The others know
-- what they have applied by the position in each case, and leave it out.
update checkpoint set epoch = epoch + 1, position = -1, koffset = null where grp = :group;

-- name: drop_group!
-- A group that runs no agent any more has no position.
delete from checkpoint where grp = :group;

-- name: group_cases
-- Whole rows of a group's cases, in batches by case.
select case_id::text as case_id, grp, partition, org_id, clinic_id, kind, open, incomplete, position, view, state
from case_state where grp = any(:groups::text[]) and case_id > :after::uuid and case_id <= :upto::uuid order by case_id, grp;

-- name: case_bound$
-- The last case of the next batch.
select case_id::text from (
    select distinct case_id from case_state where grp = any(:groups::text[]) and case_id > :after::uuid
    order by case_id limit :limit::bigint
) batch order by batch.case_id desc limit 1;

-- name: drop_cases!
-- Remove rows that are written again in another cut.
delete from case_state where grp = any(:groups::text[]) and case_id > :after::uuid and case_id <= :upto::uuid;

-- name: put_cases!
-- Write case rows.
insert into case_state (case_id, grp, partition, org_id, clinic_id, kind, open, shown, incomplete, position, view,
    state)
select case_id, grp, partition, org_id, clinic_id, kind, open, view is not null, incomplete, position, view, state
from unnest(:cases::uuid[], :groups::text[], :partitions::smallint[], :orgs::text[], :clinics::text[],
    :kinds::text[], :opens::boolean[], :incompletes::boolean[], :positions::bigint[], :views::bytea[], :states::bytea[])
    as c (case_id, grp, partition, org_id, clinic_id, kind, open, incomplete, position, view, state);
