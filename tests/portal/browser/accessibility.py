"""WCAG rules on a page, by axe, and whether it fits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
MAY_MAKE_CODE = "() => { try { return Boolean(new Function('return 1')()); } catch { return false; } }"
RUN = "([within, rules]) => axe.run(within, rules).then((found) => found.violations)"


def axe(page: Page, within: str = "html", rules: dict[str, Any] = RULES) -> list[str]:
    """What breaks a rule, a line each. axe makes code from text, which the policy of the pages forbids: a page of the
    fixture ``page`` is loaded again without the policy, one of ``lenient_page`` is looked at as it stands.
    """
    if not page.evaluate(MAY_MAKE_CODE):
        session = page.context.new_cdp_session(page)
        session.send("Page.setBypassCSP", {"enabled": True})
        page.reload(wait_until="networkidle")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    with whole(page):
        found = page.evaluate(RUN, [within, rules])
    return [f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


@contextmanager
def whole(page: Page) -> Iterator[None]:
    """In a window as high as the page: what sticks to the foot of a lower one covers whatever happens to be there, and
    a reader scrolls it clear.
    """
    before = page.viewport_size
    high = page.evaluate("document.documentElement.scrollHeight")
    if before is None or high <= before["height"]:
        yield
        return
    page.set_viewport_size({"width": before["width"], "height": high})
    yield
    page.set_viewport_size(before)


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window; 0 where nobody has to scroll sideways."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide
