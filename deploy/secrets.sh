#!/bin/sh
# Makes the stack's secrets once, in deploy/secrets (never in git). Run again, it changes nothing.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
make_one() { [ -s "secrets/$1" ] || od -An -N32 -tx1 /dev/urandom | tr -d ' \n' > "secrets/$1"; }
make_one postgres_password
make_one spotter_password
make_one spotter_secret
make_one metrics_token
password=$(cat secrets/spotter_password)
printf 'postgresql://spotter:%s@/spotter?host=/run/pgbouncer&port=6432' "$password" > secrets/database_url
printf 'postgresql://spotter:%s@/spotter?host=/run/postgresql' "$password" > secrets/direct_database_url
chmod 644 secrets/*
chmod 711 secrets
