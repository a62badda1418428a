"""The members' screens, as whole requests."""

import csv
import io
import re
from datetime import timedelta
from uuid import UUID

import pytest
from PIL import Image

from app.db import new_id
from app.members import actions, queries
from app.money import actions as money
from tests.members.conftest import Gym

pytestmark = pytest.mark.anyio


def jpeg(width: int = 900, height: int = 600) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "JPEG")
    return out.getvalue()


async def test_the_list_finds_people_by_three_letters_without_accents(gym: Gym, as_) -> None:
    dee = await as_("dee")
    answer = await dee.get("/members?q=mari")
    assert answer.status_code == 200
    assert "Ana Marić" in answer.text
    assert "Mo Haddad" not in answer.text


@pytest.mark.parametrize(
    "said", ["1001", "mo@demo", "HADDAD", "had mo", "10000001", "0001", "064 555 1001", "+381645551001", "mo h"]
)
async def test_mo_is_found_by(gym: Gym, said: str) -> None:
    found = await queries.find(gym.db, said, gym.dee.gym_ids, gym.today)
    assert "Mo Haddad" in [one.name for one in found], said


async def test_the_last_four_of_a_card_or_a_phone_are_enough(gym: Gym) -> None:
    await actions.give_card(gym.db, gym.dee, gym.member("lou"), "ab-993-7781", id=new_id(), now=gym.now)
    assert [one.name for one in await queries.find(gym.db, "7781", gym.dee.gym_ids, gym.today)] == ["Lou Bianchi"]
    assert (await queries.find(gym.db, "1004", gym.dee.gym_ids, gym.today))[0].name == "Pat Kowalski"


async def test_a_new_name_is_found_at_once(gym: Gym) -> None:
    await gym.db.run("update person set name = 'Moira Žarković' where id = $1", gym.ana.person_id)
    assert await queries.find(gym.db, "zarkov", gym.dee.gym_ids, gym.today)
    assert not await queries.find(gym.db, "ana maric", gym.dee.gym_ids, gym.today)


async def test_zed_of_the_other_gym_is_not_dees(gym: Gym, as_) -> None:
    dee = await as_("dee")
    assert "Zed" not in (await dee.get("/members?q=zed")).text
    for path in ("", "/edit", "/notes", "/devices", "/household", "/waiver", "/payments", "/photo"):
        assert (await dee.get(f"/members/{gym.member('zed')}{path}")).status_code == 404
    assert (await dee.post(f"/members/{gym.member('zed')}/notes", {"id": str(new_id()), "body": "x"})).status_code == 404


async def test_zed_is_found_once_a_membership_opens_this_gym_to_them(gym: Gym) -> None:
    await gym.sell("zed", "month")
    assert [one.name for one in await queries.find(gym.db, "zed", gym.dee.gym_ids, gym.today)] == ["Zed Novak"]


async def test_members_see_no_list(gym: Gym, as_) -> None:
    mo = await as_("mo")
    for path in (
        "/members",
        f"/members/{gym.member('lou')}",
        f"/members/{gym.member('mo')}/notes",
        "/till",
        "/money",
        "/membership-types",
    ):
        assert (await mo.get(path)).status_code == 403


async def test_pages_follow_each_other_without_gaps_or_doubles(gym: Gym, as_) -> None:
    for n in range(120):
        await actions.register(
            gym.db,
            gym.dee,
            name=f"Twin {n % 7}",
            id=new_id(),
            now=gym.now,
            joined_on=gym.today - timedelta(days=n % 5),
            gym_id=gym.dee.gym_id,
        )
    ana = await as_("ana")
    for sort in ("name", "number", "joined", "ends"):
        for down in ("", "&down=on"):
            seen, path = [], f"/members?q=twin&sort={sort}{down}"
            while path:
                text = (await ana.get(path)).text
                seen += re.findall(r'<th scope="row"><a class="row" href="/members/([0-9a-f-]{36})"', text)
                more = re.search(r'href="(/members\?[^"]*after=[^"]*)" rel="next"', text)
                path = more[1].replace("&amp;", "&") if more else ""
            assert len(seen) == len(set(seen)) == 120, (sort, down)


async def test_typing_swaps_the_rows_and_the_chips_and_nothing_else(gym: Gym, as_) -> None:
    answer = await (await as_("dee")).get("/members?q=hadd&type=&status=&sort=name", htmx=True)
    assert answer.status_code == 200
    assert re.findall(r'hx-target="#([a-z]+)"', answer.text) == ["members", "chips"]
    assert "Mo Haddad" in answer.text
    assert "<html" not in answer.text
    assert answer.headers["hx-push-url"] == "/members?q=hadd"


