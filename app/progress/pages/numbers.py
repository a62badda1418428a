"""The numbers: means against the period before, the trend in a sentence, charts by real date, and a report to take along."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, Router, get

from app import clock
from app.actor import Actor
from app.progress.pages.day import day_or_none, int_or
from app.progress.pages.names import measure_name
from app.progress.pages.picture import draw_report
from app.progress.queries import plans, series
from app.progress.rules import adherence, numbers
from app.progress.rules.chart import Chart, draw
from app.progress.rules.windows import WINDOWS, Window, chosen, rolling, week_of
from app.web.asking import Ask, Db, Request, signed_in
from app.web.pages import page
from app.web.templating import day, number
from app.words import _

CHARTED = ("weight_kg", "whr", "sleep_hours", "steps", "sleep_quality", "waist_cm", "hip_cm", "alcohol_units", "mood")
UNITS = {"weight_kg": "kg", "sleep_hours": "h", "waist_cm": "cm", "hip_cm": "cm"}
DIGITS = {"weight_kg": 1, "whr": 3, "sleep_hours": 1, "steps": 0, "sleep_quality": 1, "waist_cm": 1, "hip_cm": 1}


@dataclass(frozen=True, slots=True)
class Report:
    window: Window
    size: int
    kpis: list[numbers.Kpi]
    trend: numbers.Trend
    charts: list[Chart]
    names: dict[str, str]
    units: dict[str, str]
    coverage: int
    coverage_before: int

    def digits(self, key: str) -> int:
        return DIGITS.get(key, 1)


async def report_of(request: Request, db: Db, actor: Actor) -> Report:
    params = request.query_params
    today, size = actor.today(clock.now()), int_or(params.get("days", ""), 30)
    window = chosen(size, today, day_or_none(params.get("from", "")), day_or_none(params.get("to", "")))
    told = await series.told_between(db, actor.person_id, window.before().first, window.last)
    own = {one.key: one for one in told.names}
    wanted = [key for key in params.getall("show", []) if key in CHARTED or key in own][:4] or ["weight_kg"]
    return Report(
        window=window,
        size=size,
        kpis=[numbers.kpi(key, told.points(key), window) for key in numbers.KPIS],
        trend=numbers.trend(within(told, "weight_kg", window), within(told, "whr", window)),
        charts=[draw(key, told.points(key), window) for key in wanted],
        names={key: measure_name(key) for key in CHARTED} | {key: one.name for key, one in own.items()},
        units=UNITS | {key: one.unit for key, one in own.items()},
        coverage=sum(1 for _one in told.inside(window)),
        coverage_before=sum(1 for _one in told.inside(window.before())),
    )


def within(told: series.Told, key: str, window: Window) -> list[numbers.Point]:
    return [point for point in told.points(key) if window.has(point.day)]


def trend_sentence(code: str) -> str:
    sentences = {
        "both_down": _("Weight and waist both went down."),
        "recomposition": _("Weight went up while the waist went down: muscle for fat."),
        "weight_down_waist_up": _("Weight went down but the waist went up: look at food and training."),
        "both_up": _("Weight and waist both went up."),
        "stable": _("Weight and waist held steady."),
        "waist_down": _("The waist went down at a steady weight."),
        "waist_up": _("The waist went up at a steady weight."),
        "weight_down": _("Weight went down; the waist held steady or was not measured twice."),
        "weight_up": _("Weight went up; the waist held steady or was not measured twice."),
        "no_data": _("Two measurements are needed to see a trend."),
    }
    return sentences[code]


def verdict_word(verdict: str) -> str:
    words = {"better": _("Better"), "worse": _("Worse"), "equal": _("Equal"), "none": _("Nothing to compare")}
    return words[verdict]


@get("/numbers", name="progress.numbers", guards=[signed_in()])
async def the_numbers(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "progress/numbers.html", **await report_values(request, db, actor))


async def report_values(request: Request, db: Db, actor: Actor) -> dict[str, Any]:
    report = await report_of(request, db, actor)
    return {
        "report": report,
        "sizes": WINDOWS,
        "sentence": trend_sentence(report.trend.code),
        "verdict_word": verdict_word,
        "shown": [chart.key for chart in report.charts],
        "query": request.url.query,
        "as_text": report_text(report, actor.gym_name),
    }


@get("/report", name="progress.report", guards=[signed_in()])
async def the_report(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "progress/report.html", **await report_values(request, db, actor))


@get("/report.png", name="progress.report_picture", guards=[signed_in()])
async def report_picture(request: Request, db: Db, actor: Ask) -> Response[bytes]:
    report = await report_of(request, db, actor)
    lines = report_lines(report)
    content = draw_report(_("My numbers"), span(report.window), lines, trend_sentence(report.trend.code), report.charts[0])
    headers = {"Cache-Control": "private, no-store", "Content-Disposition": 'inline; filename="progress.png"'}
    return Response(content, media_type="image/png", headers=headers)


def report_lines(report: Report) -> list[tuple[str, str, str]]:
    """A measure, its mean, and how it compares."""
    return [
        (report.names[one.key], said(one.mean, one.key, report), f"{verdict_word(one.verdict)} ({one.days}/{one.of})")
        for one in report.kpis
    ]


def report_text(report: Report, gym: str) -> str:
    rows = [f"{name}: {value} · {verdict}" for name, value, verdict in report_lines(report)]
    return "\n".join([_("My numbers"), span(report.window), *rows, trend_sentence(report.trend.code), gym])


def span(window: Window) -> str:
    return f"{day(window.first)} – {day(window.last)}"


def said(value: float | None, key: str, report: Report) -> str:
    return "–" if value is None else f"{number(value, report.digits(key))} {report.units.get(key, '')}".strip()


@get("/", name="progress.home", guards=[signed_in()])
async def home(request: Request, db: Db, actor: Ask) -> Response[str]:
    """What today still needs, how the week goes, and the ways to everything else."""
    today = actor.today(clock.now())
    window = rolling(7, today)
    told = await series.told_between(db, actor.person_id, window.before().first, window.last)
    return page(
        request,
        "progress/home.html",
        today=today,
        told_today=any(one.day == today for one in told.days),
        kpis=[numbers.kpi(key, told.points(key), window) for key in numbers.KPIS],
        names={key: measure_name(key) for key in CHARTED},
        units=UNITS,
        digits=DIGITS,
        verdict_word=verdict_word,
        week=adherence.week(await plans.scores(db, actor.person_id, week_of(today)), today),
        planned=await plans.days_planned(db, actor.person_id, rolling(1, today)),
    )


router = Router("/", route_handlers=[home, the_numbers, the_report, report_picture])
