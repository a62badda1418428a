FROM debian:trixie-slim
# The newest of Debian 13, 1.24 with its security fixes: a pinned version would be gone from the mirrors after the next one.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends pgbouncer postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 spotter && useradd --uid 10001 --gid spotter --no-create-home spotter
COPY pgbouncer-sync pgbouncer-start /usr/local/bin/
USER 10001:10001
ENTRYPOINT ["pgbouncer-start"]
