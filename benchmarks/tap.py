"""From the tap on a set to the tick that one sees: Chromium, 360 px wide, slowed down four times, a workout as long as an evening.

    uv run python -m benchmarks.tap            # half a minute
    uv run python -m benchmarks.tap --write    # and into results/tap.json

Real touches. *painted* is the browser's own word (Event Timing): from the finger's touch to the frame that shows the tick. *answered* is
until the frame after the server's answer is in its place. The gate: *painted* 100 ms in the median.
"""

import argparse
import asyncio
import json
import statistics
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page, sync_playwright

from app import db as db_
from app import embedded
from app.db import Db
from app.exercises import catalogue
from tests.browser.conftest import FLAGS, HEIGHTS, PHONE, come_in, running
from tests.browser.test_workout import add, begin
from tests.postgres import TEMPLATE, create_database, make_templates
from tools.chromium import own

RESULT = Path(__file__).parent / "results" / "tap.json"
SLOWER, MOST = 4, 100
EXERCISES = 8  # three sets each
WATCH = """() => {
  window.taps = [];
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (one.interactionId) window.taps.push([one.interactionId, one.duration]);
  }).observe({ type: "event", durationThreshold: 16 });
  document.addEventListener("pointerdown", (event) => (window.began = event.timeStamp), { capture: true });
  new MutationObserver(() => {
    if (window.answered || document.getElementById(window.row)?.dataset.state !== "done") return;
    requestAnimationFrame(() => setTimeout(() => (window.answered = performance.now() - window.began)));
  }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-state"] });
}"""

# The keyboard is put away and the page stands still, as under a lifter's eyes.
READY = """async (row) => {
  document.activeElement?.blur();
  for (let n = 0; n < 3; n++) await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  Object.assign(window, { taps: [], answered: 0, row });
}"""


@dataclass(frozen=True)
class Tap:
    """Milliseconds."""

    painted: float
    answered: float


def measure(dsn: str, folder: Path, names: list[str]) -> list[Tap]:
    with running(dsn, folder) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=own(), args=FLAGS)
        size = {"width": PHONE, "height": HEIGHTS[PHONE]}
        context = browser.new_context(base_url=url, viewport=size, has_touch=True, is_mobile=True)
        come_in(context, "mo")
        page = context.new_page()
        begin(page)
        for name in names:
            add(page, name)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.evaluate(WATCH)
        found = [tap(page, n) for n in range(page.locator("set-row").count())]
        browser.close()
    return found[2:]  # the first two warm everything up


def tap(page: Page, n: int) -> Tap:
    row = page.locator("set-row").nth(n)
    row.locator("[name=weight]").fill("60")
    row.locator("[name=reps]").fill("8")
    row.locator(".tick").scroll_into_view_if_needed()
    page.evaluate(READY, row.get_attribute("id"))
    row.locator(".tick").tap()
    page.wait_for_function("() => window.answered > 0")
    with suppress(Exception):  # what takes less than 16 ms is not even reported
        page.wait_for_function("() => window.taps.length", timeout=1_000)
    spent: list[list[float]] = page.evaluate("() => window.taps")
    return Tap(max((took for _, took in spent), default=16), page.evaluate("() => window.answered"))


def told(taps: list[Tap]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "taps": len(taps),
        "slower": SLOWER,
        "most": MOST,
    }
    for name in ("painted", "answered"):
        times = sorted(getattr(one, name) for one in taps)
        found[name] = {
            "median": round(statistics.median(times)),
            "p90": round(times[len(times) * 9 // 10]),
            "worst": round(times[-1]),
        }
    return found


async def furnish(dsn: str) -> list[str]:
    """The catalogue; the names of what is lifted."""
    db = Db(await db_.connect(dsn))
    await catalogue.seed(db)
    names = await db.column("select name from exercise where mode = 'reps' order by length(name) desc, name limit $1", EXERCISES)
    await db.connection.close()
    return names


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {RESULT.name}")
    given = parser.parse_args()
    with embedded.throwaway() as cluster, TemporaryDirectory() as folder:
        make_templates(cluster)
        create_database(cluster, "tap", TEMPLATE)
        names = asyncio.run(furnish(cluster.dsn("tap")))
        found = told(measure(cluster.dsn("tap"), Path(folder), names))
    print(json.dumps(found, indent=1))
    if given.write:
        RESULT.write_text(json.dumps(found, indent=1) + "\n")
    raise SystemExit(0 if found["painted"]["median"] <= MOST else 1)


if __name__ == "__main__":
    main()
