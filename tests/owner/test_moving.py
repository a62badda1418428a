"""Moving in: a file is looked at, taken in once, and taken back while nobody has used it."""

import asyncio
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest

from app import clock
from app.db import new_id
from app.demo import members as demo
from app.demo.world import PEOPLE
from app.demo.year import actor_of
from app.members.queries import payer_of
from app.money import actions as money
from app.money import queries as ledger
from app.moving import actions
from app.moving.reading import Sheet, Unreadable, read_csv, read_desk
from app.moving.rules import values
from app.moving.rules.columns import FIELDS, guess
from app.moving.rules.values import Fault, Reading
from tests.conftest import NOW, Client, Committed
from tests.members.conftest import Gym
from tests.members.conftest import gym as gym
from tests.owner import files

HOW = Reading(ZoneInfo("Europe/Belgrade"))


pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        (["Full name", "E-mail", "Mobile", "Date of birth", "Expiry date"], ["name", "email", "phone", "born_on", "ends_on"]),
        (["Nombre", "Apellidos", "Correo", "Teléfono", "Fecha de nacimiento", "Vence"], ["first_name", "last_name", "email", "phone", "born_on", "ends_on"]),
        (["Ime", "Prezime", "Članarina", "Važi do", "Preostale posete", "Dug"], ["first_name", "last_name", "type", "ends_on", "visits_left", "owes"]),
        (["Number", "Name", "E-mail", "Phone", "Birthday", "Joined", "Gym", "Status", "Membership", "Until", "Visits left"],
         ["", "name", "email", "phone", "born_on", "joined_on", "", "state", "type", "ends_on", "visits_left"]),
        (["Name", "Name", "whatever"], ["name", "", ""]),
    ],
)  # fmt: skip
def test_columns_are_guessed_in_three_languages_and_from_our_own_list(headers: list[str], fields: list[str]) -> None:
    assert guess(headers, "members") == fields
    assert set(fields) - {""} <= set(FIELDS["members"])


@pytest.mark.parametrize(
    ("text", "day_first", "expected"),
    [
        ("2026-03-04", True, date(2026, 3, 4)), ("4.3.2026.", True, date(2026, 3, 4)), ("03/04/2026", False, date(2026, 3, 4)),
        ("3/4/26", True, date(2026, 4, 3)), ("2026-03-04T10:00:00", True, date(2026, 3, 4)), ("", True, None),
        ("31/02/2026", True, "bad_day"), ("soon", True, "bad_day"), ("1/1/1", True, date(2001, 1, 1)), ("0001-01-01", True, "bad_day"),
    ],
)  # fmt: skip
def test_days_are_read_as_the_file_writes_them(text: str, day_first: bool, expected: Any) -> None:
    try:
        found: Any = values.day(text, Reading(HOW.zone, 2, day_first))
    except values.Unreadable as error:
        found = error.fault.code
    assert found == expected


@pytest.mark.parametrize(
    ("text", "places", "minor"),
    [("12,50", 2, 1250), ("1.234,50 €", 2, 123450), ("1,234.5", 2, 123450), ("-3", 2, -300), ("(4.20)", 2, -420), ("", 2, 0), ("-", 2, 0),
     ("1500", 0, 1500), ("12.3456", 2, 1235), ("=1+1", 2, None), ("1e9", 2, 1900), ("99999999999", 2, None), ("many", 2, None)],
)  # fmt: skip
def test_amounts_are_read_with_comma_or_dot(text: str, places: int, minor: int | None) -> None:
    try:
        found: int | None = values.amount(text, Reading(HOW.zone, places))
    except values.Unreadable:
        found = None
    assert found == minor


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ({"at": "2026-11-10 18:05"}, "2026-11-10T17:05:00+00:00"), ({"at": "2026-11-10T18:05:00Z"}, "2026-11-10T18:05:00+00:00"),
        ({"at": "10.11.2026. 18:05"}, "2026-11-10T17:05:00+00:00"), ({"day": "10/11/2026", "time": "6:05 pm"}, "2026-11-10T17:05:00+00:00"),
        ({"at": "2026-11-10"}, "bad_moment"), ({"at": "10/11/2026 25:00"}, "bad_moment"), ({}, "no_moment"), ({"at": "noon"}, "bad_moment"),
    ],
)  # fmt: skip
def test_a_moment_is_the_gyms_unless_it_says_so(given: dict[str, str], moment: str) -> None:
    found = values.came(2, {**given, "card": "A"}, HOW)
    said = found.code if isinstance(found, Fault) else found.at.astimezone(clock.UTC).isoformat()
    assert said.replace("bad_day", "bad_moment") == moment


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"), (b"  \r\n", "empty"), (b"PK\x03\x04rest", "spreadsheet"), (b"\x89PNG\r\n\x1a\n\x00\x00", "not_text"),
        (bytes(range(1, 32)) * 40, "not_text"), (b"name,email\n", "no_rows"), (b"a," * 70 + b"\n" + b"b," * 70, "too_wide"),
        (b"name\n" + b"x\n" * 20_001, "too_many"), (b'name\n"' + b"x" * 30_000 + b'"\n', "broken"), (files.desk(), "not_here"),
    ],
)  # fmt: skip
def test_a_hostile_or_wrong_file_is_refused_with_its_reason(data: bytes, code: str) -> None:
    assert read_csv(data, "members") == Unreadable(code)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    found = read_csv("ime;prezime\nMiloš;Živković\n".encode(encoding), "members")
    assert isinstance(found, Sheet)
    assert found.rows == [["Miloš", "Živković"]]


