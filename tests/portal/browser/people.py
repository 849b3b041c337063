"""The demo people at the door: who they are, and how they come in."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from local.demo_people import ADMINISTRATOR, PASSWORD, PATIENTS, STAFF

CODE = re.compile(r"\b[0-9]{6}\b")
PATIENCE = 60  # seconds for a code; others may use the machine too


@dataclass(frozen=True)
class Account:
    phone: str
    role: str


def _of(role: str) -> Account:
    return Account(next(person["phone"] for person, held, *_ in STAFF if held == role), role)


PATIENT = Account(PATIENTS[0][0]["phone"], "patient")
"""Her card has a history."""
OTHER_PATIENT = Account(PATIENTS[1][0]["phone"], "patient")
ADMIN = Account(ADMINISTRATOR["phone"], "administrator")
DOCTOR, NURSE, REGISTRAR = _of("doctor"), _of("nurse"), _of("registrar")
OFFICER, IDENTITY_OPERATOR = _of("security-officer"), _of("identity-operator")
EVERYBODY = (PATIENT, DOCTOR, NURSE, REGISTRAR, OFFICER, ADMIN, IDENTITY_OPERATOR)

# As the page of signing in does it, in the page: tokens go into the cookie, which the page cannot see.
ASK = """async ([method, path, body]) => {
  const headers = { "X-Requested-By": "portal", "Content-Type": "application/json" };
  const answer = await fetch("/api/v1" + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, body: text ? JSON.parse(text) : null };
}"""


class Site:
    """The running system as its users meet it."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._cookies: dict[Account, Any] = {}

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return json.load(answer)

    def forget_limits(self) -> None:
        """Tests sign the same people in again and again."""
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/_local/limits", method="POST"), timeout=30).close()

    def newest_code(self, to: str) -> str:
        """The newest one-time code sent to a telephone or an address, empty before the first."""
        texts = [one["text"] for one in self.get("/_local/outbox.json")["messages"] if one["to"] == to]
        return next((codes[-1] for codes in map(CODE.findall, texts) if codes), "")

    def code_after(self, former: str, to: str) -> str:
        until = time.monotonic() + PATIENCE
        while (code := self.newest_code(to)) == former:
            assert time.monotonic() < until, f"no code for {to}"
            time.sleep(0.1)
        return code

    def sign_in(self, page: Page, account: Account, *, anew: bool = False) -> None:
        """The page's context has the account's session afterwards. One session an account is shared by the tests that
        do not end it; ``anew`` makes one of the test's own.
        """
        if not anew and account in self._cookies:
            page.context.add_cookies(self._cookies[account])
            return
        self.forget_limits()
        if not page.url.startswith(self.url):
            page.goto(f"{self.url}/journal.html")
        begun = ask(page, "POST", "/sessions", {"login": account.phone, "password": PASSWORD})
        challenge = f"/sessions/{begun['body']['challenge_id']}"
        former = self.newest_code(account.phone)
        ask(page, "POST", f"{challenge}/sms")
        given = {"factor": "sms", "code": self.code_after(former, account.phone), "role": account.role}
        done = ask(page, "POST", f"{challenge}/factor", given)
        assert done["status"] == 200, done["body"]["code"]
        if not anew:
            self._cookies[account] = page.context.cookies()


def ask(page: Page, method: str, path: str, body: Any = None) -> Any:
    """``{"status", "body"}`` of a call of the API from within the page."""
    return page.evaluate(ASK, [method, path, body])
