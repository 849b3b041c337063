"""SMS and e-mails that the system has sent, as the emulator keeps them. A development tool: it shows one-time codes."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

SHOWN = 200
STYLE = Path(__file__).with_name("outbox.css")


@dataclass(frozen=True, slots=True)
class Sent:
    """One message. ``sent_at`` is ISO 8601 in UTC, empty when the emulator does not know it."""

    kind: str  # "sms" or "email"
    to: str
    subject: str
    text: str
    sent_at: str


class Outbox:
    """Reads the emulator's own inspection pages; ``endpoint`` is its base URL."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def messages(self) -> list[Sent]:
        """Newest first. Raises OSError when the emulator does not answer."""
        sms = self._get("/_ministack/sns/sms-messages")["sms_messages"]
        mail = self._get("/_ministack/ses/messages")["messages"]
        found = [_sms(m) for phone in sms.values() for m in phone]
        found += [_mail(m) for account in mail.values() for m in account]
        return sorted(found, key=lambda m: m.sent_at, reverse=True)

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(self._endpoint + path, timeout=5) as answer:
            return json.load(answer)


def as_json(messages: Iterable[Sent]) -> bytes:
    return json.dumps({"messages": [asdict(m) for m in messages]}, ensure_ascii=False).encode()


def as_page(messages: list[Sent]) -> bytes:
    """A page without scripts; every value is escaped, because its texts come from anybody."""
    rows = "".join(
        f"<li><p><b>{escape(m.kind)}</b> <span>{escape(m.to)}</span> <time>{escape(m.sent_at)}</time></p>"
        f"<h2>{escape(m.subject)}</h2><pre>{escape(m.text)}</pre></li>"
        for m in messages[:SHOWN]
    )
    return _PAGE.format(rows=rows or "<li>Пока пусто. / Nothing yet.</li>").encode()


def _sms(message: dict[str, Any]) -> Sent:
    return Sent(
        "sms", str(message["PhoneNumber"]), "", str(message.get("Message") or ""), _moment(message.get("SentAt"))
    )


def _mail(message: dict[str, Any]) -> Sent:
    text = message.get("BodyText") or message.get("BodyHtml") or message.get("RawMessage") or ""
    to = ", ".join(message.get("To") or [])
    return Sent("email", to, str(message.get("Subject") or ""), str(text), _moment(message.get("Timestamp")))


def _moment(seconds: Any) -> str:
    if not isinstance(seconds, int | float):
        return ""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_PAGE = """<!doctype html>
<html lang="ru">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5">
<title>Исходящие – Медкарта</title>
<link rel="stylesheet" href="/_local/style.css">
<main>
<h1>Исходящие сообщения <small lang="en">Outbox</small></h1>
<p>SMS и письма, которые система отправила. Только на этом компьютере.
<span lang="en">SMS and e-mails the system has sent. On this computer only.</span></p>
<ul class="outbox">{rows}</ul>
</main>
</html>
"""
