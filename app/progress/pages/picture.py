"""The report as a picture to send to somebody: drawn here, nothing leaves the house."""

import io
import unicodedata

from PIL import Image, ImageDraw, ImageFont

from app.progress.rules.chart import HEIGHT, Chart

INK, PALE, LINE, PAPER = "#1b1d24", "#6b7080", "#4357d6", "#ffffff"
SIZE = (720, 640)


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
    for tick in chart.heights:
        pen.line((left + 48, top + tick.at, left + 640, top + tick.at), "#e4e5ea")
        pen.text((left, top + tick.at - 8), f"{tick.value:g}", PALE, font=font(14))
    for line in chart.stretches:
        pen.line((left + line.x1, top + line.y1, left + line.x2, top + line.y2), "#c3c8ee" if line.is_gap else LINE, width=3)
    for dot in chart.dots:
        pen.ellipse((left + dot.x - 4, top + dot.y - 4, left + dot.x + 4, top + dot.y + 4), LINE)
    for x, day in chart.days:
        pen.text((left + x - 18, top + HEIGHT - 20), f"{day.day}.{day.month}.", PALE, font=font(14))


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


SIGNS = str.maketrans({"đ": "dj", "Đ": "Dj", "–": "-", "“": '"', "”": '"', "’": "'", "…": "...", "¿": "", "¡": ""})


def plain(text: str) -> str:
    """The font that comes along knows plain letters only; marks are left off rather than shown as boxes."""
    bare = unicodedata.normalize("NFKD", text.translate(SIGNS))
    return bare.encode("ascii", "ignore").decode()