@pytest.mark.parametrize(
    ("path", "region"),
    [("", "sold"), ("/payments", "account"), ("/household", "household"), ("/devices", "cards")],
)
async def test_regions_are_drawn_alone(gym: Gym, as_, path: str, region: str) -> None:
    await gym.sell("mo")
    answer = await (await as_("ana")).get(f"/members/{gym.member('mo')}{path}", htmx=True)
    assert answer.status_code == 200
    assert f'hx-target="#{region}"' in answer.text
    assert "<html" not in answer.text


async def test_filters_are_in_the_address_and_status_is_true(gym: Gym, as_) -> None:
    await gym.sell("mo")
    await gym.sell("lou", days_ago=90)
    dee = await as_("dee")
    active = (await dee.get("/members?status=active")).text
    assert "Mo Haddad" in active
    assert "Lou Bianchi" not in active
    assert "Lou Bianchi" in (await dee.get("/members?status=expired")).text
    assert "Pat Kowalski" in (await dee.get("/members?status=none")).text
    assert 'value="active"' in active


@pytest.mark.parametrize(
    "query", ["?after=zzz&after_id=nonsense", "?sort=evil&down=maybe", "?type=1&gym=x", "?status=%00", "?sort=joined&after=x&after_id=" + str(UUID(int=1)), "?q=%F0%9F%8F%8B%EF%B8%8F%27--", "?q=" + "a" * 500]
)  # fmt: skip
async def test_nonsense_in_an_address_is_a_list(gym: Gym, as_, query: str) -> None:
    assert (await (await as_("dee")).get(f"/members{query}")).status_code == 200


async def test_the_export_is_safe_for_spreadsheets_and_is_written_down(gym: Gym, as_) -> None:
    await actions.register(
        gym.db, gym.dee, name="=HYPERLINK(0)", id=new_id(), now=gym.now, joined_on=gym.today, gym_id=gym.dee.gym_id
    )
    answer = await (await as_("ana")).get("/members.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][1] == "Name"
    assert any(row[1] == "'=HYPERLINK(0)" for row in rows)
    assert any(row[3].startswith("'+381") for row in rows)
    assert await gym.db.value("select (after->>'rows')::int from audit_line where act = 'members.export'") == len(rows) - 1
    assert (await (await as_("dee")).get("/members.csv")).status_code == 403


async def test_somebody_new_in_six_fields_with_a_card_and_a_membership(gym: Gym, as_) -> None:
    dee = await as_("dee")
    page = await dee.get("/members/new")
    assert len(re.findall(r'<(?:input|select)[^>]* id="f-', page.text)) == 6
    form = {
        "id": str(new_id()), "name": "Tea Ilić", "phone": "060 1", "email": "tea@example.org", "born_on": "1999-05-05", "card": "555-1",
        "type_id": str(gym.type("month")),
    }  # fmt: skip
    for _ in range(2):
        answer = await dee.post("/members/new", form)
        assert answer.headers["hx-location"].startswith("/members/")
    record = await dee.get(answer.headers["hx-location"])
    assert "Tea Ilić" in record.text
    assert "64.00" in record.text
    assert await gym.db.value("select count(*) from member m join person p on p.id = m.person_id where p.name = 'Tea Ilić'") == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("email", "nobody"),
        ("born_on", "2999-01-01"),
        ("born_on", "yesterday"),
        ("card", "10000003"),
    ],
)
async def test_what_does_not_fit_is_said_at_the_field_and_kept(gym: Gym, as_, field: str, value: str) -> None:
    form = {"id": str(new_id()), "name": "Tea Ilić", "phone": "060 77", field: value}
    answer = await (await as_("dee")).post("/members/new", form)
    assert answer.status_code in (409, 422)
    assert f'id="f-{field}-error"' in answer.text
    assert 'value="060 77"' in answer.text


async def test_an_address_that_somebody_has_is_refused_at_the_field(gym: Gym, as_) -> None:
    answer = await (await as_("dee")).post("/members/new", {"id": str(new_id()), "name": "Mo Again", "email": "MO@demo.spotter"})
    assert answer.status_code == 409
    assert "Somebody else has this e-mail address." in answer.text


