-- The database as it is today. Numbered files under migrations/ lead here from any earlier one; a test compares.
-- Times are UTC microseconds (bigint): exact, eight bytes, the same number as in events.
-- Roles (made by whoever provides the server): clinicflow_owner owns all and migrates; clinicflow_app is intake, relay,
-- workers; clinicflow_web is what app becomes to read for a screen, of one organization (setting app.org);
-- clinicflow_read reads for replay. Personal values, keys, messages and identifiers are closed to clinicflow_read.

create function now_micros() returns bigint
    language sql volatile parallel safe
    return (extract(epoch from clock_timestamp()) * 1000000)::bigint;

-- What is fixed when the first process starts: number of partitions, the id that every Kafka record carries, and a keyed
-- hash by which another key file than the first one is noticed.
create table installation (
    one boolean primary key default true check (one),
    partitions smallint not null check (partitions > 0),
    journal uuid not null default gen_random_uuid(),
    installed_at bigint not null default now_micros(),
    key_check bytea
);

-- Written once, never updated: history, de-duplication, outbox and what an emptied broker is filled from.
create table journal (
    jid bigint generated always as identity primary key,
    org_id text not null,
    event_id uuid not null,
    case_id uuid not null,
    partition smallint not null,
    type text not null,
    received_at bigint not null default now_micros(),
    body_hash bytea not null,
    resubmits uuid,
    target_agent text,
    payload bytea not null,
    constraint journal_event unique (org_id, event_id)
);
create index journal_case on journal (case_id, org_id);

-- Committed but not placed yet. A row of a slow transaction appears late and is placed late, never skipped.
create table unplaced (
    jid bigint primary key
) with (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 20000);

create table place (
    partition smallint not null,
    position bigint not null,
    jid bigint not null,
    logged_at bigint not null,
    bundle integer not null,
    primary key (partition, position),
    constraint place_jid unique (jid)
);

-- The last placed position of a partition, and when it was placed (logged_at never goes back).
create table head (
    partition smallint primary key,
    position bigint not null default -1,
    logged_at bigint not null default 0
) with (fillfactor = 30);

create table lease (
    one boolean primary key default true check (one),
    epoch bigint not null,
    holder text not null,
    expires_at bigint not null
);

create table resend (
    partition smallint primary key,
    from_position bigint not null
);

create table tasks_sent (
    one boolean primary key default true check (one),
    cursor text not null default ''
);

create table agent_group (
    agent text primary key,
    grp text not null
);

create table checkpoint (
    grp text not null,
    partition smallint not null,
    epoch bigint not null,
    position bigint not null,
    koffset bigint,
    primary key (grp, partition)
) with (fillfactor = 30);

-- One row a case and group, whole. state: msgpack {agent: its side of the case}; view: msgpack of what boards show.
-- shown: there is a view. It is a column of its own because an update of a column that an index names costs index entries.
create table case_state (
    case_id uuid not null,
    grp text not null,
    partition smallint not null,
    org_id text not null,
    clinic_id text not null,
    kind text not null,
    open boolean not null,
    shown boolean not null,
    incomplete boolean not null,
    position bigint not null,
    view bytea,
    state bytea not null,
    primary key (case_id, grp)
) with (fillfactor = 60);
create index case_state_view on case_state (org_id, clinic_id) where shown and open;
create index case_state_incomplete on case_state (org_id) where incomplete;

-- status: 0 requested, 1 accepted, 2 in-progress, 3 on-hold, 4 completed, 5 failed, 6 cancelled, 7 entered-in-error.
-- priority: 0 routine, 1 urgent, 2 asap, 3 stat. body: msgpack of the whole row.
-- open: status < 4; apart, so that claiming and starting touch no index. The escalation timer is a column too.
create table task (
    task_id uuid primary key,
    org_id text not null,
    clinic_id text not null,
    case_id uuid not null,
    partition smallint not null,
    agent text not null,
    activity text not null,
    status smallint not null,
    open boolean not null,
    priority smallint not null,
    due_at bigint not null,
    escalate_at bigint,
    changed_at bigint not null,
    position bigint not null,
    body bytea not null
) with (fillfactor = 80);
create index task_open on task (org_id, clinic_id) where open;
create index task_case on task (case_id);
create index task_escalation on task (escalate_at) where escalate_at is not null;

create table timer (
    timer_id uuid primary key,
    partition smallint not null,
    org_id text not null,
    clinic_id text not null,
    case_id uuid not null,
    agent text not null,
    rule text not null,
    step integer not null,
    cause uuid not null,
    due_at bigint not null,
    fires_at bigint not null
);
create index timer_fires on timer (fires_at);
create index timer_case on timer (case_id);

-- One row a round: the numbered feed of screens and the outbox of the tasks topic. Numbers appear in order, because a
-- round draws its number under a lock that it holds until it is committed. Not compressed: pglz costs more than the disk.
create table change (
    seq bigint generated always as identity primary key,
    at bigint not null default now_micros(),
    tasks bytea[] not null,
    visits bytea[] not null
);
alter table change alter column tasks set storage external, alter column visits set storage external;

create table rejection (
    partition smallint not null,
    position bigint not null,
    agent text not null,
    org_id text not null,
    event_id uuid not null,
    code text not null,
    reason text not null,
    primary key (partition, position, agent)
);

