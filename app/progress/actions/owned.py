"""What a person owns in this house, table by table: what goes into their ZIP.

What others wrote about them is theirs to see as well. Secrets (hashes, tokens, keys) are nobody's to carry about.
"""

import csv
import io
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from app.db import Db
from app.progress.contract.writing import lines
from app.progress.queries import exports
from app.progress.rules.windows import EARLIEST, LATEST
from app.training.queries import moving_out

MEMBER = "join member m on m.id = t.member_id where m.person_id = $1"
MEMBERSHIP = "join membership s on s.id = t.membership_id join member m on m.id = s.member_id where m.person_id = $1"
MINE = "where t.person_id = $1"

JSON = {
    "person": "select to_jsonb(t) - array['password_hash', 'pin_hash'] from person t where id = $1",
    "roles": "select jsonb_build_object('role', r.name, 'since', t.granted_at) from role_grant t join role r on r.id = t.role_id " + MINE,
    "sign_ins": f"select to_jsonb(t) - 'token_hash' from sign_in t {MINE}",
    "acts": f"select to_jsonb(t) - array['hash', 'previous_hash'] from audit_line t {MINE} order by at",
    "member": f"select to_jsonb(t) from member t {MINE}",
    "cards": f"select to_jsonb(t) from card t {MEMBER}",
    "consents": f"select to_jsonb(t) from consent t {MEMBER} order by at",
    "waivers": f"select to_jsonb(t) - 'drawing' from waiver_signature t {MEMBER}",
    "notes_about_me": f"select to_jsonb(t) from member_note t {MEMBER}",
    "household": f"select to_jsonb(t) from household_place t {MEMBER}",
    "memberships": f"select to_jsonb(t) from membership t {MEMBER}",
    "freezes": f"select to_jsonb(t) from membership_freeze t {MEMBERSHIP}",
    "visits": f"select to_jsonb(t) from visit t {MEMBER} order by at",
    "door": f"select to_jsonb(t) from attempt t {MEMBER} order by at",
    "reminders": "select to_jsonb(t) from reminder t where t.payer_id = $1",
    "money_requests": "select to_jsonb(t) from money_request t where t.payer_id = $1",
    "rota": f"select to_jsonb(t) from rota_shift t {MINE}",
    "hours": f"select to_jsonb(t) from work_spell t {MINE}",
    "rhythm": f"select to_jsonb(t) from rhythm t {MEMBER}",
    "training_weeks": f"select to_jsonb(t) from training_week t {MEMBER}",
    "training_signs": f"select to_jsonb(t) from training_sign t {MEMBER}",
    "weeks": f"select to_jsonb(t) from member_week t {MEMBER}",
    "months": f"select to_jsonb(t) from member_month t {MEMBER}",
    "calls": f"select to_jsonb(t) from radar_call t {MEMBER}",
    "money": """select to_jsonb(t) from ledger_line t where t.payer_id = $1
      or t.member_id in (select id from member where person_id = $1) order by t.at, t.id""",
    "balance": "select to_jsonb(t) from account t where payer_id = $1",
    "check_ins": f"select to_jsonb(t) from daily_check_in t {MINE} order by day",
    "own_measures": f"select to_jsonb(t) from own_measure t {MINE}",
    "measured_days": "select to_jsonb(t) from measured_day t join own_measure m on m.id = t.measure_id where m.person_id = $1",
    "supplements": f"select to_jsonb(t) from supplement t {MINE}",
    "supplement_days": "select to_jsonb(t) from supplement_day t join supplement s on s.id = t.supplement_id where s.person_id = $1",
    "photos": f"select to_jsonb(t) from progress_photo t {MINE} order by day",
    "sessions": f"select to_jsonb(t) from done_session t {MINE} order by day",
    "lifts": "select to_jsonb(t) from done_lift t join done_session s on s.id = t.session_id where s.person_id = $1",
    "food_plan": f"select to_jsonb(t) from diet_day t {MINE} order by day",
    "training_plan": f"select to_jsonb(t) from dated_session t {MINE} order by day",
    "planned_exercises": "select to_jsonb(t) from dated_exercise t join dated_session s on s.id = t.session_id where s.person_id = $1",
    "scores": f"select to_jsonb(t) from day_score t {MINE} order by day",
    "imports": f"select to_jsonb(t) from import_run t {MINE} order by created_at",
    "leaving": f"select to_jsonb(t) from leaving t {MINE}",
    "workouts": f"select to_jsonb(t) from workout t {MINE} order by started_at",
    "workout_exercises": "select to_jsonb(t) from workout_exercise t join workout w on w.id = t.workout_id where w.person_id = $1",
    "workout_sets": """select to_jsonb(t) from workout_set t join workout_exercise e on e.id = t.workout_exercise_id
      join workout w on w.id = e.workout_id where w.person_id = $1""",
    "comments": "select to_jsonb(t) from workout_comment t join workout w on w.id = t.workout_id where w.person_id = $1",
    "performances": f"select to_jsonb(t) from performance t {MINE}",
    "records": f"select to_jsonb(t) from record t {MINE}",
    "training_choices": f"select to_jsonb(t) from training_choice t {MINE}",
    "rest_weeks": f"select to_jsonb(t) from rest_week t {MINE}",
    "exercise_notes": f"select to_jsonb(t) from exercise_note t {MINE}",
    "exercise_names": f"select to_jsonb(t) from exercise_alias t {MINE}",
    "coaches": f"select to_jsonb(t) from coach_grant t {MINE}",
    "training_files": f"select to_jsonb(t) - 'body' from training_import t {MINE}",
    "favourites": f"select to_jsonb(t) from favourite_exercise t {MINE}",
    "recent_exercises": f"select to_jsonb(t) from recent_exercise t {MINE}",
    "plans": "select to_jsonb(t) from plan t where owner_id = $1",
    "units": "select to_jsonb(t) from training_unit t where owner_id = $1",
    "plans_shared_with_me": f"select to_jsonb(t) from plan_access t {MINE}",
    "units_shared_with_me": f"select to_jsonb(t) from unit_access t {MINE}",
    "plans_followed": f"select to_jsonb(t) from following t {MINE}",
    "plan_edits": f"select to_jsonb(t) from plan_edit t {MINE}",
    "exercises": "select to_jsonb(t) from exercise t where owner_id = $1",
}  # fmt: skip

