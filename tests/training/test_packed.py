"""A file of ours that was bent is refused with the place where it stops making sense."""

import json
from copy import deepcopy
from typing import Any
from uuid import UUID

import pytest

from app.training import packed

WHOLE: dict[str, Any] = {
    "format": "spotter-training", "version": 1, "workouts": [{
        "id": str(UUID(int=1)), "started_at": "2026-03-02T12:00:00Z", "started_on": "2026-03-02", "ended_at": "2026-03-02T13:00:00Z",
        "zone": "UTC", "status": "completed", "at": "2026-03-02T12:00:00Z", "exercises": [{
            "id": str(UUID(int=2)), "exercise_name": "Bench", "mode": "reps", "position": 1, "at": "2026-03-02T12:00:00Z", "sets": [{
                "id": str(UUID(int=3)), "position": 1, "reps": 5, "done_at": "2026-03-02T12:01:00Z", "at": "2026-03-02T12:01:00Z"}]}]}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("format", "else", "format"),
        ("version", 2, "version"),
        ("workouts.0.zone", "Moon/Sea", "workouts[0]"),
        ("workouts.0.zone", "../../etc/passwd", "workouts[0]"),
        ("workouts.0.status", "paused", "workouts[0].status"),
        ("workouts.0.ended_at", None, "workouts[0]"),
        ("workouts.0.ended_at", "2026-03-02T11:00:00Z", "workouts[0]"),
        ("workouts.0.started_on", "2020-01-01", "workouts[0]"),
        ("workouts.0.started_at", "0001-01-01T00:00:00Z", "workouts[0]"),
        ("workouts.0.notes", "nul \0 here", "workouts[0].notes"),
        ("workouts.0.exercises.0.mode", "time", "workouts[0].exercises[0]"),
        ("workouts.0.exercises.0.exercise_name", "  ", "workouts[0].exercises[0].exercise_name"),
        ("workouts.0.exercises.0.position", None, "workouts[0].exercises[0]"),
        ("workouts.0.exercises.0.reps_min", 1001, "workouts[0].exercises[0].reps_min"),
        ("workouts.0.exercises.0.sets.0.seconds", 30, "workouts[0].exercises[0]"),
        ("workouts.0.exercises.0.sets.0.done_at", None, "workouts[0].exercises[0]"),
        ("workouts.0.exercises.0.sets.0.rpe", 8.3, "workouts[0].exercises[0]"),
        ("workouts.0.exercises.0.sets.0.grams", -1, "workouts[0].exercises[0].sets[0].grams"),
        ("workouts.0.exercises.0.sets.0.reps", 10**30, "workouts[0].exercises[0].sets[0].reps"),
        ("rest_weeks", ["2026-03-03"], "rest_weeks[0]"),
        ("plans", [{"id": str(UUID(int=9)), "outline": {"name": ""}}], "plans[0]"),
        ("units", [{"id": str(UUID(int=9)), "name": " "}], "units[0]"),
    ],
)
def test_a_damaged_file_says_where(place: str, value: Any, said: str) -> None:
    file = deepcopy(WHOLE)
    *way, last = [int(step) if step.isdigit() else step for step in place.split(".")]
    target: Any = file
    for step in way:
        target = target[step]
    target[last] = value
    assert packed.read(json.dumps(file).encode()) == packed.Damaged(said)


@pytest.mark.parametrize("body", [b"{", b"{}", b"[]", b"{" * 5000, b'{"format": "\xff"}', b'{"format": "\\ud800"}'])
def test_what_is_no_file_of_ours_is_refused(body: bytes) -> None:
    assert isinstance(packed.read(body), packed.Damaged)