-- The payload of a journal row is not repeated here; of anything else it is kept, encrypted.
create table dead_letter (
    dead_letter_id uuid primary key,
    org_id text,
    kind text not null check (kind in ('decode', 'step', 'message', 'foreign')),
    reason text not null,
    at bigint not null,
    partition smallint,
    position bigint,
    agent text,
    event_id uuid,
    case_id uuid,
    event_type text,
    attempts integer not null default 0,
    resubmitted_as uuid,
    payload_hash text not null default '',
    payload bytea
);
create index dead_letter_at on dead_letter (at desc);

create table bundle (
    org_id text not null,
    number integer not null,
    hash text not null,
    document json not null,
    applied_at bigint not null,
    primary key (org_id, number)
);

create table bundle_in_force (
    org_id text primary key,
    number integer not null,
    foreign key (org_id, number) references bundle
);

-- value_hash is a keyed hash: a medical record number cannot be read or guessed from it.
create table identity (
    org_id text not null,
    authority text not null,
    kind text not null,
    value_hash bytea not null,
    target_id text not null,
    primary key (org_id, authority, kind, value_hash)
);

-- raw is encrypted under the key of raw_owner: the patient, or '' for the organization while the patient is unknown.
create table message (
    org_id text not null,
    message_id uuid not null,
    seq bigint generated always as identity,
    feed text not null,
    control_id text not null,
    message_type text not null,
    received_at bigint not null,
    outcome text not null check (outcome in ('events', 'duplicate', 'unmatched', 'no-effect', 'dead-letter')),
    acknowledgement text not null,
    reason text not null,
    event_ids text[] not null,
    patient_id text,
    raw_hash bytea not null,
    raw_owner text not null default '',
    raw bytea,
    primary key (org_id, message_id)
);
create index message_newest on message (org_id, seq desc);
create index message_control on message (org_id, feed, control_id);
create index message_outcome on message (org_id, outcome);

-- A patient's data key, wrapped by the key file. patient_id '' is the organization's own. Deleting a row forgets the
-- patient: forgotten_at stays, so that no new key is made for old references.
create table patient_key (
    org_id text not null,
    patient_id text not null,
    wrapped bytea,
    forgotten_at bigint,
    primary key (org_id, patient_id),
    check ((wrapped is null) = (forgotten_at is not null))
);

create table personal (
    org_id text not null,
    patient_id text not null,
    ref text not null,
    field text not null,
    seq bigint generated always as identity,
    value bytea not null,
    primary key (org_id, patient_id, ref)
);

-- Append only, by audit_append alone; each row's hash covers the one before it, so that a change or a hole shows.
create table audit (
    org_id text not null,
    seq bigint not null,
    at bigint not null,
    actor_id text not null,
    action text not null,
    what text not null,
    hash bytea not null,
    primary key (org_id, seq)
);

create table audit_head (
    org_id text primary key,
    seq bigint not null,
    hash bytea not null
);

create function audit_hash(before bytea, seq bigint, org text, at bigint, actor text, action text, what text) returns bytea
    language sql immutable
    return sha256(before || convert_to(jsonb_build_array(seq, org, at, actor, action, what)::text, 'UTF8'));

create function audit_append(org text, ats bigint[], actors text[], actions text[], whats text[]) returns void
    language plpgsql security definer set search_path = pg_catalog, public
as $$
declare
    top audit_head;
begin
    insert into audit_head values (org, 0, ''::bytea) on conflict do nothing;
    select * into strict top from audit_head where org_id = org for update;
    for i in 1 .. coalesce(array_length(ats, 1), 0) loop
        top.hash := audit_hash(top.hash, top.seq + 1, org, ats[i], actors[i], actions[i], whats[i]);
        top.seq := top.seq + 1;
        insert into audit values (org, top.seq, ats[i], actors[i], actions[i], whats[i], top.hash);
    end loop;
    update audit_head set seq = top.seq, hash = top.hash where org_id = org;
end
$$;
revoke all on function audit_append from public;

-- Rights: what each role needs, nothing by default.
grant select, insert on installation, head to clinicflow_app;
grant update on head to clinicflow_app;
grant update (key_check) on installation to clinicflow_app;
grant select, insert on journal, place, rejection, bundle to clinicflow_app;
grant select, insert, delete on unplaced, change to clinicflow_app;
grant select, insert, update on lease, tasks_sent, bundle_in_force, patient_key, dead_letter, message to clinicflow_app;
grant select, insert, update, delete on resend, agent_group, checkpoint, case_state, task, timer, identity to clinicflow_app;
grant insert, delete, select (org_id, patient_id, ref) on personal to clinicflow_app;
grant execute on function audit_append to clinicflow_app, clinicflow_web;
grant select on audit, audit_head to clinicflow_app;
grant select on case_state, task, timer, journal, place, bundle, bundle_in_force, rejection, checkpoint, agent_group,
    patient_key, personal, dead_letter to clinicflow_web;
grant select on installation, journal, unplaced, place, head, lease, agent_group, checkpoint, case_state, task, timer,
    change, rejection, dead_letter, bundle, bundle_in_force, tasks_sent to clinicflow_read;

-- Row-level security on every table with an organization: forced, so that owning a table is no way around it.
do $$
declare
    name text;
begin
    foreach name in array array['journal', 'case_state', 'task', 'timer', 'rejection', 'dead_letter', 'bundle',
        'bundle_in_force', 'identity', 'message', 'patient_key', 'personal', 'audit', 'audit_head']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy owner_all on %I to clinicflow_owner using (true)', name);
        execute format('create policy app_all on %I to clinicflow_app using (true)', name);
        execute format('create policy read_all on %I for select to clinicflow_read using (true)', name);
        execute format(
            'create policy web_org on %I for select to clinicflow_web using (org_id = current_setting(''app.org'', true))',
            name);
    end loop;
end
$$;
