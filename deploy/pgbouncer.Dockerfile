FROM debian:trixie-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends pgbouncer postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 spotter && useradd --uid 10001 --gid spotter --no-create-home spotter
COPY pgbouncer-sync pgbouncer-start /usr/local/bin/
USER spotter
ENTRYPOINT ["pgbouncer-start"]
