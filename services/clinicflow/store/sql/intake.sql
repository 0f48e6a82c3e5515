-- name: append^
-- Journal events in order; left out are those whose id is there already and those about a case of another organization
-- (two searches of the index, before and after the own name). Answers how many were stored, and which when not all.
with input as (
    select * from unnest(
        :orgs::text[], :events::uuid[], :cases::uuid[], :partitions::smallint[], :types::text[], :hashes::bytea[],
        :resubmits::uuid[], :targets::text[], :payloads::bytea[]
    ) with ordinality as i (org_id, event_id, case_id, partition, type, body_hash, resubmits, target_agent, payload, ord)
), stored as (
    insert into journal (org_id, event_id, case_id, partition, type, body_hash, resubmits, target_agent, payload)
    select org_id, event_id, case_id, partition, type, body_hash, resubmits, target_agent, payload from input i
    where not exists (select from journal j where j.case_id = i.case_id and j.org_id < i.org_id)
        and not exists (select from journal j where j.case_id = i.case_id and j.org_id > i.org_id)
    order by ord
    on conflict (org_id, event_id) do nothing
    returning jid, org_id, event_id
), waiting as (
    insert into unplaced (jid) select jid from stored
)
select count(*) as stored,
    case when count(*) < cardinality(:events::uuid[]) then array_agg(org_id || ' ' || event_id::text) end as which
from stored;

-- name: body_hashes
-- The bodies' hashes of events that are in the journal.
select j.org_id, j.event_id::text as event_id, j.body_hash
from unnest(:orgs::text[], :events::uuid[]) as w (org_id, event_id) join journal j using (org_id, event_id);

-- name: resolve$
-- What an identifier stands for.
select target_id from identity
where org_id = :org and authority = :authority and kind = :kind and value_hash = :value_hash;

-- name: bind!
-- Make an identifier stand for something from now on.
insert into identity (org_id, authority, kind, value_hash, target_id)
values (:org, :authority, :kind, :value_hash, :target)
on conflict (org_id, authority, kind, value_hash) do update set target_id = excluded.target_id;

-- name: unbind!
-- Forget an identifier.
delete from identity where org_id = :org and authority = :authority and kind = :kind and value_hash = :value_hash;

-- name: save_message!
-- Store a message, or what became of it.
insert into message (org_id, message_id, feed, control_id, message_type, received_at, outcome, acknowledgement, reason,
    event_ids, patient_id, raw_hash, raw_owner, raw)
values (:org, :message::uuid, :feed, :control, :message_type, :received_at, :outcome, :acknowledgement, :reason,
    :event_ids, :patient, :raw_hash, :raw_owner, :raw)
on conflict (org_id, message_id) do update set outcome = excluded.outcome, reason = excluded.reason,
    acknowledgement = excluded.acknowledgement, event_ids = excluded.event_ids, patient_id = excluded.patient_id,
    raw = coalesce(excluded.raw, message.raw),
    raw_owner = case when excluded.raw is null then message.raw_owner else excluded.raw_owner end,
    raw_hash = case when excluded.raw is null then message.raw_hash else excluded.raw_hash end;

-- name: message_by_hash^
-- The first message with this control id and these bytes.
select *, message_id::text as id from message
where org_id = :org and feed = :feed and control_id = :control and raw_hash = :raw_hash order by seq limit 1;

-- name: control_id_used$
-- Whether a message of this feed came with this control id before.
select exists (select from message where org_id = :org and feed = :feed and control_id = :control);

-- name: messages
-- Messages, newest first.
select *, message_id::text as id from message
where org_id = :org and (:feed::text is null or feed = :feed) and (:control::text is null or control_id = :control)
    and (:outcome::text is null or outcome = :outcome)
order by seq desc limit :limit;

-- name: message^
-- One message.
select *, message_id::text as id from message where org_id = :org and message_id = :message::uuid;

-- name: message_counts
-- Messages by what became of them.
select outcome, count(*) as messages from message where org_id = :org group by outcome;

-- name: replace_personal!
-- Make room for new values of references (an upsert would need the right to read values).
delete from personal p using unnest(:orgs::text[], :patients::text[], :refs::text[]) as n (org_id, patient_id, ref)
where p.org_id = n.org_id and p.patient_id = n.patient_id and p.ref = n.ref;

-- name: put_personal!
-- Store encrypted personal values.
insert into personal (org_id, patient_id, ref, field, value)
select * from unnest(:orgs::text[], :patients::text[], :refs::text[], :fields::text[], :values::bytea[]);

-- name: wrapped_key^
-- A patient's wrapped key, and whether the patient was forgotten.
select wrapped, forgotten_at from patient_key where org_id = :org and patient_id = :patient;

-- name: add_key!
-- Keep a new key unless another process was first.
insert into patient_key (org_id, patient_id, wrapped) values (:org, :patient, :wrapped) on conflict do nothing;

-- name: forget!
-- Delete a patient's key for ever.
insert into patient_key (org_id, patient_id, wrapped, forgotten_at) values (:org, :patient, null, now_micros())
on conflict (org_id, patient_id) do update set wrapped = null, forgotten_at = coalesce(patient_key.forgotten_at, now_micros());

-- name: forget_values!
-- Remove what the key protected.
delete from personal where org_id = :org and patient_id = :patient;

-- name: audit!
-- Append audit rows of one organization to its chain.
select audit_append(:org::text, :ats::bigint[], :actors::text[], :actions::text[], :whats::text[]);

-- name: add_dead_letter!
-- Keep something that could not be used; the same letter again only tells that it was submitted again.
insert into dead_letter (dead_letter_id, org_id, kind, reason, at, partition, position, agent, event_id, case_id,
    event_type, attempts, resubmitted_as, payload_hash, payload)
values (:id::uuid, :org, :kind, :reason, :at, :partition, :position, :agent, :event::uuid, :case::uuid, :event_type,
    :attempts, :resubmitted_as::uuid, :payload_hash, :payload)
on conflict (dead_letter_id) do update
    set resubmitted_as = excluded.resubmitted_as, attempts = dead_letter.attempts + 1
    where excluded.resubmitted_as is not null;

-- name: outcome^
-- Where an event stands: its place, and how far the slowest group is in that partition.
select j.event_id::text as event_id, j.type, j.case_id::text as case_id, p.partition, p.position,
    (select min(coalesce(c.position, -1)) from (select distinct grp from agent_group) g
        left join checkpoint c on c.grp = g.grp and c.partition = p.partition) as reached
from journal j left join place p on p.jid = j.jid
where j.org_id = :org and j.event_id = :event::uuid;

-- name: rejections
-- The refusals of one event.
select partition, position, org_id, event_id::text as event_id, agent, code, reason
from rejection where partition = :partition and position = :position order by agent;

-- name: rejected
-- Those of some events that an agent refused.
select distinct j.event_id::text as event_id
from unnest(:events::uuid[]) as w (event_id) join journal j on j.org_id = :org and j.event_id = w.event_id
    join place p on p.jid = j.jid join rejection r on r.partition = p.partition and r.position = p.position;
