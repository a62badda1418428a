"""Numbers for whoever watches: requests, statements, streams, jobs. In Prometheus' words, on `/metrics`."""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
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