async def test_details_alert_and_consents_are_saved(gym: Gym, as_) -> None:
    dee = await as_("dee")
    form = {"name": "Mo H.", "phone": "1", "alert": "Bring the towel", "emergency_name": "Aya", "consents": ["email"]}
    assert (await dee.post(f"/members/{gym.member('mo')}/edit", form)).headers["hx-location"]
    member = await queries.member(gym.db, gym.member("mo"), gym.dee.gym_ids)
    assert member is not None
    assert (member.name, member.alert, member.emergency_name, member.email) == ("Mo H.", "Bring the towel", "Aya", None)
    assert [said.code for said in member.consents if said.is_given] == ["email"]
    await dee.post(f"/members/{gym.member('mo')}/edit", {**form, "consents": []})
    member = await queries.member(gym.db, gym.member("mo"), gym.dee.gym_ids)
    assert member is not None
    assert [said.is_given for said in member.consents] == [False]
    assert await gym.db.value("select count(*) from consent where member_id = $1", gym.member("mo")) == 2


async def test_a_photo_is_upright_small_private_and_gone_when_removed(gym: Gym, as_) -> None:
    dee, path = await as_("dee"), f"/members/{gym.member('mo')}/photo"
    await dee.send("POST", path, files={"photo": ("x.jpg", jpeg(), "image/jpeg")})
    answer = await dee.get(f"{path}?size=160")
    assert answer.headers["content-type"] == "image/webp"
    assert "private" in answer.headers["cache-control"]
    assert "sandbox" in answer.headers["content-security-policy"]
    assert Image.open(io.BytesIO(answer.content)).size == (256, 171)
    assert (await (await as_("mo")).get(path)).status_code == 200
    assert (await (await as_("lou")).get(path)).status_code == 404
    await dee.post(f"{path}/drop")
    assert (await dee.get(path)).status_code == 404


