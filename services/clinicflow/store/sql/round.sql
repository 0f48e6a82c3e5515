-- name: commit_round
-- A whole round in one statement. First the compare-and-set of each partition's checkpoint; every other write is
-- restricted to the partitions that matched. `changed` stands first so that its lock, which makes numbers appear in
-- order, is taken last and held shortest: the server finishes such sub-statements last to first.
with matched as (
    update checkpoint c set position = m.upto, koffset = m.koffset
    from unnest(:move_partitions::smallint[], :move_epochs::bigint[], :move_froms::bigint[], :move_tos::bigint[],
        :move_koffsets::bigint[]) as m (partition, epoch, since, upto, koffset)
    where c.grp = :group::text and c.partition = m.partition and c.epoch = m.epoch and c.position = m.since
    returning c.partition
), task_rows as materialized (
    select t.* from unnest(:task_last::boolean[], :task_ids::uuid[], :task_orgs::text[], :task_clinics::text[],
        :task_cases::uuid[], :task_partitions::smallint[], :task_agents::text[], :task_activities::text[],
        :task_statuses::smallint[], :task_priorities::smallint[], :task_dues::bigint[], :task_escalations::bigint[],
        :task_changed::bigint[], :task_positions::bigint[], :task_bodies::bytea[]
    ) with ordinality as t (last, task_id, org_id, clinic_id, case_id, partition, agent, activity, status, priority,
        due_at, escalate_at, changed_at, position, body, ord)
    where t.partition = any(array(select partition from matched))
), state_rows as materialized (
    select s.* from unnest(:state_cases::uuid[], :state_partitions::smallint[], :state_orgs::text[],
        :state_clinics::text[], :state_kinds::text[], :state_opens::boolean[], :state_incompletes::boolean[],
        :state_positions::bigint[], :state_views::bytea[], :state_bodies::bytea[]
    ) as s (case_id, partition, org_id, clinic_id, kind, open, incomplete, position, view, state)
    where s.partition = any(array(select partition from matched))
), changed as (
    insert into change (tasks, visits)
    select t.bodies, v.bodies
    from (select coalesce(array_agg(body order by ord), '{}') as bodies from task_rows) t,
        (select coalesce(array_agg(view), '{}') as bodies from state_rows where view is not null) v,
        (select pg_advisory_xact_lock(7102)) as ordered
    where t.bodies <> '{}' or v.bodies <> '{}'
), states as (
    insert into case_state (case_id, grp, partition, org_id, clinic_id, kind, open, shown, incomplete, position, view, state)
    select case_id, :group, partition, org_id, clinic_id, kind, open, view is not null, incomplete, position, view, state
    from state_rows
    on conflict (case_id, grp) do update set open = excluded.open, shown = excluded.shown, incomplete = excluded.incomplete,
        clinic_id = excluded.clinic_id, position = excluded.position, view = excluded.view, state = excluded.state
), tasks as (
    insert into task (task_id, org_id, clinic_id, case_id, partition, agent, activity, status, open, priority,
        due_at, escalate_at, changed_at, position, body)
    select task_id, org_id, clinic_id, case_id, partition, agent, activity, status, status < 4, priority, due_at,
        escalate_at, changed_at, position, body from task_rows where last
    on conflict (task_id) do update set clinic_id = excluded.clinic_id, status = excluded.status, open = excluded.open,
        priority = excluded.priority, due_at = excluded.due_at, escalate_at = excluded.escalate_at,
        changed_at = excluded.changed_at, position = excluded.position, body = excluded.body
), timers as (
    insert into timer (timer_id, partition, org_id, clinic_id, case_id, agent, rule, step, cause, due_at, fires_at)
    select t.* from unnest(:timer_ids::uuid[], :timer_partitions::smallint[], :timer_orgs::text[],
        :timer_clinics::text[], :timer_cases::uuid[], :timer_agents::text[], :timer_rules::text[],
        :timer_steps::integer[], :timer_causes::uuid[], :timer_dues::bigint[], :timer_fires::bigint[]
    ) as t (timer_id, partition, org_id, clinic_id, case_id, agent, rule, step, cause, due_at, fires_at)
    where t.partition = any(array(select partition from matched))
    on conflict (timer_id) do update set clinic_id = excluded.clinic_id, rule = excluded.rule, step = excluded.step,
        cause = excluded.cause, due_at = excluded.due_at, fires_at = excluded.fires_at
), cleared as (
    delete from timer t using unnest(:cleared_partitions::smallint[], :cleared_ids::uuid[]) as c (partition, timer_id)
    where t.timer_id = c.timer_id and c.partition = any(array(select partition from matched))
), derived as (
    insert into journal (org_id, event_id, case_id, partition, type, body_hash, resubmits, target_agent, payload)
    select org_id, event_id, case_id, partition, type, body_hash, resubmits, target_agent, payload
    from unnest(:derived_sources::smallint[], :derived_orgs::text[], :derived_events::uuid[], :derived_cases::uuid[],
        :derived_partitions::smallint[], :derived_types::text[], :derived_hashes::bytea[], :derived_resubmits::uuid[],
        :derived_targets::text[], :derived_payloads::bytea[]
    ) with ordinality as d (source, org_id, event_id, case_id, partition, type, body_hash, resubmits, target_agent,
        payload, ord)
    where d.source = any(array(select partition from matched)) order by ord
    on conflict (org_id, event_id) do nothing
    returning jid
), waiting as (
    insert into unplaced (jid) select jid from derived
), rejections as (
    insert into rejection (partition, position, org_id, event_id, agent, code, reason)
    select r.* from unnest(:rejected_partitions::smallint[], :rejected_positions::bigint[], :rejected_orgs::text[],
        :rejected_events::uuid[], :rejected_agents::text[], :rejected_codes::text[], :rejected_reasons::text[]
    ) as r (partition, position, org_id, event_id, agent, code, reason)
    where r.partition = any(array(select partition from matched))
    on conflict do nothing
), letters as (
    insert into dead_letter (dead_letter_id, org_id, kind, reason, at, partition, position, agent, event_id, case_id,
        event_type, attempts, payload_hash, payload)
    select l.* from unnest(:letter_ids::uuid[], :letter_orgs::text[], :letter_kinds::text[], :letter_reasons::text[],
        :letter_ats::bigint[], :letter_partitions::smallint[], :letter_positions::bigint[], :letter_agents::text[],
        :letter_events::uuid[], :letter_cases::uuid[], :letter_types::text[], :letter_attempts::integer[],
        :letter_hashes::text[], :letter_payloads::bytea[]
    ) as l (dead_letter_id, org_id, kind, reason, at, partition, position, agent, event_id, case_id, event_type,
        attempts, payload_hash, payload)
    where l.partition is null or l.partition = any(array(select partition from matched))
    on conflict (dead_letter_id) do nothing
)
select partition, case when :wakes::boolean then pg_notify('clinicflow_changes', '') end from matched;

-- name: committed
-- Which moves of a round stand in the checkpoints: written by an earlier attempt whose answer was lost.
select c.partition from checkpoint c join unnest(:partitions::smallint[], :epochs::bigint[], :tos::bigint[])
    as m (partition, epoch, upto) on c.partition = m.partition and c.epoch = m.epoch and c.position = m.upto
where c.grp = :group;
