"""The report as a picture to send to somebody: drawn here, nothing leaves the house."""

import io
import unicodedata

from PIL import Image, ImageDraw, ImageFont

from app.progress.rules.chart import HEIGHT, WIDTH, Chart

INK, PALE, LINE, PAPER = "#1b1d24", "#6b7080", "#4357d6", "#ffffff"
SIZE = (720, 680)
SCALE = 640 / WIDTH  # the chart fills the picture, whatever it is drawn for


def draw_report(title: str, span: str, lines: list[tuple[str, str, str]], sentence: str, chart: Chart) -> bytes:
    picture = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(picture)
    pen.text((40, 36), plain(title), INK, font=font(34))
    pen.text((40, 82), plain(span), PALE, font=font(18))
    for place, (name, value, verdict) in enumerate(lines):
        top = 128 + place * 46
        pen.text((40, top), plain(name), PALE, font=font(18))
        pen.text((250, top - 4), plain(value), INK, font=font(24))
        pen.text((440, top), plain(verdict), PALE, font=font(18))
    pen.text((40, 322), plain(sentence)[:74], INK, font=font(18))
    draw_chart(pen, chart, 40, 372)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def draw_chart(pen: ImageDraw.ImageDraw, chart: Chart, left: int, top: int) -> None:
    def at(x: float, y: float) -> tuple[float, float]:
        return left + x * SCALE, top + y * SCALE

    for tick in chart.heights:
        pen.line((left + 60, at(0, tick.at)[1], left + 640, at(0, tick.at)[1]), "#e4e5ea")
        pen.text((left, at(0, tick.at)[1] - 8), f"{tick.value:g}", PALE, font=font(14))
    for line in chart.stretches:
        pen.line((*at(line.x1, line.y1), *at(line.x2, line.y2)), "#c3c8ee" if line.is_gap else LINE, width=3)
    for dot in chart.dots:
        x, y = at(dot.x, dot.y)
        pen.ellipse((x - 4, y - 4, x + 4, y + 4), LINE)
    for across, day in chart.days:
        pen.text((at(across, 0)[0] - 18, at(0, HEIGHT)[1] - 22), f"{day.day}.{day.month}.", PALE, font=font(14))


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


SIGNS = str.maketrans({"đ": "dj", "Đ": "Dj", "–": "-", "“": '"', "”": '"', "’": "'", "…": "...", "¿": "", "¡": ""})


def plain(text: str) -> str:
    """The font that comes along knows plain letters only; marks are left off rather than shown as boxes."""
    bare = unicodedata.normalize("NFKD", text.translate(SIGNS))
    return bare.encode("ascii", "ignore").decode()
