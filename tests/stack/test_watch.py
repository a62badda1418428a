"""The board and the alerts ask only for numbers that /metrics really tells."""

import json
import re
from pathlib import Path

import pytest
import yaml

from app import metrics
from tests.stack.house import DEPLOY, House

NAME = re.compile(r"\b(?:spotter|process|python)_[a-z_]+\b")
WATCH = DEPLOY / "watch"


def asked(path: Path) -> set[str]:
    if path.suffix == ".json":
        panels = json.loads(path.read_text())["panels"]
        texts = [target["expr"] for panel in panels for target in panel["targets"]]
    else:
        groups = yaml.safe_load(path.read_text())["groups"]
        texts = [rule["expr"] for group in groups for rule in group["rules"]]
        assert all(rule["annotations"].keys() == {"summary", "what_to_do"} for group in groups for rule in group["rules"])
    return {name for text in texts for name in NAME.findall(text)}


@pytest.mark.parametrize("path", sorted(WATCH.iterdir()), ids=lambda path: path.name)
def test_every_number_that_is_watched_exists(path: Path) -> None:
    told = {sample.name for family in metrics.registry.collect() for sample in family.samples}
    told |= {family.name for family in metrics.registry.collect()}
    # A histogram without a label yet has no samples: its family's name and the three that it will tell.
    told |= {f"{family.name}_{end}" for family in metrics.registry.collect() for end in ("count", "sum", "bucket", "total")}
    assert len(asked(path)) > 3
    assert asked(path) <= told


def test_pool_cache_and_queue_are_told_by_all_processes_together(stack: House) -> None:
    async def run() -> str:
        wire = stack.wire({"Authorization": "Bearer the stack's own"})
        return (await wire.get("/metrics")).text

    told = stack.run(run())
    for name in (
        'spotter_pool_connections{state="most"}',
        "spotter_streams",
        "spotter_cache_away",
        'spotter_jobs{state="waiting"}',
    ):
        assert name in told, told[:2000]
