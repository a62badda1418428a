"""QR codes as drawings inside the page."""

import io

import segno
from markupsafe import Markup


def qr(text: str, scale: int = 5) -> Markup:
    """A drawing inside the page itself: nothing to fetch, no style attribute, prints sharply."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        scale=scale,
        border=4,
        xmldecl=False,
        svgns=False,
        omitsize=True,
        svgclass="qr",
        lineclass=None,
        light="#fff",
        dark="#000",
    )
    return Markup(out.getvalue().decode())