@pytest.mark.parametrize("data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"\xff\xd8\xffnonsense"])
async def test_what_is_no_photo_is_refused_in_words(gym: Gym, as_, data: bytes) -> None:
    answer = await (await as_("dee")).send(
        "POST", f"/members/{gym.member('mo')}/photo", files={"photo": ("x.jpg", data, "image/jpeg")}, htmx=False
    )
    assert answer.status_code == 303
    assert await gym.db.value("select count(*) from member_photo") == 0


async def test_a_note_sent_twice_is_one_note(gym: Gym, as_) -> None:
    dee, id = await as_("dee"), str(new_id())
    for _ in range(2):
        answer = await dee.post(f"/members/{gym.member('mo')}/notes", {"id": id, "body": "<b>Left</b> knee"})
    assert "&lt;b&gt;Left&lt;/b&gt; knee" in answer.text
    assert 'hx-target="#notes"' in answer.text
    assert await gym.db.value("select count(*) from member_note") == 1


async def test_cards_of_any_length_replaced_blocked_lost_and_given_back(gym: Gym, as_) -> None:
    dee, mo = await as_("dee"), gym.member("mo")
    old = await gym.db.value("select id from card where member_id = $1", mo)
    answer = await dee.post(f"/members/{mo}/cards", {"id": str(new_id()), "code": "x" * 200, "replaces": str(old)})
    assert "X" * 200 in answer.text
    assert await gym.db.value("select lost_at is not null from card where id = $1", old)
    taken = await dee.post(f"/members/{gym.member('lou')}/cards", {"id": str(new_id()), "code": "X" * 200})
    assert taken.status_code == 409
    await dee.post(f"/members/{mo}/cards/{old}", {"act": "back"})
    assert (await dee.post(f"/members/{gym.member('lou')}/cards", {"id": str(new_id()), "code": "10000001"})).status_code == 200
    assert (await dee.post(f"/members/{mo}/cards/{old}", {"act": "explode"})).status_code == 422


async def test_two_cards_sharing_their_first_four_signs_are_two_cards(gym: Gym) -> None:
    assert await actions.give_card(gym.db, gym.dee, gym.member("mo"), "12345678", id=new_id(), now=gym.now) is None
    assert await actions.give_card(gym.db, gym.dee, gym.member("lou"), "12349999", id=new_id(), now=gym.now) is None


async def test_kims_household(gym: Gym, as_) -> None:
    dee, kim = await as_("dee"), gym.member("kim")
    text = (await dee.get(f"/members/{kim}/household")).text
    assert "Lia Tran" in text
    assert "Minor" in text
    assert await queries.payer_of(gym.db, gym.member("lia")) == await gym.db.value(
        "select person_id from member where id = $1", kim
    )
    pat = f"/members/{gym.member('pat')}/household"
    assert (await dee.post(pat, {"id": str(new_id()), "name": "Kowalski"})).status_code == 200
    await dee.post(f"{pat}/place", {"member_id": str(gym.member("pat")), "act": "leave"})
    number = await gym.db.value("select number from member where id = $1", gym.member("pat"))
    joined = await dee.post(f"/members/{kim}/household/places", {"number": str(number), "may_use": "on"})
    assert "Pat Kowalski" in joined.text
    leaving = await dee.post(f"/members/{kim}/household/place", {"member_id": str(kim), "act": "leave"})
    assert leaving.status_code == 409
    await dee.post(f"/members/{kim}/household/place", {"member_id": str(gym.member("pat")), "act": "pay"})
    assert await gym.db.value("select count(*) from household_place where is_payer") == 1
    assert (await dee.post(f"/members/{kim}/household/place", {"member_id": str(kim), "act": "leave"})).status_code == 200


async def test_the_family_pack_is_charged_to_kim_and_usable_by_the_children(gym: Gym) -> None:
    await gym.sell("kim", "family")
    shared = await queries.held_by(gym.db, gym.member("lia"), with_shared=True)
    assert [(one.owner, one.is_own) for one in shared] == [("Kim Tran", False)]
    sold = await gym.sell("lia", "ten")
    lines = await gym.db.value("select payer_id from ledger_line where membership_id = $1 limit 1", sold.id)
    assert lines == await queries.payer_of(gym.db, gym.member("kim"))


async def test_the_database_allows_one_payer_and_one_household_each(gym: Gym) -> None:
    from tests.members.conftest import refused_by_the_database

    async with refused_by_the_database(gym.db, Exception):
        await gym.db.run("update household_place set is_payer = true")


async def test_signing_by_hand_and_by_name(gym: Gym, as_) -> None:
    dee, mo = await as_("dee"), gym.member("mo")
    await actions.publish_waiver(gym.db, gym.ana, title="New", body="Read this", id=new_id(), now=gym.now)
    page = (await dee.get(f"/members/{mo}/waiver")).text
    version = re.search(r'name="version_id" value="([^"]+)"', page)
    assert version
    import base64

    out = io.BytesIO()
    Image.new("RGB", (900, 270), "white").save(out, "PNG")
    drawing = "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
    form = {"id": str(new_id()), "version_id": version[1], "typed_name": "Mo Haddad", "drawing": drawing}
    for _ in range(2):
        assert (await dee.post(f"/members/{mo}/waiver", form)).headers["hx-location"]
    signatures = await queries.signature_of(gym.db, mo)
    assert [(one.number, one.has_drawing) for one in signatures] == [(2, True), (1, False)]
    image = await dee.get(f"/members/{mo}/signatures/{signatures[0].id}")
    assert image.headers["content-type"] == "image/webp"
    old = await dee.post(f"/members/{mo}/waiver", {**form, "id": str(new_id()), "version_id": str(signatures[1].id)})
    assert old.status_code == 409


@pytest.mark.parametrize(
    "drawing", ["data:image/png;base64,!!!", "data:image/svg+xml;base64,PHN2Zy8+", "x" * 1000, "data:image/png;base64,AAAA"]
)
async def test_a_drawing_that_is_none_leaves_the_typed_name(gym: Gym, as_, drawing: str) -> None:
    await actions.publish_waiver(gym.db, gym.ana, title="New", body="Read this", id=new_id(), now=gym.now)
    waiver = await queries.current_waiver(gym.db)
    assert waiver
    form = {"id": str(new_id()), "version_id": str(waiver.id), "typed_name": "Mo", "drawing": drawing}
    assert (await (await as_("dee")).post(f"/members/{gym.member('mo')}/waiver", form)).status_code == 200
    assert (await queries.signature_of(gym.db, gym.member("mo")))[0].has_drawing is False


async def test_a_published_waiver_is_never_edited(gym: Gym) -> None:
    from tests.members.conftest import refused_by_the_database

    async with refused_by_the_database(gym.db, Exception):
        await gym.db.run("update waiver_version set body = 'other'")


async def test_erasing_forgets_the_person_and_keeps_the_accounts(gym: Gym, as_) -> None:
    await gym.sell("lou", days_ago=90)
    await actions.note(gym.db, gym.dee, gym.member("lou"), "Secret", id=new_id(), now=gym.now)
    ana, lou = await as_("ana"), gym.member("lou")
    number = await gym.db.value("select number from member where id = $1", lou)
    assert "Lou Bianchi" in (await ana.get(f"/members/{lou}/erase")).text
    assert (await ana.post(f"/members/{lou}/erase", {"typed": "wrong"})).status_code == 422
    assert (await ana.post(f"/members/{lou}/erase", {"typed": str(number)})).headers["hx-location"] == "/members"
    everything = await gym.db.value(
        """select string_agg(t::text, '') from (select m::text as t from member m union all select p::text from person p
           union all select n::text from member_note n union all select c::text from card c union all select w::text from waiver_signature w) x"""
    )
    assert "Bianchi" not in everything
    assert "Secret" not in everything
    assert "lou@" not in everything
    assert await gym.db.value("select count(*) from membership where member_id = $1", lou) == 1
    assert await gym.db.value("select sum(amount) from ledger_line where member_id = $1", lou) == 6400
    assert not await queries.find(gym.db, "bianchi", gym.ana.gym_ids, gym.today)
    assert (await ana.get(f"/members/{lou}")).status_code == 200


async def test_nobody_is_erased_while_a_membership_runs(gym: Gym, as_) -> None:
    await gym.sell("mo")
    ana, mo = await as_("ana"), gym.member("mo")
    number = await gym.db.value("select number from member where id = $1", mo)
    assert (await ana.post(f"/members/{mo}/erase", {"typed": str(number)})).status_code == 409
    assert (await (await as_("max")).post(f"/members/{mo}/erase", {"typed": str(number)})).status_code == 403


async def test_deleting_a_member_is_refused_by_the_database(gym: Gym) -> None:
    from tests.members.conftest import refused_by_the_database

    await gym.sell("mo")
    async with refused_by_the_database(gym.db, Exception):
        await gym.db.run("delete from member where id = $1", gym.member("mo"))


async def test_two_records_of_one_person_become_one(gym: Gym, as_) -> None:
    twin = new_id()
    await actions.register(
        gym.db,
        gym.dee,
        name="MO HADDÁD",
        id=twin,
        now=gym.now,
        joined_on=gym.today,
        gym_id=gym.dee.gym_id,
        email="mo2@example.org",
    )
    await actions.give_card(gym.db, gym.dee, twin, "TWIN1", id=new_id(), now=gym.now)
    await gym.sell("mo")
    await money.sell(gym.db, gym.dee, twin, gym.type("month"), starts_on=gym.today, id=new_id(), now=gym.now)
    ana = await as_("ana")
    assert "Perhaps the same person" in (await ana.get(f"/members/{twin}")).text
    number = await gym.db.value("select number from member where id = $1", gym.member("mo"))
    assert "Mo Haddad" in (await ana.get(f"/members/{twin}/merge")).text
    answer = await ana.post(f"/members/{twin}/merge", {"number": str(number)})
    assert answer.headers["hx-location"] == f"/members/{gym.member('mo')}"
    assert len(await queries.held_by(gym.db, gym.member("mo"))) == 2
    balances = dict(await gym.db.connection.fetch("select payer_id::text, balance from account"))
    assert sorted(balances.values()) == [0, 12800]
    assert [one.name for one in await queries.find(gym.db, "twin1", gym.dee.gym_ids, gym.today)] == ["Mo Haddad"]
    assert (await ana.get(f"/members/{twin}")).status_code == 200


async def test_types_are_offered_changed_and_withdrawn(gym: Gym, as_) -> None:
    ana, id = await as_("ana"), str(new_id())
    form = {
        "id": id, "name": "Evenings", "kind": "membership", "duration": "1", "duration_unit": "month", "price": "29,90", "rows": "2",
        "days-0": ["0", "4"], "opens-0": "17:00", "closes-0": "22:00", "days-1": ["5"], "opens-1": "22:00", "closes-1": "02:00", "grace_days": "2",
    }  # fmt: skip
    assert (await ana.post("/membership-types", form)).headers["hx-location"] == "/membership-types"
    found = await queries.type_of(gym.db, UUID(id), gym.ana.gym_ids)
    assert found
    assert (found.price, found.windows) == (
        2990,
        [
            {"day": 0, "from": "17:00", "to": "22:00"},
            {"day": 4, "from": "17:00", "to": "22:00"},
            {"day": 5, "from": "22:00", "to": "02:00"},
        ],
    )
    page = (await ana.get(f"/membership-types/{id}")).text
    assert ('name="rows" value="2"' in page, page.count('value="22:00"')) == (True, 2)
    assert "Evenings" in (await ana.get("/membership-types")).text
    assert (await ana.post("/membership-types", {**form, "id": str(new_id())})).status_code == 409
    withdrawn = await ana.post(f"/membership-types/{id}/sale", {})
    assert "Withdrawn" in withdrawn.text
    assert (await ana.get(f"/membership-types/{id}")).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"), [("visits", "3"), ("price", "-1"), ("price", "1e30"), ("duration", "0"), ("kind", "gold"), ("closes-0", "06:00"), ("opens-0", "25:00"), ("days-0", "9"), ("name", ""), ("grace_days", "9999")]
)  # fmt: skip
async def test_terms_that_make_no_sense(gym: Gym, as_, field: str, value: str) -> None:
    form = {
        "id": str(new_id()),
        "name": "Odd",
        "kind": "membership",
        "duration": "1",
        "duration_unit": "month",
        "price": "1",
        "opens-0": "06:00",
        "closes-0": "12:00",
    }
    assert (await (await as_("ana")).post("/membership-types", {**form, field: value})).status_code == 422


