#!/bin/sh
# Runs once in a new PostgreSQL: the owner's role with its limits, and the database. The limits are on the role, because a
# SET does not survive transaction pooling.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$(cat /run/secrets/spotter_password)" <<'SQL'
create role spotter login createdb password :'password';
alter role spotter set statement_timeout = '5s';
alter role spotter set lock_timeout = '3s';
alter role spotter set idle_in_transaction_session_timeout = '10s';
alter role spotter set transaction_timeout = '15s';
create database spotter owner spotter template template0 encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8' locale 'C';
SQL
