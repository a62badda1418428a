"""Muscles, equipment, movements and levels as a lifter says them, in the reader's language."""

from app.words import _


def word(code: str) -> str:
    """The vocabulary of the catalogue; what is not in it is said as it is."""
    return _vocabulary().get(code, code)


def _vocabulary() -> dict[str, str]:
    return {**_muscles(), **_kinds(), **_stations(), **_kinds_of_movement(), **_tags()}


def _muscles() -> dict[str, str]:
    return {
        "abdominals": _("Abdominals"),
        "abductors": _("Abductors"),
        "adductors": _("Adductors"),
        "biceps": _("Biceps"),
        "calves": _("Calves"),
        "chest": _("Chest"),
        "forearms": _("Forearms"),
        "glutes": _("Glutes"),
        "hamstrings": _("Hamstrings"),
        "lats": _("Lats"),
        "lower back": _("Lower back"),
        "middle back": _("Middle back"),
        "neck": _("Neck"),
        "quadriceps": _("Quadriceps"),
        "shoulders": _("Shoulders"),
        "traps": _("Traps"),
        "triceps": _("Triceps"),
    }


def _kinds() -> dict[str, str]:
    return {
        "bands": _("Bands"),
        "barbell": _("Barbell"),
        "body only": _("Body only"),
        "cable": _("Cable"),
        "dumbbell": _("Dumbbell"),
        "e-z curl bar": _("E-Z curl bar"),
        "exercise ball": _("Exercise ball"),
        "foam roll": _("Foam roll"),
        "kettlebells": _("Kettlebells"),
        "machine": _("Machine"),
        "medicine ball": _("Medicine ball"),
        "other": _("Other equipment"),
    }


def _stations() -> dict[str, str]:
    return {
        "flat bench": _("Flat bench"),
        "incline bench": _("Incline bench"),
        "decline bench": _("Decline bench"),
        "preacher bench": _("Preacher bench"),
        "back extension bench": _("Back extension bench"),
        "rack": _("Rack"),
        "pull-up bar": _("Pull-up bar"),
        "dip bars": _("Dip bars"),
        "box": _("Box"),
        "wall": _("Wall"),
        "trap bar": _("Trap bar"),
        "landmine": _("Landmine"),
        "axle bar": _("Axle bar"),
        "leg press": _("Leg press"),
        "hack squat machine": _("Hack squat machine"),
        "leg extension machine": _("Leg extension machine"),
        "leg curl machine": _("Leg curl machine"),
        "smith machine": _("Smith machine"),
        "chest press machine": _("Chest press machine"),
        "pec deck": _("Pec deck"),
        "shoulder press machine": _("Shoulder press machine"),
        "row machine": _("Row machine"),
        "calf machine": _("Calf machine"),
        "hip abduction machine": _("Hip abduction machine"),
        "hip adduction machine": _("Hip adduction machine"),
        "glute machine": _("Glute machine"),
        "assisted pull-up machine": _("Assisted pull-up machine"),
        "ab machine": _("Ab machine"),
        "biceps machine": _("Biceps machine"),
        "triceps machine": _("Triceps machine"),
        "lateral raise machine": _("Lateral raise machine"),
        "pullover machine": _("Pullover machine"),
        "neck machine": _("Neck machine"),
        "treadmill": _("Treadmill"),
        "exercise bike": _("Exercise bike"),
        "air bike": _("Air bike"),
        "rowing machine": _("Rowing machine"),
        "cross trainer": _("Cross trainer"),
        "stair climber": _("Stair climber"),
        "ski machine": _("Ski machine"),
        "lat pulldown": _("Lat pulldown"),
        "seated cable row": _("Seated cable row"),
        "cable station": _("Cable station"),
        "rings": _("Rings"),
        "suspension trainer": _("Suspension trainer"),
        "jump rope": _("Jump rope"),
        "ab wheel": _("Ab wheel"),
        "sandbag": _("Sandbag"),
        "tyre": _("Tyre"),
        "log": _("Log"),
        "atlas stone": _("Atlas stone"),
        "yoke": _("Yoke"),
        "sled": _("Sled"),
        "battle ropes": _("Battle ropes"),
        "farmer's handles": _("Farmer's handles"),
        "weight plate": _("Weight plate"),
        "slider": _("Slider"),
        "stick": _("Stick"),
    }