def test_a_spanish_club_keeps_its_letters_as_well() -> None:
    found = read_csv("nombre;apellido\nBegoña;Núñez Ibáñez\n".encode("cp1252"), "members")
    assert isinstance(found, Sheet)
    assert found.rows == [["Begoña", "Núñez Ibáñez"]]


def test_the_old_desks_database_is_read_as_it_is_even_from_wal_and_never_run() -> None:
    for data in (files.desk(), files.desk(wal=True)):
        found = read_desk(data)
        assert isinstance(found, list)
        assert {sheet.kind: len(sheet.rows) for sheet in found} == {"types": 2, "members": 6, "visits": 3}
    assert read_desk(b"SQLite format 3\x00" + b"x" * 5000) == Unreadable("broken")
    assert read_desk(files.desk(damaged=True)) == Unreadable("broken")
    assert read_desk(b"name,email\n") == Unreadable("not_sqlite")
    assert read_desk(files.hostile()) == Unreadable("not_theirs"), "a view is not looked at"


async def bring(
    who: Client, data: bytes | str, kind: str = "members", name: str = "members.csv", id: UUID | None = None
) -> httpx.Response:
    content = data.encode() if isinstance(data, str) else data
    form = {"id": str(id or new_id()), "kind": kind, "csrf": who.csrf}
    return await who.http.post("/imports", data=form, files={"file": (name, content, "text/csv")})


async def brought(who: Client, data: bytes | str, kind: str = "members", name: str = "members.csv") -> str:
    answer = await bring(who, data, kind, name)
    assert answer.status_code == 303, answer.text[:600]
    return answer.headers["location"]


async def counts(gym: Gym) -> dict[str, int]:
    tables = ("person", "member", "card", "membership", "ledger_line", "visit", "attempt", "membership_type", "role_grant")
    return {table: await gym.db.value(f"select count(*) from {table}") for table in tables}


async def test_a_list_is_looked_at_taken_in_once_and_each_refused_line_says_why(gym: Gym, as_) -> None:
    ana, before = await as_("ana"), await counts(gym)
    at = await brought(ana, files.MEMBERS)
    assert await counts(gym) == before, "looking changes nothing"
    page = (await ana.get(at)).text
    for said in (
        "There is no name", "This is no e-mail address: not an address", "This is no day: 31/02/1990", "This card belongs to Mo Haddad",
        "There is no membership called “Unknown”", "They have a membership of this kind in these days",
    ):  # fmt: skip
        assert said in page, said
    for _ in range(2):
        assert (await ana.post(f"{at}/take-in", htmx=False)).status_code == 303
    after = await counts(gym)
    assert {table: after[table] - before[table] for table in after if after[table] != before[table]} == {
        "person": 2, "member": 2, "card": 3, "membership": 2, "ledger_line": 2, "membership_type": 1, "role_grant": 2,
    }  # fmt: skip
    rosa = await gym.db.one(
        values.Person,
        "select 0 as n, p.name, p.email, m.phone, m.born_on, m.joined_on from person p join member m on m.person_id = p.id where p.email = 'rosa@example.org'",
    )
    assert rosa == values.Person(0, "Rosa Núñez", "rosa@example.org", "+34 600 111 222", date(1990, 3, 4), date(2026, 11, 1))
    assert (await ledger.account(gym.db, await payer_of(gym.db, gym.member("mo")), "EUR")).balance == -500
    assert await gym.db.value("select is_active from membership_type where name = 'Gold'") is False
    assert (
        await gym.db.value("select alert from member m join person p on p.id = m.person_id where p.email = 'ivan@example.org'")
        == "=cmd()"
    )
    assert "'=cmd()" not in (await ana.get(at)).text
    assert await gym.db.value("select count(*) from audit_line where act = 'import.take_in'") == 1


