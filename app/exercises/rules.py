"""The words a movement is described with, what may be wrong with one, and how names are compared."""

import re
import unicodedata
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

MUSCLES = (
    "abdominals", "abductors", "adductors", "biceps", "calves", "chest", "forearms", "glutes", "hamstrings", "lats",
    "lower back", "middle back", "neck", "quadriceps", "shoulders", "traps", "triceps",
)  # fmt: skip
KINDS = (
    "bands", "barbell", "body only", "cable", "dumbbell", "e-z curl bar", "exercise ball", "foam roll", "kettlebells",
    "machine", "medicine ball", "other",
)  # fmt: skip
# What else stands on a floor, and which kind it counts as. Furniture is needed but is no kind to filter by.
STATIONS: dict[str, str | None] = {
    "flat bench": None, "incline bench": None, "decline bench": None, "preacher bench": None, "back extension bench": None,
    "rack": None, "pull-up bar": None, "dip bars": None, "box": None, "wall": None,
    "trap bar": "barbell", "landmine": "barbell", "axle bar": "barbell",
    "leg press": "machine", "hack squat machine": "machine", "leg extension machine": "machine", "leg curl machine": "machine",
    "smith machine": "machine", "chest press machine": "machine", "pec deck": "machine", "shoulder press machine": "machine",
    "row machine": "machine", "calf machine": "machine", "hip abduction machine": "machine", "hip adduction machine": "machine",
    "glute machine": "machine", "assisted pull-up machine": "machine", "ab machine": "machine", "biceps machine": "machine",
    "triceps machine": "machine", "lateral raise machine": "machine", "pullover machine": "machine", "neck machine": "machine",
    "treadmill": "machine", "exercise bike": "machine", "air bike": "machine", "rowing machine": "machine",
    "cross trainer": "machine", "stair climber": "machine", "ski machine": "machine",
    "lat pulldown": "cable", "seated cable row": "cable", "cable station": "cable",
    "rings": "other", "suspension trainer": "other", "jump rope": "other", "ab wheel": "other", "sandbag": "other",
    "tyre": "other", "log": "other", "atlas stone": "other", "yoke": "other", "sled": "other", "battle ropes": "other",
    "farmer's handles": "other", "weight plate": "other", "slider": "other", "stick": "other",
}  # fmt: skip
ALWAYS_HERE = ("body only", "wall")
CATEGORIES = ("strength", "stretching", "plyometrics", "strongman", "powerlifting", "cardio", "olympic weightlifting")
LEVELS = ("beginner", "intermediate", "expert")
FORCES = ("pull", "push", "static")
MECHANICS = ("compound", "isolation")
MODES = ("reps", "time", "distance", "sets_only")
PATTERNS = (
    "horizontal push", "vertical push", "horizontal pull", "vertical pull", "squat", "lunge", "hinge", "hip thrust", "fly",
    "shoulder raise", "rear raise", "shrug", "elbow bend", "elbow straighten", "wrist", "knee bend", "knee straighten",
    "calf raise", "hip open", "hip close", "trunk bend", "trunk hold", "trunk turn", "carry", "jump", "throw", "olympic lift",
    "cardio", "stretch", "roll", "neck", "pullover", "drag",
)  # fmt: skip
TAGS = (
    "home friendly", "one side at a time", "explosive", "warm-up", "mobility", "beginner friendly", "bodyweight", "balance",
    "grip", "core", "upper body", "lower body", "full body", "posterior chain", "conditioning", "rehab friendly",
    "low impact", "partner", "competition lift", "accessory", "hypertrophy", "outdoors",
)  # fmt: skip

CATALOGUE = uuid5(NAMESPACE_URL, "spotter:catalogue")


def catalogue_id(slug: str) -> UUID:
    """The same movement has the same id in every gym."""
    return uuid5(CATALOGUE, slug)


def folded(said: str) -> str:
    """Without accents, case or punctuation: `Sentadilla búlgara` and `sentadilla bulgara` are one."""
    apart = unicodedata.normalize("NFKD", said.casefold()).replace("đ", "d").replace("ł", "l")
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w]|_", " ", bare).split())


def slug_of(name: str) -> str:
    return folded(name).replace(" ", "-")


def search_text(*names: str) -> str:
    """Every name fenced by bars, so that a whole name can be told from a part of one."""
    unique = dict.fromkeys(name for name in map(folded, names) if name)
    return "|" + "|".join(unique) + "|"


@dataclass(frozen=True, slots=True)
class Draft:
    """A movement as somebody describes it."""

    name: str
    category: str = "strength"
    level: str = "beginner"
    primary: tuple[str, ...] = ()
    secondary: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    force: str | None = None
    mechanic: str | None = None
    mode: str = "reps"
    pattern: str = ""
    cue: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    field: str
    code: str
    word: str = ""


def faults(draft: Draft) -> tuple[Fault, ...]:
    name = draft.name.strip()
    twice = sorted(set(draft.primary) & set(draft.secondary))
    found = [
        Fault(field, code, word)
        for field, code, word, wrong in (
            ("name", "name_missing", "", not name),
            ("name", "name_too_short", name, 0 < len(name) < 3),
            ("name", "name_too_long", name[:40], len(name) > 100),
            ("name", "name_characters", name[:40], bool(name) and not folded(name)),
            ("primary", "muscle_missing", "", not draft.primary),
            ("secondary", "muscle_twice", ", ".join(twice), bool(twice)),
            ("cue", "cue_too_long", "", len(draft.cue) > 4000),
        )
        if wrong
    ]
    return tuple(found) + tuple(_strangers(draft))


def _strangers(draft: Draft) -> list[Fault]:
    """Words that are not in our vocabulary."""
    asked: tuple[tuple[str, str, tuple[str | None, ...], tuple[str | None, ...]], ...] = (
        ("category", "category_unknown", (draft.category,), CATEGORIES),
        ("level", "level_unknown", (draft.level,), LEVELS),
        ("force", "force_unknown", (draft.force,), (None, *FORCES)),
        ("mechanic", "mechanic_unknown", (draft.mechanic,), (None, *MECHANICS)),
        ("mode", "mode_unknown", (draft.mode,), MODES),
        ("pattern", "pattern_unknown", (draft.pattern,), ("", *PATTERNS)),
        ("primary", "muscle_unknown", draft.primary, MUSCLES),
        ("secondary", "muscle_unknown", draft.secondary, MUSCLES),
        ("equipment", "equipment_unknown", draft.equipment, (*KINDS, *STATIONS)),
        ("tags", "tag_unknown", draft.tags, TAGS),
    )
    return [Fault(field, code, str(word)) for field, code, said, known in asked for word in said if word not in known]
