"""What a page must never do, noticed for every test: errors, refusals by the policy, failures of the server."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response, WebError

VIOLATION = "securitypolicyviolation: "
TELL_VIOLATIONS = f"""
addEventListener("securitypolicyviolation", (event) => {{
  console.error("{VIOLATION}" + event.violatedDirective + " " + (event.blockedURI || event.sample));
}});
"""
API = ("/api/", "/fhir/", "/.well-known/")
ANSWERED = "Failed to load resource: the server responded with"  # seen as an answer already


class Watch:
    """Collects what went wrong in all pages of a context. A test says what it provokes by ``expect``."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._expected: list[str] = []

    def follow(self, context: BrowserContext) -> None:
        context.add_init_script(TELL_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("response", self._response)

    def expect(self, *parts: str) -> None:
        """Problems that contain one of these are what the test is about."""
        self._expected += parts

    def settle(self, page: Page, part: str) -> None:
        """Wait until a problem with these words was told: the browser tells it after the fact."""
        until = time.monotonic() + 5
        while not any(part in problem for problem in self.problems):
            assert time.monotonic() < until, f"nothing of {part!r} in {self.problems}"
            page.wait_for_timeout(20)

    @property
    def unexpected(self) -> list[str]:
        return [problem for problem in self.problems if not any(part in problem for part in self._expected)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(ANSWERED):
            self.problems.append(message.text)

    def _error(self, error: WebError) -> None:
        self.problems.append(f"uncaught: {error.error}")

    def _response(self, answer: Response) -> None:
        """4xx of the API are words for the person; those of files, and every 5xx, are faults."""
        path = urlsplit(answer.url).path
        if answer.status >= (500 if path.startswith(API) else 400):
            self.problems.append(f"{answer.status} {answer.request.method} {path}")


class Wire:
    """What really went over the wire from a page: also answers that the browser keeps from the page that asked."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._addresses: dict[str, str] = {}
        self._sent: dict[str, dict[str, str]] = {}
        self._answered: dict[str, int] = {}
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", lambda told: self._note(self._addresses, told, told["request"]["url"]))
        session.on("Network.requestWillBeSentExtraInfo", lambda told: self._note(self._sent, told, told["headers"]))
        session.on(
            "Network.responseReceivedExtraInfo", lambda told: self._note(self._answered, told, told["statusCode"])
        )
        session.send("Network.enable")

    @staticmethod
    def _note(where: dict[str, Any], told: dict[str, Any], what: Any) -> None:
        where[told["requestId"]] = what

    def exchange(self, address: str) -> tuple[dict[str, str], int]:
        """Headers that were sent to an address, in lower case, and the status that came back."""
        until = time.monotonic() + 10
        while True:
            for number, asked in self._addresses.items():
                if asked == address and number in self._sent and number in self._answered:
                    headers = {name.lower(): value for name, value in self._sent[number].items()}
                    return headers, self._answered[number]
            assert time.monotonic() < until, f"nothing went to {address}"
            self._page.wait_for_timeout(20)
