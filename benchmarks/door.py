"""From the card to the painted verdict, in a real browser at a real server.

The clock starts when the page hears the scanner's last key and stops when the frame with the verdict has been painted. Beside it
stands the floor of the same page: the smallest fragment that this server answers with, fetched, put in and painted.
"""

import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import FLAGS, come_in, running
from tools.chromium import own

WATCH = """
window.painted = () => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()))));
window.spans = [];
addEventListener("keydown", event => { if (event.key === "Enter") window.from = performance.now(); }, true);  // before the page's own
new PerformanceObserver(list => {
  for (const mark of list.getEntriesByName("verdict")) {
    const from = window.from;
    painted().then(at => spans.push([mark.startTime - from, at - from]));
  }
}).observe({ type: "mark" });
"""
FLOOR = """async () => {
  const from = performance.now();
  const answer = await fetch("/desk/find?q=", { headers: { "HX-Request": "true", "HX-Request-Type": "partial" } });
  const held = document.createElement("template");
  held.innerHTML = await answer.text();
  document.getElementById("results").replaceWith(held.content.querySelector("#results") ?? held.content);
  return (await painted()) - from;
}"""
ANSWERED = """() => new Promise(done => {
  const since = performance.now();
  const look = () => spans.length ? done(spans[0][1]) : performance.now() - since > 5000 ? done(null) : setTimeout(look, 20);
  look();
})"""
PAUSE = 250  # ms between two people


def scan(page: Page, card: str) -> None:
    """Eight milliseconds a key, as a scanner has it, however busy this machine is."""
    keys, at = page.context.new_cdp_session(page), time.time()
    for sign in (*card, "\r"):
        at += 0.008
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13} if sign == "\r" else {"key": sign}
        keys.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": sign, "timestamp": at, **key})
        keys.send("Input.dispatchKeyEvent", {"type": "keyUp", "timestamp": at + 0.003, **key})
    keys.detach()


def measure(clubs: dict[str, tuple[str, list[str]]], rounds: int) -> dict[str, dict[str, float]]:
    """`clubs`: name to its database and the cards to scan, one each. The clubs take turns, so that a slow moment hits all of them."""
    with ExitStack() as house:
        folder = Path(house.enter_context(tempfile.TemporaryDirectory()))
        playwright = house.enter_context(sync_playwright())
        pages: dict[str, Page] = {}
        for name, (dsn, _cards) in clubs.items():
            (folder / name).mkdir()
            url = house.enter_context(running(dsn, folder / name))
            browser = playwright.chromium.launch(executable_path=own(), args=FLAGS)
            house.callback(browser.close)
            pages[name] = at_the_desk(browser, url)
        found: dict[str, dict[str, list[float]]] = {name: {"floor": [], "verdict": []} for name in clubs}
        for n in range(rounds):
            for name, page in pages.items():
                one_card(page, clubs[name][1][n], found[name], counts=n >= rounds // 10)
        return {name: {"floor": middle(each["floor"]), **figures(each["verdict"])} for name, each in found.items()}


def at_the_desk(browser: Any, url: str) -> Page:
    context = browser.new_context(base_url=url, viewport={"width": 1366, "height": 768})
    come_in(context, "dee")
    page: Page = context.new_page()
    page.add_init_script(WATCH)
    page.goto("/desk")
    page.wait_for_timeout(500)
    return page


def one_card(page: Page, card: str, into: dict[str, list[float]], *, counts: bool) -> None:
    page.evaluate("spans.length = 0")
    scan(page, card)
    painted = page.evaluate(ANSWERED)
    if painted is None:
        page.locator("#q").fill("")  # the machine was so slow that the scanner passed for somebody who types
        return
    page.wait_for_timeout(PAUSE)
    floor = page.evaluate(FLOOR)
    page.keyboard.press("Escape")  # the next card finds the desk as if nobody had been there
    if counts:  # the first ones only warm up
        into["verdict"].append(painted)
        into["floor"].append(floor)


def middle(times: list[float]) -> float:
    return round(statistics.median(times), 1)


def figures(times: list[float]) -> dict[str, float]:
    return {"median": middle(times), "p95": round(statistics.quantiles(times, n=20)[-1], 1)}
