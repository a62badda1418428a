"""Windows, means, trend, charts and the report, as a member sees them."""

import io
from datetime import date, timedelta

import pytest
from PIL import Image

from app.db import new_id
from app.progress.rules.chart import draw
from app.progress.rules.numbers import Point
from app.progress.rules.windows import rolling
from tests.progress.conftest import TODAY


async def weigh(db, person_id, **days):
    """weigh(db, mo, d0=82, d7=83): so many days ago."""
    for ago, weight in days.items():
        await db.run(
            "insert into daily_check_in (id, person_id, day, weight_kg, waist_cm, hip_cm, steps) values ($1, $2, $3, $4, 85, 100, 8000)",
            new_id(), person_id, TODAY - timedelta(days=int(ago[1:])), weight,
        )  # fmt: skip


async def test_a_mean_is_compared_with_the_period_before(db, as_, world):
    await weigh(db, world.id("mo"), d0=80, d3=81, d8=84)
    text = (await (await as_("mo")).get("/progress/numbers?days=7")).text
    assert "80.5" in text
    assert "Better" in text
    assert "2 of 7 days" in text
    assert "before: 1" in text


@pytest.mark.parametrize("days", [7, 15, 30, 60, 90])
async def test_every_window_opens(as_, days):
    assert 'aria-current="true"' in (await (await as_("mo")).get(f"/progress/numbers?days={days}")).text


async def test_a_custom_range_and_one_that_makes_no_sense(as_):
    mo = await as_("mo")
    assert "1 Jan 2026 – 31 Jan 2026" in (await mo.get("/progress/numbers?from=2026-01-01&to=2026-01-31")).text
    assert "21 Nov 2026" in (await mo.get("/progress/numbers?from=2026-02-01&to=2026-01-31")).text


@pytest.mark.parametrize(
    "query", ["days=999999999999", "days=-1", "from=x&to=y", "show=drop+table", "show=weight_kg&show=whr&show=mood", "days=%00"]
)
async def test_no_query_breaks_the_numbers(as_, query):
    for path in ("numbers", "report", "days", "supplements", "plan", "photos"):
        assert (await (await as_("mo")).get(f"/progress/{path}?{query}")).status_code == 200


async def test_the_trend_is_said_in_a_sentence(db, as_, world):
    await weigh(db, world.id("mo"), d0=79, d6=80)
    assert "Weight went down; the waist held steady" in (await (await as_("mo")).get("/progress/numbers?days=7")).text


async def test_points_can_be_reached_by_keyboard_and_read_in_a_table(db, as_, world):
    await weigh(db, world.id("mo"), d0=79, d6=80)
    text = (await (await as_("mo")).get("/progress/numbers?days=7&show=weight_kg&show=steps")).text
    assert text.count('tabindex="0" role="img"') == 4
    assert "is-gap" in text
    assert "Show the numbers" in text


async def test_one_point_makes_no_line(db, as_, world):
    await weigh(db, world.id("mo"), d0=79)
    assert "Two days with this measure make a line" in (await (await as_("mo")).get("/progress/numbers?days=7")).text


def test_a_chart_is_spaced_by_the_real_day():
    window = rolling(11, date(2026, 3, 11))
    chart = draw("weight_kg", [Point(date(2026, 3, 1), 80), Point(date(2026, 3, 2), 81), Point(date(2026, 3, 11), 79)], window)
    xs = [dot.x for dot in chart.dots]
    assert round((xs[2] - xs[1]) / (xs[1] - xs[0])) == 9
    assert [line.is_gap for line in chart.stretches] == [False, True]
    assert (chart.covered, chart.of, chart.change) == (3, 11, -1)
    assert chart.dots[1].y < chart.dots[0].y < chart.dots[2].y


@pytest.mark.parametrize("values", [[80, 80], [0, 0], [0.851, 0.852], [1, 100000], [0, 1]])
def test_every_chart_has_a_few_round_heights(values):
    chart = draw(
        "x",
        [Point(date(2026, 3, 1) + timedelta(days=n), value) for n, value in enumerate(values)],
        rolling(30, date(2026, 3, 20)),
    )
    assert 2 <= len(chart.heights) <= 7
    assert all(0 <= dot.y <= 210 for dot in chart.dots)


async def test_the_report_prints_and_is_a_picture_and_a_text(db, as_, world):
    await weigh(db, world.id("mo"), d0=79, d6=80)
    mo = await as_("mo")
    assert "My numbers" in (await mo.get("/progress/report?days=7")).text
    picture = await mo.get("/progress/report.png?days=7")
    assert picture.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(picture.content)).size == (720, 680)
    assert "Body weight: 79.5 kg" in (await mo.get("/progress/numbers?days=7")).text
    await db.run("update person set locale = 'sr' where id = $1", world.id("mo"))
    assert "Telesna težina: 79,5 kg" in (await (await as_("mo")).get("/progress/numbers?days=7")).text


async def test_the_overview_asks_for_today_until_it_is_told(db, as_, world):
    mo = await as_("mo")
    assert "How was the day?" in (await mo.get("/progress")).text
    await weigh(db, world.id("mo"), d0=79)
    assert "Today is told" in (await mo.get("/progress")).text
