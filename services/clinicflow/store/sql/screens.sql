-- name: become_web!
-- The screens' role and the one organization whose rows exist for it, until the end of the transaction.
select set_config('role', 'clinicflow_web', true), set_config('app.org', :org, true);

-- name: visits
-- Visits as boards show them.
select view from case_state
where org_id = :org and shown and (open or not :open_only::boolean) and (:clinic::text is null or clinic_id = :clinic)
order by case_id;

-- name: events_since
-- Events of these types placed since then. Positions are dense and their times never go
-- back within a partition, so the first place since then is found by halving, and only what came later is looked at.
with recursive search (partition, low, high) as (
    select c.partition, 0::bigint, l.position + 1
    from (select distinct partition from checkpoint) c
        cross join lateral (select max(position) as position from place where partition = c.partition) l
    where l.position is not null
    union all
    select s.partition, case when p.logged_at < :since::bigint then p.position + 1 else s.low end,
        case when p.logged_at < :since::bigint then s.high else p.position end
    from search s join place p on p.partition = s.partition and p.position = (s.low + s.high) / 2
    where s.low < s.high
)
select p.partition, p.position, p.logged_at, p.bundle, j.org_id, j.event_id::text, j.case_id::text, j.type, j.payload,
    j.target_agent
from search s
    join place p on p.partition = s.partition and p.position >= s.low
    join journal j on j.jid = p.jid
where s.low = s.high and j.org_id = :org and j.type = any(:types::text[])
order by p.partition, p.position;

-- name: closed_views
-- Visits of these cases that have ended.
select view from case_state
where org_id = :org and case_id = any(:cases::uuid[]) and shown and not open
order by case_id;

-- name: open_tasks
-- Open tasks, most urgent first.
select body from task
where org_id = :org and open and (:clinic::text is null or clinic_id = :clinic)
order by priority desc, due_at, task_id limit :limit::bigint;

-- name: open_tasks_after
-- Open tasks of a clinic, page by page.
select body from task
where org_id = :org and clinic_id = :clinic and open and task_id > :after::uuid order by task_id limit :limit::bigint;

-- name: held_tasks
-- Open tasks of a clinic that somebody holds, most urgent first.
select body from task where org_id = :org and clinic_id = :clinic and open and status > 0
order by priority desc, due_at, task_id;

-- name: any_tasks
-- Tasks of any status, most urgent first.
select body from task
where org_id = :org and (:clinic::text is null or clinic_id = :clinic)
order by priority desc, due_at, task_id limit :limit::bigint;

-- name: case_tasks
-- Tasks of a case, most urgent first.
select body from task
where org_id = :org and case_id = :case::uuid and (:clinic::text is null or clinic_id = :clinic)
    and (open or not :open_only::boolean)
order by priority desc, due_at, task_id limit :limit::bigint;

-- name: task$
-- One task.
select body from task where org_id = :org and task_id = :task::uuid;

-- name: cursor$
-- The number of the newest change; when all were pruned, of the last one sent.
select coalesce((select max(seq) from change), (select nullif(cursor, '')::bigint from tasks_sent), 0);

-- name: changes
-- Changes after a number.
select seq, tasks, visits from change where seq > :after::bigint order by seq limit :limit::bigint;

-- name: personal
-- Encrypted personal values of patients with their wrapped keys, oldest first.
select p.patient_id, p.ref, p.field, p.value, k.wrapped
from personal p join patient_key k using (org_id, patient_id)
where p.org_id = :org and p.patient_id = any(:patients::text[]) and k.wrapped is not null order by p.seq;

-- name: personal_refs
-- Encrypted personal values by reference with their wrapped keys.
select p.patient_id, p.ref, p.field, p.value, k.wrapped
from personal p join patient_key k using (org_id, patient_id)
where p.org_id = :org and p.patient_id = :patient and p.ref = any(:refs::text[]) and k.wrapped is not null;

-- name: incomplete_cases
-- Cases where an agent missed an event.
select case_id::text as case_id from case_state where org_id = :org and incomplete
union
select case_id::text from dead_letter
where org_id = :org and case_id is not null and resubmitted_as is null and kind in ('decode', 'step')
order by 1;

-- name: forgotten
-- Visits in a clinic without an open task and without a running timer. A visit counts once every group has passed
-- what was last written about it: one that is behind may be about to make the task.
-- Since when: what was last written about it was placed then.
select v.case_id::text as case_id, v.clinic_id, p.logged_at as since
from case_state v
    cross join lateral (select max(s.position) as position from case_state s where s.case_id = v.case_id) last
    join place p on p.partition = v.partition and p.position = last.position
where v.org_id = :org and v.kind = 'visit' and v.open and v.shown
    and not exists (select from task t where t.case_id = v.case_id and t.open)
    and not exists (select from timer t where t.case_id = v.case_id and t.step <> 1) -- 1: asks at closing time
    and (select min(coalesce(c.position, -1)) from (select distinct grp from agent_group) g
        left join checkpoint c on c.grp = g.grp and c.partition = v.partition)
        >= last.position
order by 1;