def _kinds_of_movement() -> dict[str, str]:
    return {
        "strength": _("Strength"),
        "stretching": _("Stretching"),
        "plyometrics": _("Plyometrics"),
        "strongman": _("Strongman"),
        "powerlifting": _("Powerlifting"),
        "cardio": _("Cardio"),
        "olympic weightlifting": _("Olympic weightlifting"),
        "beginner": _("Beginner"),
        "intermediate": _("Intermediate"),
        "expert": _("Expert"),
        "push": _("Push"),
        "pull": _("Pull"),
        "static": _("Static"),
        "compound": _("Compound"),
        "isolation": _("Isolation"),
        "reps": _("Repetitions"),
        "time": _("Time"),
        "distance": _("Distance"),
        "sets_only": _("Sets only"),
    }


def _tags() -> dict[str, str]:
    return {
        "home friendly": _("At home"),
        "one side at a time": _("One side at a time"),
        "explosive": _("Explosive"),
        "warm-up": _("Warm-up"),
        "mobility": _("Mobility"),
        "beginner friendly": _("Good to begin with"),
        "bodyweight": _("Bodyweight"),
        "balance": _("Balance"),
        "grip": _("Grip"),
        "core": _("Core"),
        "upper body": _("Upper body"),
        "lower body": _("Lower body"),
        "full body": _("Full body"),
        "posterior chain": _("Posterior chain"),
        "conditioning": _("Conditioning"),
        "rehab friendly": _("Gentle on joints"),
        "low impact": _("Low impact"),
        "partner": _("With a partner"),
        "competition lift": _("Competition lift"),
        "accessory": _("Accessory"),
        "hypertrophy": _("Muscle growth"),
        "outdoors": _("Outdoors"),
    }


def fault(code: str, said: str = "") -> str:
    """What is wrong with a movement, or with a row of a file."""
    return {
        "name_missing": _("It needs a name."),
        "name_too_short": _("A name has at least three letters."),
        "name_too_long": _("A name has at most 100 characters."),
        "name_characters": _("A name needs letters."),
        "name_taken": _("There is one with this name already."),
        "name_twice": _("“%(said)s” is in this file twice.", said=said),
        "muscle_missing": _("Say which muscle it trains first."),
        "muscle_twice": _("%(said)s: either first or along with others, not both.", said=said),
        "cue_too_long": _("At most 4000 characters."),
        "category_unknown": _("“%(said)s” is no category here.", said=said),
        "level_unknown": _("“%(said)s” is no level here.", said=said),
        "force_unknown": _("“%(said)s” is neither push, pull nor static.", said=said),
        "mechanic_unknown": _("“%(said)s” is neither compound nor isolation.", said=said),
        "mode_unknown": _("Choose repetitions, time, distance or sets only."),
        "pattern_unknown": _("“%(said)s” is no movement pattern here.", said=said),
        "muscle_unknown": _("“%(said)s” is no muscle here.", said=said),
        "equipment_unknown": _("“%(said)s” is no equipment here.", said=said),
        "tag_unknown": _("“%(said)s” is no tag here.", said=said),
    }.get(code) or _("This does not look right.")


def unreadable(code: str) -> str:
    """What is wrong with a file as a whole."""
    return {
        "not_text": _("This file is no text in UTF-8."),
        "not_json": _("This is no list of movements in JSON."),
        "no_name_column": _("The first row must name the columns, one of them “name”."),
        "too_many_rows": _("At most 10,000 rows at once."),
        "empty": _("Choose a file that holds something."),
    }.get(code) or _("This does not look right.")