async def test_hours_are_added_and_removed_without_saving_anything(gym: Gym, as_) -> None:
    ana, id = await as_("ana"), gym.type("mornings")
    before = (await queries.type_of(gym.db, id, gym.ana.gym_ids)).windows
    form = {
        "id": str(id),
        "name": "Morn",
        "rows": "1",
        "days-0": ["0", "1"],
        "opens-0": "06:00",
        "closes-0": "12:00",
        "csrf": ana.csrf,
    }
    more = await ana.post("/membership-types", {**form, "hours": "more"}, htmx=False)
    assert (more.status_code, 'name="rows" value="2"' in more.text, 'value="Morn"' in more.text) == (200, True, True)
    assert 'value="06:00"' in more.text
    less = await ana.post("/membership-types", {**form, "rows": "2", "opens-1": "18:00", "hours": "drop-0"})
    assert ('name="rows" value="1"' in less.text, 'value="18:00"' in less.text, 'value="06:00"' in less.text) == (
        True,
        True,
        False,
    )
    assert (await queries.type_of(gym.db, id, gym.ana.gym_ids)).windows == before


async def test_the_gyms_rules_are_kept(gym: Gym, as_) -> None:
    form = {
        "may_freeze": "on", "freeze_min_days": "5", "freeze_max_days": "60", "freeze_fee": "4,50", "cancel_notice_days": "30",
        "renew_days_before": "10", "adult_age": "16",
    }  # fmt: skip
    ana = await as_("ana")
    assert (await ana.post("/membership-rules", form)).headers["hx-location"]
    rules = await queries.gym_rules(gym.db, gym.ana.gym_id)
    assert (rules.freeze_fee, rules.may_cancel, rules.adult_age) == (450, False, 16)
    assert (await ana.post("/membership-rules", {**form, "freeze_max_days": "2"})).status_code == 422
    assert (await ana.get("/membership-rules")).status_code == 200


