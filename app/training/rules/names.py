"""Another app's name for a movement, matched to ours: same words, any order, usual short forms. Unsure means: ask the person."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

SPOKEN = {
    "db": "dumbbell", "dbs": "dumbbell", "dumbbells": "dumbbell", "bb": "barbell", "kb": "kettlebell",
    "kettlebells": "kettlebell", "ohp": "overhead press", "rdl": "romanian deadlift", "sldl": "stiff leg deadlift",
    "cgbp": "close grip bench press", "ez": "ez bar", "bw": "bodyweight", "ghr": "glute ham raise",
    "pulldowns": "pulldown", "squats": "squat", "curls": "curl", "rows": "row", "lunges": "lunge", "raises": "raise",
    "presses": "press", "flyes": "fly", "flys": "fly", "flies": "fly", "flye": "fly", "extensions": "extension",
    "dips": "dip", "shrugs": "shrug", "pullups": "pull up", "pullup": "pull up", "chinups": "chin up",
    "chinup": "chin up", "pushups": "push up", "pushup": "push up", "situps": "sit up", "situp": "sit up",
    "deadlifts": "deadlift", "ups": "up", "legged": "leg", "legs": "leg", "calves": "calf", "triceps": "tricep",
    "biceps": "bicep", "military": "overhead", "crunches": "crunch", "planks": "plank", "kickbacks": "kickback",
    "thrusts": "thrust", "stepups": "step up", "machines": "machine", "cables": "cable", "bands": "band",
    "skullcrushers": "skullcrusher",
}  # fmt: skip
SMALL = frozenset({"the", "a", "with", "of", "on", "and", "in", "to", "weighted", "style", "exercise"})
IMPLIED = frozenset({"barbell", "bodyweight", "standing", "seated", "medium", "grip", "bar", "leverage"})
SURE, WORTH_ASKING = 80, 34


@dataclass(frozen=True, slots=True)
class Known:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Guess:
    id: UUID
    name: str
    score: int  # percent of the words in common


@dataclass(frozen=True, slots=True)
class Match:
    """`chosen` is set when nobody needs to be asked; `guesses` are the best candidates, best first."""

    said: str
    chosen: UUID | None
    guesses: tuple[Guess, ...] = ()


def folded(name: str) -> str:
    """Lower case, no accents, no punctuation: the form under which an answer is remembered."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("đ", "dj"))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.findall(r"[a-z0-9]+", letters)) or name.strip().lower()


def words(name: str) -> frozenset[str]:
    said = (SPOKEN.get(word, word) for word in folded(name).split())
    return frozenset(word for spoken in said for word in spoken.split() if word not in SMALL)


def match(said: str, catalogue: Sequence[Known], remembered: Mapping[str, UUID]) -> Match:
    if (answer := remembered.get(folded(said))) is not None:
        return Match(said, answer)
    wanted = words(said)
    ranked = [Guess(one.id, one.name, score(wanted, words(one.name))) for one in catalogue]
    ranked = sorted((one for one in ranked if one.score >= WORTH_ASKING), key=lambda one: (-one.score, len(one.name), one.name))
    best = ranked[:5]
    is_sure = bool(best) and best[0].score >= SURE and (len(best) == 1 or best[1].score < best[0].score)
    return Match(said, best[0].id if is_sure else None, tuple(best))


def score(wanted: frozenset[str], have: frozenset[str]) -> int:
    """Words in common over words in all; words that people leave out ("barbell" bench press) weigh a quarter."""
    if not wanted or not have:
        return 0
    if wanted == have:
        return 100
    common = _weight(wanted & have)
    return min(99, round(100 * common / (common + _weight(wanted ^ have))))


def _weight(some: frozenset[str]) -> float:
    return sum(0.25 if word in IMPLIED else 1.0 for word in some)
