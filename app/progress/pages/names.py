"""What measures, codes and verdicts are called, in the reader's language."""

from app.words import _


def measure_name(key: str) -> str:
    names = {
        "sleep_hours": _("Sleep"),
        "sleep_quality": _("Sleep quality"),
        "steps": _("Steps"),
        "weight_kg": _("Body weight"),
        "waist_cm": _("Waist"),
        "hip_cm": _("Hip"),
        "alcohol_units": _("Alcohol"),
        "mood": _("Mood"),
        "whr": _("Waist to hip"),
    }
    return names.get(key, key)


def field_name(key: str) -> str:
    """What a file or a day calls a thing, as a person would."""
    names = {
        "kcal": "kcal",
        "protein_g": _("Protein"),
        "carbs_g": _("Carbs"),
        "fat_g": _("Fat"),
        "breakfast": _("Breakfast"),
        "snack_1": _("First snack"),
        "lunch": _("Lunch"),
        "snack_2": _("Second snack"),
        "dinner": _("Dinner"),
        "notes": _("Note"),
        "note": _("Note"),
        "kind": _("Kind"),
        "code": _("Session"),
        "warmup": _("Warm-up"),
        "class_sessions": _("Classes"),
        "cardio": _("Cardio"),
        "mobility_cooldown": _("Mobility and cool-down"),
        "additional_exercises": _("More exercises"),
        "exercises": _("Exercises"),
        "measures": _("My own measures"),
        "had_creatine": _("Creatine"),
        "is_done": _("Done"),
        "focus": _("Focus"),
        "rpe": "RPE",
        "doses_taken": _("Doses"),
        "target": _("Target"),
        "supplement": _("Supplement"),
        "position": _("Session"),
    }
    return names.get(key) or measure_name(key)


def photo_refusal(code: str) -> str:
    sentences = {
        "empty": _("No photo arrived. Choose one and send it again."),
        "too_big": _("This photo is larger than 8 MB. Take it with a lower resolution or crop it."),
        "svg": _("Drawings are not taken, only photos."),
        "not_a_photo": _("This file is not a photo: JPEG, PNG, WebP, AVIF and HEIC are."),
        "polyglot": _("This file is a photo and something else at once, so it was not taken."),
        "too_many_pixels": _("This photo has more than 25 megapixels. Send a smaller one."),
        "broken": _("This photo is damaged or was cut off on the way. Try to send it again."),
        "too_slow": _("This photo took too long to open. Send a smaller one."),
    }
    return sentences.get(code, sentences["broken"])


def choice_sentence(code: str) -> str:
    sentences = {
        "needs_edit": _("This day has a check-in already. Look at both and choose."),
        "moved_on": _("This day was changed somewhere else since you opened it. Look at both and choose."),
        "gone": _("This day's check-in is not there any more. Save it as new, or leave it."),
        "id_taken": _("This form was already used for another day. Open the day again."),
    }
    return sentences[code]


def catalogue_refusal(code: str) -> str:
    sentences = {
        "name_taken": _("You have one with this name already."),
        "too_many": _("That would be more than this list holds."),
        "no_letters": _("The name needs at least one letter or digit."),
        "gone": _("This one is not there any more."),
    }
    return sentences[code]
