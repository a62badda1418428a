"""Numbers for whoever watches: requests, statements, streams, jobs. In Prometheus' words, on `/metrics`."""

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
registry = CollectorRegistry()
requests = Histogram(
    "spotter_request_seconds", "Answers by method and class of status", ["method", "status"], buckets=SECONDS, registry=registry
)
statements = Counter("spotter_statements_total", "SQL statements of requests", registry=registry)
chores = Histogram(
    "spotter_chore_seconds", "Chores by name and outcome", ["chore", "outcome"], buckets=SECONDS, registry=registry
)

lookups = Counter("spotter_session_lookups_total", "Sessions looked for in the cache, by outcome", ["outcome"], registry=registry)
connections = Gauge(
    "spotter_pool_connections", "Connections to the database", ["state"], multiprocess_mode="livesum", registry=registry
)
streams = Gauge("spotter_streams", "Live regions that are open", multiprocess_mode="livesum", registry=registry)
cache_away = Gauge(
    "spotter_cache_away", "1 while the cache counts as gone and Postgres answers", multiprocess_mode="livemax", registry=registry
)
log_lines = Gauge("spotter_log_lines_waiting", "Lines not written yet", multiprocess_mode="livesum", registry=registry)
jobs = Gauge("spotter_jobs", "Acts that wait, by state", ["state"], multiprocess_mode="mostrecent", registry=registry)
oldest_job = Gauge(
    "spotter_job_age_seconds", "How long the oldest due act has waited", multiprocess_mode="mostrecent", registry=registry
)

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
_children: dict[tuple[str, int], Histogram] = {}


def saw_request(method: str, status: int, seconds: float, asked: int) -> None:
    key = (method if method in METHODS else "other", status // 100)
    child = _children.get(key)
    if child is None:
        child = _children[key] = requests.labels(key[0], f"{key[1]}xx")
    child.observe(seconds)
    statements.inc(asked)


def text() -> bytes:
    """All workers together when there are several, else this one."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(registry)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)
