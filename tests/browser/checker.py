"""axe-core in the page: what somebody who sees, hears or points differently would stumble over."""

from pathlib import Path
from weakref import WeakKeyDictionary

from playwright.sync_api import CDPSession, Page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text() + ";0"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# All that look at colours, and so all that can say something else by night: a theme changes no text, no name, no role and no size.
COLOURS = ["color-contrast", "link-in-text-block"]
# A colour that is inherited begins to change only when its parent's is done: look again until nothing moves.
STILL = """async () => {
  const moving = () => document.getAnimations().filter(one => one.effect?.getTiming().iterations !== Infinity);
  const painted = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  await painted();
  for (let n = 0; n < 20 && moving().length; n++) {
    await Promise.allSettled(moving().map(one => one.finished));
    await painted();
  }
  return 'axe' in window;
}"""


TOOLS: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()


def bring_axe(page: Page) -> None:
    """Half a megabyte: once for each page, not for each look at it. Chromium knows a whole script again that it compiled before;
    what `page.evaluate` wraps, it compiles each time anew. The session stays: its end would take a page's virtual passkeys with it."""
    if page not in TOOLS:
        TOOLS[page] = page.context.new_cdp_session(page)
    said = TOOLS[page].send("Runtime.evaluate", {"expression": AXE})
    assert "exceptionDetails" not in said, said


def violations(page: Page, *, rules: list[str] | None = None) -> list[str]:
    if not page.evaluate(STILL):
        bring_axe(page)
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    found = page.evaluate("only => axe.run(document, {runOnly: only, resultTypes: ['violations']})", only)
    return [
        f"{one['id']} ({one['impact']}): {one['help']}\n    " + "\n    ".join(node["html"][:160] for node in one["nodes"][:4])
        for one in found["violations"]
    ]
