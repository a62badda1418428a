"""Today's arrivals as bars and a usual such day as a line over them: counted and drawn at once, as everybody at the door moves it."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.insights.queries.today import Hour


@dataclass(frozen=True, slots=True)
class Drawn:
    most: int
    bars: Markup
    line: str  # an SVG path, empty where nothing is usual yet
    rows: Markup  # the table behind it


def hour_marks(hours: Sequence[Hour], wide: int, high: int, left: int, bottom: int, top: int) -> Drawn:
    most = max(1, *(one.visits for one in hours), *(one.usual.high for one in hours if one.usual))
    scale, gap, ground = (high - bottom - top) / most, (wide - left) / len(hours), high - bottom
    width = round(gap * 0.64, 1)
    bars, points, rows = [], [], []
    for n, one in enumerate(hours):
        x, tall = round(left + gap * n, 1), round(one.visits * scale, 1)
        usually = f" ({one.usual.middle})" if one.usual else ""
        bars.append(
            f'<rect class="bar-mark" x="{round(x + gap * 0.18, 1)}" y="{round(ground - tall, 1)}" width="{width}" height="{tall}" rx="3">'
            f"<title>{one.hour}:00 · {one.visits}{usually}</title></rect>"
        )
        if n % 3 == 0:
            bars.append(f'<text x="{round(x + gap / 2, 1)}" y="{high - 6}" text-anchor="middle">{one.hour}</text>')
        if one.usual:
            points.append(f"{round(left + gap * (n + 0.5), 1)} {round(ground - one.usual.middle * scale, 1)}")
        rows.append(
            f'<tr><th scope="row">{one.hour}:00</th><td class="num">{one.visits}</td>'
            f'<td class="num">{one.usual.middle if one.usual else "–"}</td></tr>'
        )
    line = f"M{'L'.join(points)}" if points else ""
    return Drawn(most, Markup("".join(bars)), line, Markup("".join(rows)))
