-- name: take_lease^
-- Take the one lease when it is free or ours; each new holder raises the epoch.
insert into lease as l (epoch, holder, expires_at) values (1, :holder, now_micros() + :ttl::bigint)
on conflict (one) do update set holder = excluded.holder, expires_at = excluded.expires_at,
    epoch = l.epoch + case when l.holder = excluded.holder then 0 else 1 end
where l.holder = excluded.holder or l.expires_at < now_micros()
returning epoch;

-- name: place
-- Give committed unplaced rows, in order, the next dense positions; no row at all means that the lease is lost. The lease
-- is locked only when there is something to place: a lock is a write, and idle polling must not write.
with held as materialized (
    select epoch from lease where epoch = :epoch::bigint and exists (select from unplaced) for update
), taken as materialized (
    select u.jid from unplaced u where exists (select from held) order by u.jid limit :limit::bigint
), gone as (
    delete from unplaced u using taken t where u.jid = t.jid returning u.jid
), numbered as materialized (
    select j.*, row_number() over (partition by j.partition order by j.jid) as nth from gone join journal j on j.jid = gone.jid
), stamped as materialized (
    select n.jid, n.partition, h.position + n.nth as position, greatest(:now::bigint, h.logged_at) as logged_at,
        coalesce(f.number, 0) as bundle, n.org_id, n.event_id::text as event_id, n.case_id::text as case_id, n.type,
        n.payload, n.target_agent
    from numbered n join head h on h.partition = n.partition left join bundle_in_force f on f.org_id = n.org_id
), placed as (
    insert into place (partition, position, jid, logged_at, bundle)
    select partition, position, jid, logged_at, bundle from stamped
), raised as (
    update head h set position = s.position, logged_at = s.logged_at
    from (select partition, max(position) as position, max(logged_at) as logged_at from stamped group by partition) s
    where h.partition = s.partition
)
select s.partition, s.position, s.logged_at, s.bundle, s.org_id, s.event_id, s.case_id, s.type, s.payload, s.target_agent
from (select epoch from held union all select epoch from lease where epoch = :epoch::bigint limit 1) mine
    left join stamped s on true
order by s.partition, s.position;

-- name: heads
-- The last placed position of each partition.
select partition, position from head order by partition;

-- name: rows_from
-- Placed rows of a partition.
select p.partition, p.position, p.logged_at, p.bundle, j.org_id, j.event_id::text, j.case_id::text, j.type, j.payload,
    j.target_agent
from place p join journal j on j.jid = p.jid
where p.partition = :partition and p.position >= :position order by p.position limit :limit::bigint;

-- name: rows_until
-- The same up to a moment.
select p.partition, p.position, p.logged_at, p.bundle, j.org_id, j.event_id::text, j.case_id::text, j.type, j.payload,
    j.target_agent
from place p join journal j on j.jid = p.jid
where p.partition = :partition and p.position >= :position and p.logged_at <= :as_of::bigint
order by p.position limit :limit::bigint;

-- name: rows_of_case
-- Placed rows of one case in a partition.
select p.partition, p.position, p.logged_at, p.bundle, j.org_id, j.event_id::text, j.case_id::text, j.type, j.payload,
    j.target_agent
from journal j join place p on p.jid = j.jid
where j.case_id = :case::uuid and (:org::text is null or j.org_id = :org) and p.partition = :partition
    and p.position <= :upto::bigint and p.logged_at <= :as_of::bigint
order by p.position;

-- name: rows_of_cases
-- Placed rows of several cases, each up to a position of its own, as the corrections of one round ask for them.
select p.partition, p.position, p.logged_at, p.bundle, j.org_id, j.event_id::text, j.case_id::text, j.type, j.payload,
    j.target_agent
from unnest(:orgs::text[], :cases::uuid[], :partitions::smallint[], :uptos::bigint[]) as w (org, case_id, partition, upto)
join journal j on j.case_id = w.case_id and j.org_id = w.org
join place p on p.jid = j.jid and p.partition = w.partition and p.position <= w.upto
order by p.partition, p.position;

-- name: row_of_event
-- One placed event.
select p.partition, p.position, p.logged_at, p.bundle, j.org_id, j.event_id::text, j.case_id::text, j.type, j.payload,
    j.target_agent
from journal j join place p on p.jid = j.jid where j.org_id = :org and j.event_id = :event::uuid;

-- name: take_resends
-- Take the open requests to send again.
delete from resend returning partition, from_position;

-- name: request_resend!
-- Ask for a partition again; an open request is widened.
insert into resend (partition, from_position) values (:partition, :position)
on conflict (partition) do update set from_position = least(resend.from_position, excluded.from_position);

-- name: tasks_cursor$
-- The last change that was sent to the tasks topic.
select cursor from tasks_sent;

-- name: set_tasks_cursor$
-- Remember it while the lease is held.
insert into tasks_sent (cursor) select :cursor::text from lease where epoch = :epoch::bigint
on conflict (one) do update set cursor = excluded.cursor returning true;