async def test_the_same_file_twice_changes_nothing(gym: Gym, as_) -> None:
    ana = await as_("ana")
    for kind, data in (("members", files.MEMBERS), ("visits", files.VISITS), ("desk", files.desk())):
        first = await brought(ana, data, kind)
        assert (await ana.post(f"{first}/take-in", htmx=False)).status_code == 303
        before = await counts(gym)
        again = await brought(ana, data, kind)
        assert "This very file was taken in" in (await ana.get(again)).text
        assert (await ana.post(f"{again}/take-in", htmx=False)).status_code == 303
        assert await counts(gym) == before, kind


async def test_visits_and_the_old_desks_database_come_whole(gym: Gym, as_) -> None:
    ana = await as_("ana")
    await ana.post(f"{await brought(ana, files.MEMBERS)}/take-in")
    at = await brought(ana, files.VISITS, "visits", "visits.csv")
    page = (await ana.get(at)).text
    for said in ("No member is known by this: NOBODY", "would be in the future", "This is no day and time: yesterday"):
        assert said in page, said
    await ana.post(f"{at}/take-in")
    assert await gym.db.value("select count(*) from visit") == 2, "the same minute is one visit"
    at = await brought(ana, files.desk(), "desk", "gym.sqlite")
    await ana.post(f"{at}/take-in")
    name0 = await gym.db.value("select m.id from member m join person p on p.id = m.person_id where p.email = 'n0@example.org'")
    assert await gym.db.value("select code from card where member_id = $1", name0) == "90000000"
    rows = await gym.db.column(
        "select name || ' ' || kind || ' ' || coalesce(visits_left::text, '-') || ' ' || ends_on from membership where member_id = $1 order by starts_on",
        name0,
    )
    assert rows == ["Full membership - 2026-09-30", "Twelve pack 5 2026-11-30"]
    assert await gym.db.column("select at from visit where member_id = $1", name0) == [
        datetime(2026, 11, 10, 17, 5, tzinfo=clock.UTC)
    ]
    assert await gym.db.value("select windows -> 0 ->> 'to' from membership_type where name = 'Twelve'") == "14:00"
    assert not await gym.db.value("select exists(select from person where name like 'Gone%')"), (
        "who was deleted there does not come"
    )


async def test_columns_are_corrected_and_two_cannot_be_the_same(gym: Gym, as_) -> None:
    ana = await as_("ana")
    at = await brought(ana, "Who,Born,x\nZoe Bell,04/03/1990,z@example.org\n")
    assert "There is no name" in (await ana.get(at)).text
    wrong = await ana.post(f"{at}/columns", {"members:0": "name", "members:1": "name", "members:2": ""}, htmx=False)
    assert wrong.status_code == 422
    form = {"members:0": "name", "members:1": "born_on", "members:2": "email", "order": "month"}
    assert (await ana.post(f"{at}/columns", form, htmx=False)).status_code == 303
    await ana.post(f"{at}/take-in")
    assert await gym.db.value(
        "select born_on from member m join person p on p.id = m.person_id where p.email = 'z@example.org'"
    ) == date(1990, 4, 3)


