#!/bin/bash
# The database and its roles, made once by the image of PostgreSQL. The application's roles own nothing.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -U postgres \
  -v owner="$CLINICFLOW_OWNER_PASSWORD" -v app="$CLINICFLOW_APP_PASSWORD" \
  -v web="$CLINICFLOW_WEB_PASSWORD" -v read="$CLINICFLOW_READ_PASSWORD" <<'SQL'
create role clinicflow_owner login nosuperuser nocreatedb nocreaterole nobypassrls password :'owner';
create role clinicflow_app login nosuperuser nocreatedb nocreaterole nobypassrls password :'app';
create role clinicflow_web login nosuperuser nocreatedb nocreaterole nobypassrls password :'web';
create role clinicflow_read login nosuperuser nocreatedb nocreaterole nobypassrls password :'read';
alter role clinicflow_read set default_transaction_read_only = on;
-- Services become the screens' role for what they read for a person; that role sees one organization at a time.
grant clinicflow_web to clinicflow_app with inherit false, set true;
create database clinicflow owner clinicflow_owner;
\connect clinicflow
revoke connect on database clinicflow from public;
grant connect on database clinicflow to clinicflow_owner, clinicflow_app, clinicflow_web, clinicflow_read;
alter schema public owner to clinicflow_owner;
revoke all on schema public from public;
grant usage on schema public to clinicflow_owner, clinicflow_app, clinicflow_web, clinicflow_read;
SQL
