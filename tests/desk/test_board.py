"""The desk over HTTP: what staff see, press and may."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.db import new_id
from app.members import actions as members
from app.members.rules import Refused
from tests.desk.gym import DEE, HERE, join, tap, today, visits, visits_left


async def scan(dee, card, **more):
    return await dee.post("/desk/check-ins", {"id": str(new_id()), "q": card, "via": "scan", **more})


async def test_the_board_opens(db, as_):
    dee = await as_("dee")
    answer = await dee.get("/desk")
    assert answer.status_code == 200
    assert "Scan a card or type a name" in answer.text


async def test_the_board_is_one_statement(as_, statements):
    dee = await as_("dee")
    await dee.get("/desk")
    with statements() as seen:
        await dee.get("/desk")
    assert len(seen) == 1


async def test_a_scan_answers_with_verdict_its_line_and_counters_in_two_statements(db, as_, statements):
    mo, dee = await join(db, "Mo Haddad", visits=10), await as_("dee")
    await scan(dee, (await join(db, "Warm")).card)  # the driver looks up the types of arguments once
    with statements() as seen:
        answer = await scan(dee, mo.card)
    assert len(seen) == 2
    for region in ("verdict", "counters", "arrivals"):
        assert f'hx-target="#{region}"' in answer.text
    assert "Come in" in answer.text
    assert "Mo Haddad" in answer.text
    assert (answer.text.count("<li id="), 'hx-target="#arrivals" hx-swap="afterbegin"' in answer.text) == (1, True)
    assert await visits_left(db, mo.membership_id) == 9


async def test_without_javascript_a_scan_leads_to_a_page_with_the_verdict(db, as_):
    mo, dee = await join(db, "Mo Haddad"), await as_("dee")
    answer = await dee.post("/desk/check-ins", {"id": str(new_id()), "q": mo.card, "csrf": dee.csrf}, htmx=False)
    assert answer.status_code == 303
    page = await dee.get(answer.headers["location"])
    assert "Come in" in page.text
    assert "Mo Haddad" in page.text


async def test_three_letters_find_and_one_hit_checks_in(db, as_):
    mo, dee = await join(db, "Xaverius Quill"), await as_("dee")
    found = await dee.get("/desk/find?q=xav", htmx=True)
    assert "Xaverius Quill" in found.text
    await dee.post("/desk/check-ins", {"id": str(new_id()), "q": "xaver"})
    assert await visits(db, mo.id) == 1


async def test_several_hits_are_a_list_to_choose_from(db, as_):
    one, two = await join(db, "Xaverius Quill"), await join(db, "Xaverius Rook")
    dee = await as_("dee")
    answer = await dee.post("/desk/check-ins", {"id": str(new_id()), "q": "xaver"})
    assert 'role="option"' in answer.text
    assert (await visits(db, one.id), await visits(db, two.id)) == (0, 0)
    await dee.post("/desk/check-ins", {"id": str(new_id()), "member_id": str(two.id)})
    assert await visits(db, two.id) == 1


async def test_a_typed_name_that_nobody_has_is_not_an_attempt(db, as_):
    dee = await as_("dee")
    before = await db.value("select count(*) from attempt")
    answer = await dee.post("/desk/check-ins", {"id": str(new_id()), "q": "Zzyzx"})
    assert "Nobody here is called" in answer.text
    assert await db.value("select count(*) from attempt") == before


async def test_the_same_form_sent_twice_counts_once(db, as_):
    mo, dee = await join(db, "Mo", visits=10), await as_("dee")
    form = {"id": str(new_id()), "q": mo.card, "via": "scan"}
    answers = [await dee.post("/desk/check-ins", form) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert ['hx-target="#arrivals" hx-swap="outerHTML"' in answer.text for answer in answers] == [False, True, True]
    assert await visits_left(db, mo.membership_id) == 9


async def test_the_same_id_for_another_card_is_a_conflict(db, as_):
    mo, pat, dee = await join(db, "Mo"), await join(db, "Pat"), await as_("dee")
    id = str(new_id())
    await dee.post("/desk/check-ins", {"id": id, "q": mo.card, "via": "scan"})
    answer = await dee.post("/desk/check-ins", {"id": id, "q": pat.card, "via": "scan"})
    assert answer.status_code == 409
    assert await visits(db, pat.id) == 0


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"id": "no"},
        {"id": str(uuid4())},
        {"id": str(uuid4()), "q": "x" * 65},
        {"id": str(uuid4()), "member_id": "no"},
    ],
)
async def test_nonsense_is_a_sentence(as_, form):
    dee = await as_("dee")
    assert (await dee.post("/desk/check-ins", form)).status_code == 422


@pytest.mark.parametrize("said", ["\x00", "\ud800", "%", "' or 1=1", "\u202e\U0001f3cb", "9" * 64, "0", "%%%", "___"])
async def test_no_card_breaks_the_desk(as_, said):
    dee = await as_("dee")
    data = {"id": str(new_id()), "q": said.encode("utf-8", "replace").decode(), "via": "scan"}
    assert (await dee.post("/desk/check-ins", data)).status_code < 500
    assert (await dee.get("/desk/find", params={"q": data["q"]}, htmx=True)).status_code == 200


async def test_a_member_who_is_not_there_is_not_found(as_):
    dee = await as_("dee")
    answer = await dee.post("/desk/check-ins", {"id": str(new_id()), "member_id": str(uuid4())})
    assert answer.status_code == 404


# --- taking back ---------------------------------------------------------------------------------------------------------


async def test_undo_on_the_board(db, as_):
    mo, dee = await join(db, "Mo", visits=10), await as_("dee")
    said = await tap(db, mo)
    board = await dee.get("/desk")
    assert f"/desk/visits/{said.id}/undo" in board.text
    answer = await dee.post(f"/desk/visits/{said.id}/undo", {"id": str(new_id())})
    assert "is undone" in answer.text
    assert await visits_left(db, mo.membership_id) == 10


async def test_undo_without_javascript(db, as_):
    mo, dee = await join(db, "Mo", visits=10), await as_("dee")
    said = await tap(db, mo)
    answer = await dee.post(f"/desk/visits/{said.id}/undo", {"id": str(new_id()), "csrf": dee.csrf}, htmx=False)
    assert answer.status_code == 303
    assert "is undone" in (await dee.get("/desk")).text


async def test_too_late_to_undo_says_so(db, as_):
    mo, dee = await join(db, "Mo", visits=10), await as_("dee")
    said = await tap(db, mo, now=datetime.now(UTC) - timedelta(minutes=2))
    answer = await dee.post(f"/desk/visits/{said.id}/undo", {"id": str(new_id())})
    assert answer.status_code == 409
    assert "Too late" in answer.text
    assert await visits_left(db, mo.membership_id) == 9


# --- put right at the door -------------------------------------------------------------------------------------------------


async def test_a_refused_member_is_shown_the_ways_out(db, as_):
    lou, dee = await join(db, "Lou Bianchi", starts=-60, ends=-3), await as_("dee")
    answer = await scan(dee, lou.card)
    assert "Stop" in answer.text
    assert "Expired 3 days ago" in answer.text
    for way in ("renew", "day_pass", "override"):
        assert f"/desk/members/{lou.id}/{way}" in answer.text


async def test_lou_renews_pays_cash_and_is_in(db, as_):
    lou, dee = await join(db, "Lou Bianchi", starts=-60, ends=-3), await as_("dee")
    await scan(dee, lou.card)
    panel = await dee.get(f"/desk/members/{lou.id}/renew", htmx=True)
    assert "Sell and let in" in panel.text
    type_id = await db.value("select type_id from membership where id = $1", lou.membership_id)
    form = {
        "id": str(new_id()),
        "type_id": str(type_id),
        "renews_id": str(lou.membership_id),
        "starts": "today",
        "method": "cash",
    }
    answer = await dee.post(f"/desk/members/{lou.id}/memberships", form)
    assert answer.status_code == 200, answer.text[:500]
    assert "Come in" in answer.text
    assert await visits(db, lou.id) == 1
    balance = await db.value("select coalesce(sum(balance), 0) from account where payer_id = $1", lou.person_id)
    assert balance == 0
    again = await dee.post(f"/desk/members/{lou.id}/memberships", form)
    assert again.status_code == 200
    assert await db.value("select count(*) from membership where member_id = $1", lou.id) == 2
    assert await visits(db, lou.id) == 1


async def test_pay_later_leaves_the_charge_open_and_warns(db, as_):
    lou, dee = await join(db, "Lou", starts=-60, ends=-3), await as_("dee")
    type_id = await db.value("select type_id from membership where id = $1", lou.membership_id)
    form = {"id": str(new_id()), "type_id": str(type_id), "method": "later"}
    answer = await dee.post(f"/desk/members/{lou.id}/memberships", form)
    assert "Look first" in answer.text
    assert "Owes" in answer.text


async def test_a_debt_is_paid_and_the_member_is_in(db, as_):
    mo, dee = await join(db, "Mo"), await as_("dee")
    await db.run(
        """insert into ledger_line (id, gym_id, payer_id, member_id, kind, code, amount, currency, due_on, at)
        values ($1, $2, $3, $4, 'charge', 'other', 2500, 'EUR', current_date - 30, now())""",
        new_id(),
        HERE,
        mo.person_id,
        mo.id,
    )
    assert "overdue" in (await scan(dee, mo.card)).text
    panel = await dee.get(f"/desk/members/{mo.id}/take_payment", htmx=True)
    assert 'value="25.00"' in panel.text
    answer = await dee.post(f"/desk/members/{mo.id}/payments", {"id": str(new_id()), "amount": "25.00", "method": "terminal"})
    assert "Come in" in answer.text


async def test_unfreeze_at_the_desk(db, as_):
    fay, dee = await join(db, "Fay"), await as_("dee")
    days = {"starts_on": today(), "ends_on": today() + timedelta(days=9), "why": "Holiday", "by_staff": True}
    frozen = await members.freeze(db, DEE, fay.id, fay.membership_id, **days, id=new_id(), now=datetime.now(UTC))
    assert not isinstance(frozen, Refused), frozen
    assert "Frozen until" in (await scan(dee, fay.card)).text
    assert "Unfreeze and let in" in (await dee.get(f"/desk/members/{fay.id}/unfreeze", htmx=True)).text
    answer = await dee.post(f"/desk/members/{fay.id}/thaw", {"id": str(new_id()), "membership_id": str(fay.membership_id)})
    assert "Come in" in answer.text


async def test_lift_a_suspension_at_the_desk(db, as_):
    sam, dee = await join(db, "Sam"), await as_("dee")
    await db.run("update membership set suspended_on = current_date - 1 where id = $1", sam.membership_id)
    assert "Suspended since" in (await scan(dee, sam.card)).text
    answer = await dee.post(f"/desk/members/{sam.id}/lift", {"id": str(new_id()), "membership_id": str(sam.membership_id)})
    assert "Come in" in answer.text


async def test_sign_the_waiver_at_the_desk(db, as_):
    mo, dee = await join(db, "Mo"), await as_("dee")
    version = new_id()
    await db.run(
        "insert into waiver_version (id, number, title, body, published_at) values ($1, 9001, 'House rules', 'Be kind.', now())",
        version,
    )
    panel = await dee.get(f"/desk/members/{mo.id}/sign_waiver", htmx=True)
    assert "Be kind." in panel.text
    form = {"id": str(new_id()), "version_id": str(version), "typed_name": "Mo Haddad"}
    answer = await dee.post(f"/desk/members/{mo.id}/signatures", form)
    assert "Come in" in answer.text


async def test_let_in_on_dees_word_needs_a_reason(db, as_):
    lou, dee = await join(db, "Lou", starts=-60, ends=-3), await as_("dee")
    form = {"id": str(new_id()), "member_id": str(lou.id), "why": ""}
    assert (await dee.post("/desk/overrides", form)).status_code == 422
    answer = await dee.post("/desk/overrides", form | {"why": "Slip seen"})
    assert "Let in" in answer.text
    assert "Slip seen" in (await dee.get("/desk/exceptions")).text


async def test_panels_work_as_whole_pages_too(db, as_):
    lou, dee = await join(db, "Lou", starts=-60, ends=-3), await as_("dee")
    for way in ("renew", "sell", "day_pass", "take_payment", "unfreeze", "unsuspend", "sign_waiver", "override"):
        answer = await dee.get(f"/desk/members/{lou.id}/{way}")
        assert answer.status_code == 200, way
        assert "<html" in answer.text
    assert (await dee.get(f"/desk/members/{lou.id}/nonsense")).status_code == 404
    assert (await dee.get(f"/desk/members/{uuid4()}/renew")).status_code == 404


# --- who is in -----------------------------------------------------------------------------------------------------------------


async def test_who_is_in_and_out(db, as_):
    mo, dee = await join(db, "Mo Insider"), await as_("dee")
    said = await tap(db, mo)
    assert "Mo Insider" in (await dee.get("/desk/inside")).text
    answer = await dee.post(f"/desk/visits/{said.id}/check-out", {"id": str(new_id())})
    assert "has left" in answer.text
    assert "Mo Insider" not in (await dee.get("/desk/inside")).text
    assert (await dee.post(f"/desk/visits/{uuid4()}/check-out", {})).status_code == 404


async def test_everybody_out(db, as_):
    mo, dee = await join(db, "Mo Insider"), await as_("dee")
    await tap(db, mo)
    answer = await dee.post("/desk/inside/everybody-out", {"id": str(new_id())})
    assert "Nobody is in" in answer.text


# --- who may ---------------------------------------------------------------------------------------------------------------------

PAGES = ["/desk", "/desk/find?q=mar", "/desk/inside", "/desk/entries", "/desk/exceptions", "/desk/rules", "/desk/entries.csv"]


@pytest.mark.parametrize("url", PAGES)
async def test_members_do_not_stand_at_the_desk(as_, url):
    mo = await as_("mo")
    assert (await mo.get(url)).status_code == 403


@pytest.mark.parametrize("url", PAGES)
async def test_strangers_sign_in_first(anybody, url):
    assert (await anybody.get(url)).status_code in {303, 401}


async def test_the_desk_does_not_rule_the_door_nor_export(as_):
    dee = await as_("dee")
    assert (await dee.get("/desk/rules")).status_code == 403
    assert (await dee.get("/desk/entries.csv")).status_code == 403
