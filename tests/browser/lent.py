"""Browsers that are lent out: one serves test after test and forgets everybody in between.

A browser of one's own starts a process, fetches every asset and compiles every script, which takes longer than most tests. What is
handed on has no cookies, no stored data, no permissions and no open page; it keeps what every second visit finds, the assets in its
cache and the service worker, which holds nothing of anybody's. Tests of a first visit, of a lost connection, of a service worker or
of a clock of their own take a fresh one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Page

STORED = "local_storage,indexeddb,file_systems"
SHELVED = 6  # that lie ready at once; each is a process
# A page that stays open, else the process would end with the last one. It runs nothing.
KEEPER = "/assets/icons/favicon.svg"
# A test stopped the clock or the line for all pages of its browser: nobody else may have that one.
UNTOUCHED = "() => navigator.onLine && [Date, setTimeout].every(one => String(one).includes('[native code]'))"


@dataclass(frozen=True)
class Lent:
    context: BrowserContext
    key: tuple[Any, ...] | None = None  # none: it goes to nobody afterwards
    keeper: Page | None = None
    tools: CDPSession | None = None

    def forget(self, home: str) -> bool:
        """Whether it is as good as new."""
        if self.keeper is None or self.tools is None:
            return False
        try:
            for page in self.context.pages:
                if page != self.keeper:
                    page.close()
            self.context.clear_cookies()
            self.context.clear_permissions()
            self.tools.send("Storage.clearDataForOrigin", {"origin": home, "storageTypes": STORED})
            return bool(self.keeper.evaluate(UNTOUCHED))
        except Error:  # it crashed, or a test closed it
            return False


@dataclass
class Shelf:
    chromium: Browser
    home: str
    ready: list[Lent] = field(default_factory=list)

    def lend(self, options: Mapping[str, Any], *, fresh: bool = False) -> Lent:
        if fresh:
            return Lent(self.chromium.new_context(base_url=self.home, **options))
        key = tuple(str(one) for one in sorted(options.items()))
        found = next((one for one in self.ready if one.key == key), None)
        if found:
            self.ready.remove(found)
        return found or self.make(key, options)

    def make(self, key: tuple[Any, ...], options: Mapping[str, Any]) -> Lent:
        context = self.chromium.new_context(base_url=self.home, **options)
        keeper = context.new_page()
        keeper.goto(KEEPER)
        return Lent(context, key, keeper, context.new_cdp_session(keeper))

    def take_back(self, lent: Lent) -> None:
        if lent.forget(self.home):
            self.ready.append(lent)
        else:
            lent.context.close()
        while len(self.ready) > SHELVED:
            self.ready.pop(0).context.close()
