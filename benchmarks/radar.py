"""Would the radar have called the right people? Every Monday of the demo year it is asked again, knowing only what was known then.

    uv run python -m benchmarks.radar

The demo club's year is lived in a throwaway database (some fade before they leave, some leave at once, some are only away for a
while). Alarms are then held against what became of each member, beside the plain rule of fourteen silent days. Writes
`benchmarks/results/radar.json` and `docs/bench-radar.md`.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import mean
from typing import Any
from uuid import UUID

from app import db as db_
from app import embedded, schema
from app.db import Database, Db
from app.demo import world, year
from app.insights import chores
from app.insights.rules import Habit, Trained, risk

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "bench-radar.md"
AHEAD = 42  # days before an absence begins from which on an alarm about it is right
GONE = 28  # days without a visit that are an absence, whether they still paid or not, whether they came back some day or not
YEARS = {"tuned on": "", "unseen": ", unseen", "unseen, again": ", unseen again"}
EARLY = 120  # days of the year that only teach the rhythms

# Everybody who was a member on that day, as it was known on that day.
THEN = """
with there as (
       select m.member_id, max(m.ends_on) as ends_on, bool_or(m.starts_on > $1) as renews
         from membership m where m.kind in ('membership', 'pack') and m.ends_on >= $1 and m.sold_at::date <= $1
          and (m.cancelled_on is null or m.cancelled_on > $1 or m.cancelled_at::date > $1) group by 1 having min(m.starts_on) <= $1)
select p.id as member_id, p.joined_on, t.ends_on, t.renews,
       (select max(v.at) from visit v where v.member_id = p.id and v.day <= $1 and not v.is_undone) as last_visit,
       exists (select from membership_freeze f join membership m on m.id = f.membership_id
                where m.member_id = p.id and $1 between f.starts_on and coalesce(f.thawed_on - 1, f.ends_on)) as is_frozen,
       (select array_agg((select count(*)::int from visit v where v.member_id = p.id and not v.is_undone
                            and v.day >= $1::date - 7 * n and v.day < $1::date - 7 * n + 7) order by n desc) from generate_series(1, 16) n) as weeks,
       greatest(0, (select coalesce(sum(l.amount), 0)::bigint from ledger_line l where l.payer_id = p.person_id and l.at::date <= $1)) as owes,
       (select min(l.due_on) from ledger_line l where l.payer_id = p.person_id and l.kind = 'charge' and l.due_on > $1::date - 60 and l.due_on <= $1) as owes_since
  from there t join member p on p.id = t.member_id where p.home_gym_id = $2"""


@dataclass(frozen=True)
class Then:
    member_id: UUID
    joined_on: date
    ends_on: date
    renews: bool
    is_frozen: bool
    weeks: list[int]
    owes: int
    last_visit: datetime | None = None
    owes_since: date | None = None

    def habit(self, trained: Trained | None) -> Habit:
        return Habit(
            self.joined_on, tuple(self.weeks), self.last_visit, self.ends_on, self.renews, self.owes,
            self.owes_since, self.is_frozen, trained,
        )  # fmt: skip


@dataclass(frozen=True)
class Signed:
    member_id: UUID
    recent: int
    usual: int
    plan_due: int
    plan_done: int
    plan_usual: int
    stalled: int


Rule = Callable[[Then, Trained | None, date], bool]


def ours(one: Then, trained: Trained | None, day: date) -> bool:
    return risk(one.habit(trained), day).is_called_for


def without_training(one: Then, _trained: Trained | None, day: date) -> bool:
    return risk(one.habit(None), day).is_called_for


def silent_for_two_weeks(one: Then, _trained: Trained | None, day: date) -> bool:
    last = one.last_visit.date() if one.last_visit else one.joined_on
    return not one.is_frozen and (day - last).days >= 14


RULES: dict[str, Rule] = {
    "the radar": ours,
    "the radar without training": without_training,
    "14 silent days": silent_for_two_weeks,
}


@dataclass(frozen=True)
class Judged:
    alarms: int
    right: int
    absences: int
    found: int
    days_before: float  # that the alarm came before 28 silent days would have told everybody

    def told(self) -> dict[str, Any]:
        return {
            "alarms": self.alarms, "right": self.right, "precision": round(self.right / max(1, self.alarms), 2),
            "absences": self.absences, "found": self.found, "recall": round(self.found / max(1, self.absences), 2),
            "days_before": self.days_before,
        }  # fmt: skip


async def look_back(db: Db, end: date) -> dict[str, Judged]:
    first = end - timedelta(days=365 - EARLY)
    mondays = [first + timedelta(days=n) for n in range((end - first).days - GONE) if (first + timedelta(days=n)).weekday() == 0]
    visits: dict[UUID, list[date]] = {}
    for line in await db.all(
        Came, "select member_id, array_agg(day order by day) as days from visit where not is_undone group by 1"
    ):
        visits[line.member_id] = line.days
    then = {day: await db.all(Then, THEN, day, world.MAIN_ID) for day in mondays}
    trained = {day: await signs(db, day) for day in mondays}
    return {name: judge(rule, mondays, then, trained, visits, end) for name, rule in RULES.items()}


@dataclass(frozen=True)
class Came:
    member_id: UUID
    days: list[date]


async def signs(db: Db, day: date) -> dict[UUID, Trained]:
    """The very statement of the night, as of that day."""
    await db.run("delete from training_sign")
    await db.run(chores.SIGNS, world.MAIN_ID, day - timedelta(days=1))
    rows = await db.all(Signed, "select member_id, recent, usual, plan_due, plan_done, plan_usual, stalled from training_sign")
    return {r.member_id: Trained(r.recent, r.usual, r.plan_due, r.plan_done, r.plan_usual, r.stalled) for r in rows}


def judge(
    rule: Rule, mondays: list[date], then: dict[date, list[Then]], trained: dict[date, dict[UUID, Trained]],
    visits: dict[UUID, list[date]], end: date,
) -> Judged:  # fmt: skip
    """An alarm is the first Monday of a stretch on the list. It was right when the member then stayed away for four weeks or for good."""
    members = {one.member_id for day in mondays for one in then[day]}
    spells = {member: away(visits.get(member, []), mondays, end) for member in members}
    alarms: list[tuple[UUID, date]] = []
    on_list: set[UUID] = set()
    for day in mondays:
        now = {one.member_id for one in then[day] if rule(one, trained[day].get(one.member_id), day)}
        alarms += [(member, day) for member in now - on_list]
        on_list = now
    hits = [(member, last, day) for member, day in alarms if (last := spell_of(spells[member], day)) is not None]
    first: dict[tuple[UUID, date], date] = {}
    for member, last, day in hits:
        first[member, last] = min(day, first.get((member, last), day))
    ahead = [(last + timedelta(days=GONE) - day).days for (_member, last), day in first.items()]
    return Judged(len(alarms), len(hits), sum(map(len, spells.values())), len(first), round(sum(ahead) / max(1, len(ahead)), 1))


def away(days: list[date], mondays: list[date], end: date) -> list[date]:
    """The last visits before an absence, within the time that was looked at: four weeks of nothing, and four of their own gaps."""
    ends = [*days[1:], end + timedelta(days=1)] if days else []
    gaps = [(following - last).days for last, following in zip(days, ends, strict=True)]
    least = max(GONE, 4 * (mean(gaps[:-1]) if len(gaps) > 1 else 7))
    return [
        last for last, gap in zip(days, gaps, strict=True)
        if gap > least and mondays[0] <= last + timedelta(days=14) <= mondays[-1]
    ]  # fmt: skip


def spell_of(spells: list[date], day: date) -> date | None:
    """The absence that an alarm of this day foretold, or saw before it was four weeks old."""
    return next((last for last in spells if last - timedelta(days=AHEAD) <= day <= last + timedelta(days=GONE)), None)


def report(found: dict[str, Any]) -> str:
    rows = "\n".join(
        f"| {of} | {name} | {r['alarms']} | {r['right']} | {r['precision']:.0%} | {r['found']} of {r['absences']} | {r['recall']:.0%} | {r['days_before']} |"
        for of, rules in found["years"].items()
        for name, r in rules.items()
    )
    return TEXT.format(at=found["at"], end=found["end"], mondays=found["mondays"], gone=GONE, ahead=AHEAD, rows=rows)


TEXT = """# Would the radar have called the right people?

