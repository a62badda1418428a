"""A Chromium of its own whose camera sees a film that a test made."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import segno
from playwright.sync_api import Browser, Page

from tests.browser.conftest import FLAGS, Server, Watch, come_in
from tools.chromium import own

WIDTH, HEIGHT = 640, 480


def film(path: Path, text: str) -> Path:
    """Two frames of a code held to the camera, as raw video."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(scale=8, border=4)]
    top, left = (HEIGHT - len(rows)) // 2, (WIDTH - len(rows)) // 2
    grey = [bytearray(b"\xb4" * WIDTH) for _ in range(HEIGHT)]
    for y, row in enumerate(rows):
        grey[top + y][left : left + len(row)] = bytes(16 if dark else 235 for dark in row)
    frame = b"FRAME\n" + b"".join(grey) + b"\x80" * (WIDTH * HEIGHT // 2)
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 2)
    return path


@contextmanager
def seeing(chromium: Browser, server: Server, seen: Path, key: str) -> Iterator[Page]:
    """Signed in as one of the cast; anything odd in the console fails at the end."""
    flags = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={seen}"]
    browser = chromium.browser_type.launch(executable_path=own(), args=[*FLAGS, *flags])
    try:
        context = browser.new_context(
            base_url=server.url, viewport={"width": 1366, "height": 768}, permissions=["camera"], reduced_motion="reduce"
        )
        come_in(context, key)
        page, watch = context.new_page(), Watch(server.url)
        page.set_default_timeout(20_000)
        watch.on(page)
        yield page
        assert not watch.problems, watch.problems
    finally:
        browser.close()
