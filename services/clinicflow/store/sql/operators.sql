-- name: dead_letters
-- Dead letters, newest first.
select dead_letter_id::text as dead_letter_id, org_id, kind, reason, at, partition, position, agent,
    event_id::text as event_id, case_id::text as case_id, event_type, attempts, resubmitted_as::text as resubmitted_as,
    payload_hash
from dead_letter where resubmitted_as is null or not :open_only::boolean order by at desc, dead_letter_id limit :limit::bigint;

-- name: dead_letter^
-- One dead letter with its own payload, else that of the journal row where it happened.
select d.dead_letter_id::text as dead_letter_id, d.org_id, d.kind, d.reason, d.at, d.partition, d.position, d.agent,
    d.event_id::text as event_id, d.case_id::text as case_id, d.event_type, d.attempts,
    d.resubmitted_as::text as resubmitted_as, d.payload_hash, d.payload as kept, j.payload as journaled
from dead_letter d left join place p on p.partition = d.partition and p.position = d.position
    left join journal j on j.jid = p.jid and d.kind in ('decode', 'step')
where d.dead_letter_id = :id::uuid;

-- name: mark_resubmitted!
-- Remember the re-submission of a dead letter.
update dead_letter set resubmitted_as = :event::uuid, attempts = attempts + 1 where dead_letter_id = :id::uuid;

-- name: counts^
-- Counts for doctor and metrics.
select (select count(*) from unplaced) as unplaced,
    coalesce((now_micros() - (select received_at from journal where jid = (select min(jid) from unplaced))) / 1e6, 0)::float8
        as oldest_unplaced_s,
    (select coalesce(sum(position + 1), 0)::bigint from head) as placed,
    (select count(*) from dead_letter where resubmitted_as is null) as dead_letters,
    (select count(*) from timer where fires_at < now_micros())
        + (select count(*) from task where escalate_at < now_micros() and open) as timers_overdue;

-- name: lags
-- How far each group is behind in each partition, and since when the first event that it has not applied waits.
select g.grp, h.partition, h.position - coalesce(c.position, -1) as lag,
    greatest(0, coalesce((now_micros() - p.logged_at) / 1e6, 0))::float8 as waits_s
from (select distinct grp from agent_group) g cross join head h
    left join checkpoint c on c.grp = g.grp and c.partition = h.partition
    left join place p on p.partition = h.partition and p.position = coalesce(c.position, -1) + 1
order by 1, 2;

-- name: agent_groups
-- The group that runs each agent.
select agent, grp from agent_group order by agent;

-- name: states_after
-- Stored states of a group.
select case_id::text as case_id, state from case_state
where grp = :group and case_id > :after::uuid order by case_id limit :limit::bigint;

-- name: tasks_after
-- All tasks.
select task_id::text as task_id, body from task where task_id > :after::uuid order by task_id limit :limit::bigint;

-- name: timers_after
-- All running timers.
select timer_id::text as timer_id, partition, org_id, clinic_id, case_id::text as case_id, agent, rule, step,
    cause::text as cause, due_at, fires_at
from timer where timer_id > :after::uuid order by timer_id limit :limit::bigint;

-- name: lock_bundles!
-- Bundles of an organization change one at a time, until the end of the transaction.
select pg_advisory_xact_lock(7103, hashtext(:org::text));

-- name: bundle_in_force^
-- The bundle in force.
select b.org_id, b.number, b.hash, b.document, b.applied_at
from bundle_in_force f join bundle b on b.org_id = f.org_id and b.number = f.number where f.org_id = :org;

-- name: bundle^
-- A bundle by number.
select org_id, number, hash, document, applied_at from bundle where org_id = :org and number = :number;

-- name: add_bundle^
-- Store a bundle under the next number.
insert into bundle (org_id, number, hash, document, applied_at)
select :org::text, coalesce(max(number), 0) + 1, :hash, :document::json, :at from bundle where org_id = :org
returning org_id, number, hash, document, applied_at;

-- name: bring_into_force!
-- Decide by this bundle from now on.
insert into bundle_in_force (org_id, number) values (:org, :number) on conflict (org_id) do update set number = excluded.number;

-- name: orgs
-- Organizations that have a bundle.
select org_id from bundle_in_force order by org_id;

-- name: prune_changes$
-- Drop change rows that are older than a moment and sent to the tasks topic.
with gone as (
    delete from change where at < :before::bigint and seq <= (select coalesce(max(nullif(cursor, '')::bigint), 0) from tasks_sent)
    returning 1
) select count(*) from gone;

-- name: audit_rows
-- The audit rows of an organization, oldest first.
select org_id, at, actor_id, action, what from audit where org_id = :org order by seq;

-- name: broken_audit$
-- The first audit row of an organization that does not follow from the one before it; 0 when the last is not the head's.
with chain as (
    select seq, hash, audit_hash(coalesce(lag(hash) over w, ''), row_number() over w, org_id, at, actor_id, action, what) as meant
    from audit where org_id = :org window w as (order by seq)
), last as (
    select coalesce(max(seq), 0) as seq, coalesce((array_agg(hash order by seq desc))[1], '') as hash from chain
)
select coalesce(
    (select min(seq) from chain where hash <> meant),
    (select 0 from last left join audit_head h on h.org_id = :org
        where coalesce(h.seq, 0) <> last.seq or coalesce(h.hash, '') <> last.hash)
);

-- name: installation^
-- What was fixed at installation, and what the role of this session may do.
select partitions, journal::text as journal, key_check, current_user::text as role,
    pg_has_role(current_user, 'clinicflow_web', 'SET') as may_be_web,
    has_table_privilege('journal', 'INSERT') as writes
from (select) _ left join installation on true;

-- name: install!
-- Fix the number of partitions.
with fixed as (
    insert into installation (partitions) values (:partitions) on conflict (one) do nothing returning partitions
) insert into head (partition) select generate_series(0, partitions - 1) from fixed on conflict do nothing;

-- name: set_key_check$
-- Remember by which key file this installation encrypts; what an earlier process has set stays.
update installation set key_check = coalesce(key_check, :key_check) returning key_check;
