"""The columns of every kind of file, their limits, and the other names they go by."""

import re
from dataclasses import dataclass
from decimal import Decimal

from app.progress.rules import measures
from app.progress.rules.measures import Measure


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` is day, number, text, line, flag, session, path or ignored. A required column must stand in the header,
    a filled one must have something in every row."""

    name: str
    kind: str = "text"
    measure: Measure | None = None
    limit: int = 0
    is_required: bool = False
    is_filled: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    columns: tuple[Column, ...]
    has_slots: bool = False  # exercise_1_name … exercise_n_name

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.is_required)


def _must(name: str, kind: str = "text", measure: Measure | None = None, limit: int = 0) -> Column:
    return Column(name, kind, measure, limit, is_required=True, is_filled=True)


def _text(name: str, limit: int) -> Column:
    return Column(name, "text", limit=limit)


def _number(name: str, measure: Measure) -> Column:
    return Column(name, "number", measure)


DAY = _must("log_date", "day")
TYPE = _must("session_type", "session")
MEALS = ("breakfast", "snack_1", "lunch", "snack_2", "dinner")
PARTS = ("warmup", "class_sessions", "cardio", "mobility_cooldown", "additional_exercises", "notes")
FLAGS = ("creatine_yn", "photo_yn")
BODY = ("sleep_hours", "sleep_quality", "steps", "weight_kg", "waist_cm", "hip_cm", "alcohol_units")

CHECK_INS = Kind(
    "check_ins",
    (
        DAY,
        *(_number(key, measures.BY_KEY[key]) for key in BODY),
        *(Column(name, "flag") for name in FLAGS),
        Column("photo_path", "path", limit=300),
        _number("mood", measures.BY_KEY["mood"]),
        _text("note", 4000),
        Column("whr", "ignored"),
    ),
)
DIET = Kind(
    "diet",
    (
        DAY,
        _must("calories_target_kcal", "number", measures.KCAL),
        _must("protein_target_g", "number", measures.PROTEIN),
        _must("carbs_target_g", "number", measures.CARBS),
        _must("fat_target_g", "number", measures.FAT),
        *(_text(meal, 600) for meal in MEALS),
        _text("notes", 600),
    ),
)
WORKOUT = Kind("workout", (DAY, TYPE, _text("plan_session_id", 48), *(_text(part, 700) for part in PARTS)), has_slots=True)
SESSIONS = Kind("sessions", (DAY, _must("plan_session_id", limit=48), TYPE, *(_text(part, 700) for part in PARTS)))
EXERCISES = Kind(
    "exercises",
    (
        DAY,
        _must("plan_session_id", limit=48),
        _must("exercise_order", "number", measures.ORDER),
        _must("exercise_name", "line", limit=90),
        _number("target_sets", measures.SETS),
        _number("target_reps_min", measures.REPS),
        _number("target_reps_max", measures.REPS),
        _number("target_weight_kg", measures.LOAD),
        _number("target_rpe", measures.RPE),
        _text("intensity_target", 140),
        _text("progression_weight_rule", 240),
        _text("progression_reps_rule", 240),
    ),
)
SUPPLEMENTS = Kind(
    "supplements",
    (
        DAY,
        _must("supplement", "line", limit=80),
        _must("doses_taken", "number", measures.DOSES_TAKEN),
        _number("doses_per_day", measures.DOSES_PER_DAY),
        _text("notes", 240),
    ),
)
POSITION = Measure("session_order", Decimal(1), Decimal(24), is_whole=True)
DONE_SESSIONS = Kind(
    "done_sessions",
    (
        DAY,
        _must("session_order", "number", POSITION),
        TYPE,
        Column("session_done_yn", "flag"),
        _text("class_done", 120),
        _number("rpe_session", measures.RPE),
        _text("notes", 700),
        Column("exercise_name", "line", limit=80),
        _number("weight_kg", measures.LOAD),
        _number("reps", measures.REPS),
        _number("rpe", measures.RPE),
        _text("topset_text", 120),
    ),
)
KINDS = {kind.name: kind for kind in (CHECK_INS, DIET, WORKOUT, SESSIONS, EXERCISES, SUPPLEMENTS, DONE_SESSIONS)}

SLOT_COLUMNS = (
    Column("name", "line", limit=90),
    _number("sets", measures.SETS),
    _number("reps_min", measures.REPS),
    _number("reps_max", measures.REPS),
    _number("weight_kg", measures.LOAD),
    _number("rpe", measures.RPE),
    _text("intensity_target", 140),
    _text("progression_weight_rule", 240),
    _text("progression_reps_rule", 240),
)
SLOT_NAMES = tuple(column.name for column in SLOT_COLUMNS)
MOST_SLOTS = 32
LEAST_SLOTS = 6  # the reference's template has six

_ALIASES = """
log_date: date day fecha dia datum dan
calories_target_kcal: kcal_target kcal calories calorias calorias_objetivo calories_target kalorije
protein_target_g: protein_target protein protein_g proteinas proteina_g proteinas_objetivo_g proteini
carbs_target_g: carbs_target carbs carbs_g carbohydrates carbohidratos carbohidratos_objetivo_g ugljeni_hidrati
fat_target_g: fat_target fat fat_g grasas grasa grasas_objetivo_g masti
breakfast: desayuno dorucak
snack_1: snack1 snack media_manana tentempie_1 uzina_1
lunch: comida almuerzo rucak
snack_2: snack2 merienda tentempie_2 uzina_2
dinner: cena vecera
plan_session_id: session_id sesion_id sesion
session_type: type tipo tipo_sesion kind tip
warmup: warm_up calentamiento zagrevanje
class_sessions: classes clases casovi
mobility_cooldown: mobility cooldown cool_down movilidad vuelta_a_la_calma
additional_exercises: additional extra_exercises ejercicios_adicionales
exercise_order: order orden redosled
exercise_name: exercise ejercicio vezba
target_sets: sets series serije
target_reps_min: reps_min repeticiones_min
target_reps_max: reps_max repeticiones_max
target_weight_kg: target_weight peso_objetivo_kg
target_rpe: rpe_objetivo
intensity_target: intensity intensidad
progression_weight_rule: weight_rule regla_peso
progression_reps_rule: reps_rule regla_reps
sleep_hours: sleep horas_sueno sueno_horas horas_de_sueno san_sati
sleep_quality: calidad_sueno sueno_calidad calidad_de_sueno kvalitet_sna
steps: pasos koraci
weight_kg: weight peso peso_kg tezina tezina_kg
waist_cm: waist cintura cintura_cm struk struk_cm
hip_cm: hip hips cadera cadera_cm kukovi kukovi_cm
alcohol_units: alcohol alcohol_unidades unidades_alcohol alkohol
creatine_yn: creatine creatina creatina_sn kreatin
photo_yn: photo foto foto_sn
photo_path: ruta_foto foto_ruta
mood: animo estado_de_animo raspolozenje
supplement: supplement_name suplemento suplement
doses_taken: taken dosis tomadas doze
doses_per_day: target_doses dosis_por_dia doza_dnevno
notes: nota notas napomena
"""
ALIASES = {
    alias: name for line in _ALIASES.strip().splitlines() for name, _, rest in [line.partition(": ")] for alias in rest.split()
}
SLOT = re.compile(r"(?:exercise|ex|ejercicio|vezba)_?([1-9]\d?)_(?:target_)?([a-z_]+)", re.ASCII)
SLOT_ALIASES = {
    "weight": "weight_kg",
    "intensity": "intensity_target",
    "weight_rule": "progression_weight_rule",
    "reps_rule": "progression_reps_rule",
    "nombre": "name",
    "series": "sets",
    "peso_kg": "weight_kg",
}


def named(heading: str, kind: Kind) -> str:
    """The column that a normalised heading means in this kind of file, or the heading itself."""
    names = {column.name for column in kind.columns}
    if heading in names:
        return heading
    if kind.has_slots and (slot := SLOT.fullmatch(heading)):
        part = SLOT_ALIASES.get(slot[2], slot[2])
        if part in SLOT_NAMES and int(slot[1]) <= MOST_SLOTS:
            return f"exercise_{int(slot[1])}_{part}"
    for name in candidates(heading):
        if name in names:
            return name
    return heading


def candidates(heading: str) -> list[str]:
    """`notes` is `note` in a check-in, `target_sets` is `sets` elsewhere: the first that this kind of file knows."""
    meant = ALIASES.get(heading, heading)
    notes = ["note", "notes"] if meant in ("note", "notes") else []
    return [meant, *notes, heading.removeprefix("target_"), f"target_{heading}", f"target_{meant}"]


def guess(headings: list[str]) -> Kind | None:
    """Which file this is, by what only that kind of file has; or what it nearly is, so that the missing column can be named."""
    for kind in (EXERCISES, DONE_SESSIONS, SUPPLEMENTS, DIET, SESSIONS, WORKOUT):
        if kind is SESSIONS and any(SLOT.fullmatch(heading) for heading in headings):
            continue
        if set(kind.required) <= {named(heading, kind) for heading in headings}:
            return kind
    nearest = max((CHECK_INS, DIET, WORKOUT, EXERCISES), key=lambda kind: told_by(kind, headings))
    return nearest if told_by(nearest, headings) else None


def told_by(kind: Kind, headings: list[str]) -> int:
    """How many headings speak for this kind; the day and the notes stand in every file."""
    mine = {column.name for column in kind.columns} - {"log_date", "notes"}
    names = {named(heading, kind) for heading in headings}
    own = sum(name.startswith("measure_") for name in names) if kind is CHECK_INS else 0
    return len(names & mine) + own + (sum(name.startswith("exercise_") for name in names) if kind.has_slots else 0)
