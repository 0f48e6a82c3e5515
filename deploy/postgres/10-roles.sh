#!/bin/bash
# The database and its roles, made once by the image of PostgreSQL. The application's roles own nothing.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -U postgres \
  -v owner="$CLINICFLOW_OWNER_PASSWORD" -v app="$CLINICFLOW_APP_PASSWORD" \
  -v web="$CLINICFLOW_WEB_PASSWORD" -v read="$CLINICFLOW_READ_PASSWORD" <<'SQL'
create role clinicflow_owner login password :'owner' nosuperuser nocreaterole;
create role clinicflow_app login password :'app' nosuperuser nocreaterole;
create role clinicflow_web login password :'web' nosuperuser nocreaterole;
create role clinicflow_read login password :'read' nosuperuser nocreaterole;
create database clinicflow owner clinicflow_owner;
\connect clinicflow
revoke all on schema public from public;
grant all on schema public to clinicflow_owner;
SQL
