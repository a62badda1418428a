"""Words and shapes that the insights' templates share: functions for Jinja, no knowledge of requests."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date, get_day_names
from babel.numbers import get_currency_precision
from markupsafe import Markup

from app.insights.drawing import hour_marks
from app.insights.rules import Sign, Usual
from app.visit import here
from app.web.templating import money, number, spoken
from app.words import _, ngettext


def month_name(month: date) -> str:
    return format_date(month, "MMM yy", locale=spoken())


def month_names(lines: Sequence[Any]) -> list[str]:
    return [month_name(line.month) for line in lines]


def signed(percent: float | None) -> str:
    if percent is None:
        return _("nothing to compare with")
    return f"{'+' if percent > 0 else ''}{number(percent, 1)} %"


def signed_money(amount: int) -> str:
    return f"{'+' if amount > 0 else ''}{money(amount)}"


def usual_note(usual: Usual | None, value: int) -> str | None:
    if usual is None:
        return None
    range_ = f"{usual.low}–{usual.high}" if usual.low != usual.high else str(usual.middle)
    said = {
        "more": _("more than usual (%(range)s)", range=range_),
        "less": _("less than usual (%(range)s)", range=range_),
        "usual": _("as usual (%(range)s)", range=range_),
    }
    return said[usual.compared(value)]


def why(sign: Sign) -> str:
    match sign.code:
        case "silent":
            return _("away for %(days)s days, usually %(usual)s", days=sign.days, usual=sign.usual)
        case "never_came":
            return _("joined %(days)s days ago, never came", days=sign.days)
        case "slowing":
            return _("%(days)s visits in four weeks, usually %(usual)s", days=sign.days, usual=sign.usual)
        case "trains_less":
            return _("%(days)s workouts in four weeks, usually %(usual)s", days=sign.days, usual=sign.usual)
        case "expiring" if not sign.days:
            return _("ends today")
        case "expiring":
            return ngettext("ends in %(num)d day", "ends in %(num)d days", sign.days)
        case "owes":
            return _("owes %(amount)s for %(days)s days", amount=money(sign.amount), days=sign.days)
        case "missed_plan":
            return ngettext("%(num)d plan day missed", "%(num)d plan days missed", sign.days)
    return ngettext("%(num)d lift stalled", "%(num)d lifts stalled", sign.days)


def outcome_name(code: str) -> str:
    return {
        "reached": _("Reached"),
        "no_answer": _("No answer"),
        "comes_back": _("Comes back"),
        "leaves": _("Leaves"),
        "leave_alone": _("Leave alone"),
    }[code]


def method_name(code: str) -> str:
    return {"cash": _("Cash"), "terminal": _("Card terminal"), "transfer": _("Transfer")}.get(code, _("Other"))


def type_name(label: str) -> str:
    return Markup('<span translate="no">{}</span>').format(label) if label else _("Everything else")


def named_month(label: str) -> str:
    return month_name(date.fromisoformat(label + "-01"))


def as_it_is(label: str) -> str:
    return label


def weekday_rows(hours: list[list[float | None]]) -> list[tuple[str, list[float | None]]]:
    names = get_day_names("abbreviated", locale=spoken())
    return [(str(names[n]), row) for n, row in enumerate(hours)]


def cohort_width(cohorts: Sequence[Any]) -> int:
    return max(len(one.stayed) for one in cohorts)


def cohort_rows(cohorts: Sequence[Any]) -> list[tuple[str, list[int | None]]]:
    width = cohort_width(cohorts)
    rows: list[tuple[str, list[int | None]]] = []
    for one in cohorts:
        shares: list[int | None] = [round(100 * stayed / one.size) for stayed in one.stayed]
        rows.append((month_name(one.month), shares + [None] * (width - len(shares))))
    return rows


def whole_money(amounts: list[int]) -> list[float]:
    """For axes: units of the currency, not its minor ones."""
    places = get_currency_precision(here().currency)
    return [round(amount / 10**places, 2) for amount in amounts]


def money_bars(lines: Sequence[Any]) -> list[tuple[str, float]]:
    return [
        (named_month(line.label), value) for line, value in zip(lines, whole_money([line.amount for line in lines]), strict=True)
    ]


def shown_money(value: float) -> str:
    return money(round(value * 10 ** get_currency_precision(here().currency)))


def often_bars(lines: Sequence[Any]) -> list[tuple[str, int]]:
    return [(line.label, line.amount) for line in lines]


def gym_options(gyms: Sequence[Any]) -> list[tuple[str, str]]:
    return [("all", _("All gyms")), *[(str(gym.id), gym.name) for gym in gyms]]


def plan_name(label: str) -> str:
    """The house's plans by their names; what members wrote for themselves stays theirs."""
    return {"own": _("Members' own plans"), "none": _("Without a plan")}.get(label, label)


def week_names(lines: Sequence[Any]) -> list[str]:
    return [format_date(date.fromisoformat(line.label), "d MMM", locale=spoken()) for line in lines]


WORDING: dict[str, Callable[..., Any]] = {
    said.__name__: said
    for said in (
        month_name, month_names, signed, signed_money, usual_note, why, outcome_name, method_name, weekday_rows, cohort_rows,
        whole_money, money_bars, shown_money, often_bars, gym_options, plan_name, week_names,
        type_name, named_month, as_it_is, cohort_width, hour_marks,
    )
}  # fmt: skip