Written by `python -m benchmarks.radar` at {at}, over the demo year that ends on {end}: {mondays} Mondays, each judged with what was known that day.
An *absence* is {gone} days and more without a visit, and more than four of the member's own mean gaps, for good or not. An alarm is the first Monday of a stretch on the list; it was right when an absence
was under way that was not {gone} days old yet, or began within the next {ahead} days. Days before: how long before the {gone}th silent day the alarm came.

| Year | Rule | Alarms | Right | Precision | Absences found | Recall | Days before |
|---|---|--:|--:|--:|--:|--:|--:|
{rows}

The rule's thresholds were chosen on the first year and on two more like it; the unseen ones were only judged: the same people, other dice. All are written by us: seven in ten who leave come less and less for some weeks before, the others stop at once; some only pay; three in ten
of those who stay are away for one to four weeks and come back by themselves. These figures say how the rule does on such a club. A real club's own
figures are the ones that count: every call that is noted, with its outcome, is there to compare with.
"""


async def judged(dsn: str, now: datetime, lot: str) -> dict[str, Any]:
    """What each rule would have said in this lot's year."""
    pool = await db_.open_pool(dsn, size=2, command_timeout=None)
    await year.live(Database(pool=pool), now=now, say=lambda *_: None, lot=lot)
    connection = await db_.connect(dsn)
    await connection.execute(
        "set statement_timeout = 0; set transaction_timeout = 0; set idle_in_transaction_session_timeout = 0"
    )
    rules = await look_back(Db(connection), now.astimezone(year.ZONE).date())
    await connection.close()
    pool.terminate()
    return {name: rule.told() for name, rule in rules.items()}


def write(now: datetime, years: dict[str, dict[str, Any]]) -> None:
    end = now.astimezone(year.ZONE).date()
    found = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "end": end.isoformat(),
        "years": years,
        "mondays": sum((end - timedelta(days=365 - EARLY) + timedelta(days=n)).weekday() == 0 for n in range(365 - EARLY - GONE)),
    }
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "radar.json").write_text(json.dumps(found, indent=1) + "\n")
    PAGE.write_text(report(found))
    print(PAGE.read_text())


def main() -> None:
    now, years = datetime(2026, 11, 21, 17, 30, tzinfo=UTC), {}
    with embedded.throwaway() as cluster:
        for number, (name, lot) in enumerate(YEARS.items()):
            dsn = cluster.dsn(f"radar{number}")
            cluster.psql(f"create database radar{number} template template0 owner spotter")
            schema.upgrade(dsn)
            years[name] = asyncio.run(judged(dsn, now, lot))
    write(now, years)


if __name__ == "__main__":
    main()