async def test_an_import_is_taken_back_within_a_day_and_what_was_used_stays(gym: Gym, as_) -> None:
    ana, before = await as_("ana"), await counts(gym)
    at = await brought(ana, files.MEMBERS)
    await ana.post(f"{at}/take-in")
    visits = await brought(ana, files.VISITS, "visits")
    await ana.post(f"{visits}/take-in")
    rosa, ivan = [
        await gym.db.value(
            "select m.id from member m join person p on p.id = m.person_id where p.email = $1", f"{name}@example.org"
        )
        for name in ("rosa", "ivan")
    ]
    await money.take_payment(gym.db, gym.dee, await payer_of(gym.db, ivan), 100, "cash", id=new_id(), now=clock.now())
    for run in (visits, at):
        for _ in range(2):
            assert (await ana.post(f"{run}/take-back", htmx=False)).status_code == 303
    page = (await ana.get(at)).text
    assert "money has moved since" in page
    assert await gym.db.value("select erased_at is not null from member where id = $1", rosa)
    assert not await gym.db.value("select erased_at is not null from member where id = $1", ivan)
    assert not await gym.db.value("select exists(select from card where code = 'A-100')"), "the card is free again"
    assert (await ledger.account(gym.db, await payer_of(gym.db, gym.member("mo")), "EUR")).balance == 0
    assert await gym.db.value("select count(*) from visit where not is_undone") == 0
    assert (await counts(gym))["attempt"] == before["attempt"]
    again = await brought(ana, files.MEMBERS)
    await ana.post(f"{again}/take-in")
    assert (
        await gym.db.value("select count(*) from member m join person p on p.id = m.person_id where p.email = 'rosa@example.org'")
        == 1
    )
    await gym.db.run("update moving_run set done_at = done_at - interval '25 hours' where state = 'done'")
    late = await ana.post(f"{again}/take-back", htmx=False)
    assert late.status_code == 409
    assert "for a day" in late.text


async def test_a_file_that_cannot_be_read_says_so_and_one_that_was_looked_at_can_be_put_away(gym: Gym, as_) -> None:
    ana = await as_("ana")
    for data, kind, said in (
        ("", "members", "empty"),
        ("name\nx", "nonsense", "one of the options"),
        (b"PK\x03\x04", "visits", "spreadsheet"),
        ("x", "desk", "not a database"),
    ):
        answer = await bring(ana, data, kind)
        assert answer.status_code == 422
        assert said in answer.text
    id = new_id()
    for _ in range(2):
        assert (await bring(ana, files.VISITS, "visits", "../../etc/p\u202easswd.csv", id)).status_code == 303, (
            "sent twice it is one file"
        )
    assert await gym.db.value("select name from moving_run") == "passwd.csv"
    refused = await ana.get(f"/imports/{id}/refused.csv")
    assert "No member is known by this: NOBODY" in refused.text
    assert (await ana.post(f"/imports/{id}/drop", htmx=False)).status_code == 303
    assert await gym.db.value("select count(*) from moving_row") == 0


async def test_two_families_with_one_phone_stay_two_people(gym: Gym, as_) -> None:
    ana = await as_("ana")
    data = "Name,Phone,Birthday\nKai Wolf,600 111 222,2001-01-01\nUma Wolf,600 111 222,2003-01-01\nKAI WÓLF,+34 600 111 222,\n"
    at = await brought(ana, data)
    await ana.post(f"{at}/take-in")
    names = await gym.db.column(
        "select p.name from member m join person p on p.id = m.person_id where m.phone like '600 111%' order by 1"
    )
    assert names == ["Kai Wolf", "Uma Wolf"]


async def test_an_import_that_is_cut_off_leaves_nothing_and_two_at_once_are_one(committed: Committed) -> None:
    """The backend is gone before COMMIT: as if nobody had pressed. Then two people press at the same moment."""
    ana_ = actor_of(PEOPLE["ana"])
    await demo.stock(committed.db, ana_, now=NOW)
    ana = await committed.as_("ana")
    at = await brought(ana, files.desk(rows=20), "desk")
    tables = ("member", "membership", "card", "visit", "attempt", "membership_type")

    async def counted() -> list[int]:
        return [await committed.db.value(f"select count(*) from {table}") for table in tables]

    before, unit = await counted(), committed.database.unit()
    await actions.take_in(unit, ana_, UUID(at.rsplit("/", 1)[1]), now=clock.now())
    assert unit.connection is not None
    unit.connection.terminate()
    await unit.rollback()
    assert await counted() == before
    answers = await asyncio.gather(*[ana.post(f"{at}/take-in", htmx=False) for _ in range(2)])
    assert [answer.status_code for answer in answers] == [303, 303]
    assert [after - was for after, was in zip(await counted(), before, strict=True)] == [20, 40, 20, 20, 20, 2]
    assert await committed.db.value("select count(*) from audit_line where act = 'import.take_in'") == 1
