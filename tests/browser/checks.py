"""Look at a page as many browsers do: `look(...)` returns the faults, kind by kind."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from axe_playwright_python.base import AXE_SCRIPT

from tests import reading
from tests.browser import scripts

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Error, Page

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
VIEWS = {
    "narrow": ({"width": 320, "height": 640}, "light", scripts.EVERYTHING),  # also 400 % at a desk
    "desk": (DESK, "light", scripts.EVERYTHING),
    "desk dark": (DESK, "dark", scripts.EVERYTHING),
    # a little wider than narrow, and dark: other colours, and nothing else
    "phone dark": (PHONE, "dark", scripts.COLOURS),
}
ENOUGH_WORDS = 60  # LIX of a few labels says nothing
LONGEST_WALK = 120  # Tab presses; a page with more stops has too much on it, or a trap

# Chromium's hints about forms, and that it did clear what we asked it to, are no faults of ours
HINTS = ("[DOM]", "does not conform to the required format", "Clear-Site-Data header on")


@dataclass(frozen=True)
class Limits:
    """What a kind of page may weigh, and how hard it may be to read (interface.md 5)."""

    kilobytes: int
    requests: int
    lix: int
    words: int
    nodes: int = 800
    views: tuple[str, ...] = ("narrow", "desk", "phone dark")
    forbidden: re.Pattern[str] = reading.NEVER_TO_A_PERSON


PUBLIC = PARTICIPANT = Limits(kilobytes=60, requests=6, lix=30, words=15)
LEGAL = Limits(kilobytes=60, requests=6, lix=35, words=15)
EMPLOYER = Limits(kilobytes=60, requests=6, lix=38, words=20)
# At most some 250 looks of axe in all: what colleagues see is looked at narrow, and wide and dark.
STAFF = Limits(
    kilobytes=120,
    requests=10,
    lix=40,
    words=25,
    nodes=2_500,
    forbidden=reading.NEVER,
    views=("narrow", "desk dark"),
)


@dataclass
class Faults:
    """What was found, as lines that a person can act on."""

    lines: list[str] = field(default_factory=list)

    def add(self, kind: str, found: object) -> None:
        if found:
            self.lines.append(f"{kind}: {found}")

    @property
    def kinds(self) -> set[str]:
        return {line.split(":")[0] for line in self.lines}


@contextmanager
def window(browser: Browser, cookies: list[dict[str, str]], **options: object) -> Iterator[Any]:
    """Open a browser of its own: phone, Swedish, and whoever the cookies are."""
    context = browser.new_context(
        viewport=PHONE, locale="sv-SE", reduced_motion="reduce", **options
    )
    context.add_cookies(cookies)
    try:
        yield context
    finally:
        context.close()


def look(page: Page, url: str, limits: Limits) -> Faults:
    """Check a page in every way, in a window that may have shown another."""
    faults = Faults()
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="light")
    weighed(page, url, faults, limits)
    read(page, faults, limits)
    walked(page, faults)
    seen(page, faults, limits.views)
    enlarged(page, faults)
    return faults


def seen(page: Page, faults: Faults, views: tuple[str, ...]) -> None:
    """Ask axe at each size and in the dark; nothing is wider than the window."""
    page.evaluate(AXE_SCRIPT)
    for name in views:
        size, scheme, rules = VIEWS[name]
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        # at the end nothing lies half beneath the tabs, as anything may while one scrolls
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        for one in page.evaluate(scripts.AXE, rules):
            faults.add(f"axe at {name}", one)
        faults.add(f"overflow at {name}", page.evaluate(scripts.OVERFLOW))
    page.set_viewport_size(PHONE)
    faults.add("targets under 44 px", page.evaluate(scripts.SMALL))


def weighed(page: Page, url: str, faults: Faults, limits: Limits) -> None:
    """Count what a first visit costs, and listen to the console under the real policy."""
    said: list[str] = []

    def say(message: ConsoleMessage) -> None:
        if ours(message, url):
            said.append(message.text)

    def fail(error: Error) -> None:
        said.append(str(error))

    page.on("console", say)
    page.on("pageerror", fail)
    with first_visit(page) as (sizes, asked):
        page.goto(url)
        page.evaluate("document.fonts.ready")
    page.remove_listener("console", say)
    page.remove_listener("pageerror", fail)
    faults.add("console", said)
    if sum(sizes) > limits.kilobytes * 1024:
        faults.add("bytes", f"{round(sum(sizes) / 1024, 1)} kB, at most {limits.kilobytes}")
    if len(sizes) > limits.requests:
        faults.add("requests", f"{len(sizes)}, at most {limits.requests}: {asked}")
    nodes = page.evaluate("document.querySelectorAll('*').length")
    if nodes > limits.nodes:
        faults.add("nodes", f"{nodes}, at most {limits.nodes}")
    faults.add("kept in the browser", page.evaluate(scripts.KEPT))


@contextmanager
def first_visit(page: Page) -> Iterator[tuple[list[int], list[str]]]:
    """Empty the browser's store, and note the size of each answer and what was asked for."""
    sizes: list[int] = []
    asked: list[str] = []
    answered: set[str] = set()  # the browser's own pictures, such as a calendar, cost nothing

    def answer(event: dict[str, Any]) -> None:
        if event["response"]["url"].startswith("http"):
            answered.add(event["requestId"])
            asked.append(event["response"]["url"])

    def arrive(event: dict[str, Any]) -> None:
        if event["requestId"] in answered:
            sizes.append(event["encodedDataLength"])

    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.clearBrowserCache")
    devtools.on("Network.responseReceived", answer)
    devtools.on("Network.loadingFinished", arrive)
    yield sizes, asked
    devtools.detach()