SHEETS = {
    "money": (("at", "kind", "for", "method", "amount", "currency", "due_on", "receipt", "note"),
      """select t.at, t.kind, t.code, t.method, t.amount / 100.0, t.currency, t.due_on, t.receipt, t.note from ledger_line t
         where t.payer_id = $1 order by t.at, t.id"""),
    "visits": (("day", "at", "left_at", "gym"),
      f"""select t.day, t.at, t.left_at, g.name from visit t join gym g on g.id = t.gym_id {MEMBER} and not t.is_undone order by t.at"""),
    "memberships": (("membership", "starts_on", "ends_on", "visits_left"),
      f"""select y.name, t.starts_on, t.ends_on, t.visits_left from membership t join membership_type y on y.id = t.type_id
          {MEMBER} order by t.starts_on"""),
}  # fmt: skip

PHOTOS = "select id, day from progress_photo where person_id = $1 and not is_offered order by day"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the ZIP, made when its turn comes, so that nothing is held for longer than it takes to write."""

    name: str
    make: Callable[[Db], Awaitable[bytes]]


async def entries(db: Db, person: UUID) -> list[Entry]:
    found = [Entry(f"json/{name}.json", partial(as_json, sql=sql, person=person)) for name, sql in JSON.items()]
    found += [Entry(f"csv/{kind}.csv", partial(contract_csv, kind=kind, person=person)) for kind in exports.KINDS]
    found += [Entry(f"csv/{name}.csv", partial(plain_csv, sheet=sheet, person=person)) for name, sheet in SHEETS.items()]
    found += [Entry("training/spotter-training.csv", partial(training_csv, person=person))]
    found += [Entry("training/spotter-training.json", partial(training_json, person=person))]
    found += [Entry("photos/portrait.webp", partial(portrait, person=person))]
    photos = await (await db.ready()).fetch(PHOTOS, person)
    found += [Entry(f"photos/{one['day']}.webp", partial(photo, id=one["id"])) for one in photos]
    return found


def pretty(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1)


async def as_json(db: Db, *, sql: str, person: UUID) -> bytes:
    return pretty(await db.column(sql, person))


async def contract_csv(db: Db, *, kind: str, person: UUID) -> bytes:
    headings, rows = await exports.export(db, person, kind, EARLIEST, LATEST)
    return "".join(lines(headings, rows)).encode()


async def plain_csv(db: Db, *, sheet: tuple[Sequence[str], str], person: UUID) -> bytes:
    headings, sql = sheet
    rows = [tuple(row) for row in await (await db.ready()).fetch(sql, person)]
    return "".join(lines(headings, rows)).encode()


async def training_csv(db: Db, *, person: UUID) -> bytes:
    units = await db.value("select coalesce(units, 'kg') from person where id = $1", person)
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(moving_out.rows_of(await moving_out.lifted(db, person), units))
    return out.getvalue().encode()


async def training_json(db: Db, *, person: UUID) -> bytes:
    return pretty(await moving_out.everything(db, person))


async def portrait(db: Db, *, person: UUID) -> bytes:
    found = await db.value(
        "select f.large from member_photo f join member m on m.id = f.member_id where m.person_id = $1", person
    )
    return bytes(found or b"")


async def photo(db: Db, *, id: UUID) -> bytes:
    return bytes(await db.value("select content from progress_photo_file where photo_id = $1 and size = 'large'", id) or b"")
