"""A whole club moves in: the worker does it, the page says how far it is, and a worker that dies leaves nothing."""

from typing import Any

import pytest

from app.moving import actions
from app.worker import HANDLERS, Worker
from tests.conftest import Committed
from tests.jobs.queue import DUE, give_up
from tests.owner.test_moving import brought

pytestmark = [pytest.mark.anyio, pytest.mark.real]
ROWS = 60


def club(rows: int = ROWS) -> str:
    lines = (f"New {n},new{n}@example.org,C-{n},{-n % 7}" for n in range(rows))
    return "\n".join(["Name,E-mail,Card,Balance", *lines])


async def work(committed: Committed) -> None:
    await Worker(committed.database, (), HANDLERS).round()


async def newcomers(committed: Committed) -> list[Any]:
    return [
        await committed.db.value(f"select count(*) from {sql}")
        for sql in ("member where erased_at is null and home_gym_id is not null and phone = '' and number > 0 and exists ("
                    "select from person p where p.id = person_id and p.email like 'new%@example.org')",
                    "card where code like 'C-%'", "ledger_line where code = 'opening' and reverses_id is null")
    ]  # fmt: skip


async def test_a_whole_club_is_taken_in_and_back_by_the_worker_and_nothing_is_half_done(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "LONG", ROWS - 1)
    monkeypatch.setattr(actions, "SOME", 25)
    ana = await committed.as_("ana")
    at = await brought(ana, club())
    page = (await ana.get(at)).text
    assert "The lines are being looked at" in page
    assert "Take them in" not in page
    assert 'hx-target="#working"' in (await ana.get(at, htmx=True)).text
    await give_up(committed.db, "KeyError")
    page = (await ana.get(at)).text
    assert "This did not work" in page
    assert "every 1s" not in page
    assert (
        await ana.post(f"/owner/chores/{await committed.db.value('select id from job')}/retry", htmx=False)
    ).status_code == 303
    await work(committed)
    assert (await ana.get(at, htmx=True)).headers["hx-location"] == at
    assert "Nothing has happened yet" in (await ana.get(at)).text

    for _ in range(2):
        assert (await ana.post(f"{at}/take-in", htmx=False)).status_code == 303
    assert await committed.db.column("select kind from job") == ["moving.take_in"], "asked twice it is one job"
    for path in ("drop", "columns", "take-back"):
        assert (await ana.post(f"{at}/{path}", htmx=False)).status_code == 303, path
    assert "They are being taken in" in (await ana.get(at)).text
    assert await newcomers(committed) == [0, 0, 0], "the request did nothing itself"

    # It breaks at the very end, with everything written, as when the worker is killed there.
    await committed.db.run("alter table audit_line add constraint broken check (act <> 'import.take_in') not valid")
    await work(committed)
    assert await newcomers(committed) == [0, 0, 0], "nothing half written"
    assert await committed.db.value("select step from job") in {"", "100"}
    await committed.db.run("alter table audit_line drop constraint broken")
    await committed.db.run(DUE)
    await work(committed)
    assert await newcomers(committed) == [ROWS, ROWS, sum(1 for n in range(ROWS) if n % 7)]
    assert "Taken in on" in (await ana.get(at)).text
    assert (
        await committed.db.value(
            "select p.name from audit_line a join person p on p.id = a.person_id where act = 'import.take_in'"
        )
        == "Ana Marić"
    )

    await ana.post(f"{at}/take-back", htmx=False)
    assert "It is being taken back" in (await ana.get(at)).text
    await work(committed)
    assert "Taken back on" in (await ana.get(at)).text
    assert (await newcomers(committed))[:2] == [0, 0]
    assert await committed.db.value("select count(*) from job where kind like 'moving.%'") == 0