def ours(message: ConsoleMessage, url: str) -> bool:
    """Leave out hints, and that a page which says "not found" was not found."""
    itself = message.location.get("url") == url and "Failed to load" in message.text
    return not itself and not any(hint in message.text for hint in HINTS)


def read(page: Page, faults: Faults, limits: Limits) -> None:
    """Measure the words that the page shows."""
    text, whole = page.evaluate(scripts.OURS)
    hard = reading.lix(text) if reading.length(text) >= ENOUGH_WORDS else 0
    if hard > limits.lix:
        faults.add("language", f"LIX {hard}, at most {limits.lix}")
    long = reading.longest(text)
    if reading.length(long) > limits.words:
        faults.add("language", f"{reading.length(long)} words: {long.strip()}")
    faults.add("forbidden words", [found.group(0) for found in limits.forbidden.finditer(whole)])


def walked(page: Page, faults: Faults) -> None:
    """Press Tab through the page: in order, always seen, never caught."""
    page.evaluate(scripts.START)
    stops: list[dict[str, object]] = []
    for _ in range(LONGEST_WALK):
        page.keyboard.press("Tab")
        at = page.evaluate(scripts.FOCUS)
        if at is None or (stops and at["stop"] == stops[0]["stop"]):  # round, past the window's own
            break
        stops.append(at)
    else:
        faults.add("keyboard", f"no way out after {LONGEST_WALK} steps")
    page.evaluate("document.activeElement.blur()")
    faults.add("keyboard", [f"no ring: {at['what']}" for at in stops if not at["ring"]][:4])
    faults.add("keyboard", [f"out of sight: {at['what']}" for at in stops if not at["seen"]][:4])
    order = [at["order"] for at in stops]
    if order != sorted(order):
        faults.add("keyboard", "the order is not that of the page")
    if not stops:
        faults.add("keyboard", "nothing can be reached")


def enlarged(page: Page, faults: Faults) -> None:
    """Double the text alone, then space it out."""
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    faults.add("text at 200 %", page.evaluate(scripts.OVERFLOW))
    faults.add("text at 200 %", page.evaluate(scripts.CLIPPED))
    faults.add("squeezed", page.evaluate(scripts.SQUEEZED))
    page.evaluate("document.documentElement.style.removeProperty('font-size')")
    page.evaluate(scripts.SPACING)
    faults.add("text spacing", page.evaluate(scripts.OVERFLOW))
    faults.add("text spacing", page.evaluate(scripts.CLIPPED))
