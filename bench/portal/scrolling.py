"""A list of five thousand results beside one of forty: frames while it is scrolled, and rows that are drawn."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

from bench.portal.visiting import PATIENCE, phone
from bench.table import table

SIZES = (40, 5_000)
SLOWER = 4  # times, the processor
LABEL = "Результаты анализов"
STEPS = 60
# One step each second frame, as a thumb does it; how long each frame took.
SCROLL = f"""async () => {{
  const frames = [];
  let last = await new Promise(requestAnimationFrame);
  for (let step = 0; step < {STEPS} * 2; step += 1) {{
    if (step % 2) scrollBy(0, document.documentElement.scrollHeight > 20000 ? 900 : 40);
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
  }}
  return frames;
}}"""


@dataclass(frozen=True)
class Scrolled:
    rows: int
    drawn: int
    median: float
    longest: float
    long: int
    """Frames of more than 50 ms."""


def many(count: int, first: int = 0, rest: str | None = None) -> dict[str, Any]:
    """An answer of the API with so many results; ``rest`` leads to those after them."""
    at = {"laboratory": "КДЛ", "at": "2026-08-13T05:10:00.000Z", "panel": "Сахар", "status": "final", "version": 1}
    results = [{"record": f"r{first + n}", **at} for n in range(count)]
    return {"results": results, "withdrawn": 0, "analytes": [], "next": rest}


def scroll(page: Page, count: int) -> Scrolled:
    page.route("**/result-comparisons", lambda route: route.fulfill(json=many(count)))
    page.goto("/results", timeout=PATIENCE)
    rows = page.get_by_role("list", name=LABEL).locator("> li[class=list-item]")
    rows.first.wait_for(timeout=PATIENCE)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    frames: list[float] = page.evaluate(SCROLL)
    long = sum(frame > 50 for frame in frames)  # noqa: PLR2004
    return Scrolled(count, rows.count(), statistics.median(frames), max(frames), long)


def measure(browser: Browser, url: str, cookies: Any, rounds: int) -> list[Scrolled]:
    """The median of some rounds, in which the sizes take turns."""
    found: dict[int, list[Scrolled]] = {size: [] for size in SIZES}
    for _ in range(rounds):
        for size in SIZES:
            context = phone(browser, url, worker=False)
            context.add_cookies(cookies)
            found[size].append(scroll(context.new_page(), size))
            context.close()
    return [sorted(seen, key=lambda one: one.longest)[len(seen) // 2] for seen in found.values()]


def report(found: list[Scrolled]) -> str:
    rows = [(one.rows, one.drawn, one.median, one.longest, one.long) for one in found]
    return table(("rows in the list", "drawn", "median frame, ms", "longest, ms", "of more than 50 ms"), rows)
