"""What the members' tables promise by themselves."""

import pytest

from app.db import Db

pytestmark = pytest.mark.anyio


async def test_folding_forgets_case_accents_and_alphabets(db: Db) -> None:
    said = {
        "Đorđe Šćepanović": "dorde scepanovic",
        "Djordje": "dorde",
        "Ђорђе Шћепановић": "dorde scepanovic",
        "Љубица Џајић": "ljubica dzajic",
        "José-María O’Neill": "jose maria oneill",
        "  ÅSA   Ødegård ": "asa odegard",
        "Straße": "strasse",
        "ŁUKASZ": "lukasz",
        "山田": "山田",
        "'; drop table member; --": "drop table member",
    }
    for name, folded in said.items():
        assert await db.value("select member_fold($1)", name) == folded


async def test_odd_searches_are_searches(db: Db) -> None:
    for said in ("'", "\\", "a'b\\c", "a & | ! ( ) :* <->", "000", "+++", "(", "\u202e", "%_"):
        await db.value("select member_query($1)", said)
