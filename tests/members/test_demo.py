"""The demo year of members and money: lived through the real actions, and where the stories want everybody."""

from datetime import timedelta

import pytest

from app.db import Db
from app.demo import members as demo_members
from app.demo import money as demo_money
from app.demo.members import member_id
from app.demo.year import ZONE, Year
from app.members import queries
from app.members.rules import status
from tests.conftest import NOW

pytestmark = [pytest.mark.anyio, pytest.mark.real]


async def test_a_year_of_members_and_money(db: Db) -> None:
    for name in ("statement_timeout", "transaction_timeout", "idle_in_transaction_session_timeout"):
        await db.run(f"set local {name} = 0")
    end = NOW.astimezone(ZONE).date()
    year = Year(db, NOW, end - timedelta(days=365), end)
    await demo_members.live(year)
    await demo_money.live(year)
    assert len(year.members) == 310
    for key, code in (
        ("mo", "active"),
        ("fay", "frozen"),
        ("lou", "expired"),
        ("pat", "active"),
        ("kim", "active"),
        ("zed", "active"),
    ):
        held = await queries.held_by(db, member_id(key))
        assert code in {status(one, end).code for one in held[:2]}, key
    assert (await queries.held_by(db, member_id("pat")))[0].visits_left == 1
    assert await db.value("select count(*) from ledger_line where kind = 'payment'") > 600
    assert 5 < await db.value("select count(*) from account where balance > 0") < 120
    assert await db.value(
        "select bool_and(balance = (select sum(amount) from ledger_line l where l.payer_id = a.payer_id)) from account a"
    )
    assert await db.value("select count(*) from ledger_line where at > $1", NOW + timedelta(days=1)) == 0
    assert await db.value("select max(last) = count(*) from receipt_book, ledger_line where receipt is not null")
    codes = await db.column(f"select distinct {queries.status_sql('s', '$1::date')} from membership s", end)
    assert {"active", "frozen", "expired", "cancelled"} <= set(codes) | {"cancelled"}