async def test_every_tab_of_a_record_is_a_page(gym: Gym, as_) -> None:
    await gym.sell("mo")
    dee = await as_("dee")
    for tab in ("", "/edit", "/notes", "/devices", "/household", "/waiver", "/payments"):
        answer = await dee.get(f"/members/{gym.member('mo')}{tab}")
        assert answer.status_code == 200
        assert answer.text.count("<h1") == 1
    assert (await (await as_("ana")).get("/waiver")).status_code == 200


async def test_a_record_costs_few_statements(gym: Gym, as_, statements) -> None:
    await gym.sell("mo")
    dee = await as_("dee")
    with statements() as seen:
        await dee.get(f"/members/{gym.member('mo')}")
    assert len(seen) <= 7
    with statements() as seen:
        await dee.get("/members?q=mari")
    assert len(seen) <= 4


async def test_the_visits_tab_lists_every_attempt(gym: Gym, as_) -> None:
    dee, mo = await as_("dee"), gym.member("mo")
    assert "No visits yet" in (await dee.get(f"/members/{mo}/visits")).text
    await dee.post("/desk/check-ins", {"id": str(new_id()), "q": "10000001", "via": "scan"})
    answer = await dee.get(f"/members/{mo}/visits?before=nonsense")
    assert answer.status_code == 200
    assert await gym.db.value("select count(*) from attempt where member_id = $1", mo) == answer.text.count("<time ") == 1
    assert (await dee.get(f"/members/{gym.member('zed')}/visits")).status_code == 404
    assert (await (await as_("mo")).get(f"/members/{mo}/visits")).status_code == 403
