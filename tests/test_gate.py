"""Before a release everything has to be green: one red stage makes the whole gate red, and the machines go through every gate."""

from pathlib import Path

import pytest

from tools import stages
from tools.stages import Stage

ROOT = Path(__file__).parents[1]


@pytest.mark.real
def test_one_red_stage_makes_the_gate_red_and_the_others_run_all_the_same(tmp_path, monkeypatch, capfd):
    for name, says in (("red", "assert False"), ("green", "pass")):
        (tmp_path / f"test_{name}.py").write_text(f"def test_it():\n    {says}\n")
    drawn = tuple(Stage(name, [str(tmp_path / f"test_{name}.py")], tries=1) for name in ("red", "green"))
    monkeypatch.setattr(stages, "STAGES", drawn)
    assert stages.main(["green"]) == 0
    assert stages.main([]) == 1
    assert stages.main(["no such stage"]) == 1
    said = capfd.readouterr().out
    assert "RED  red" in said
    assert said.count("ok   green") == 2


def test_every_change_is_checked_and_tested_and_every_night_stormed_and_measured():
    for workflow, gates in {"ci": ("make check", "make test"), "nightly": ("make storm", "make bench")}.items():
        text = (ROOT / ".github" / "workflows" / f"{workflow}.yaml").read_text()
        assert all(f"run: {gate}\n" in text for gate in gates), workflow


def test_no_test_stands_outside_the_stages():
    """Every folder of tests is in a stage of its own or in the first two."""
    alone = {word.rstrip("/").rsplit("/", 1)[-1] for stage in stages.STAGES for word in stage.words if word.startswith("tests/")}
    left_out = {word.rsplit("/", 1)[-1] for stage in stages.STAGES[:2] for word in stage.words if word.startswith("--ignore")}
    assert alone == left_out
