"""Issued documents as pure rules: who signs what, the code on the paper, what the code answers (DOC-1, DOC-3, RX-6).

1. an organisation puts its electronic seal and its stamp on what its own staff wrote, and on nothing else
2. a doctor's own key signs only what that doctor wrote under a fresh second factor; a process that asks for one says so
   in the row (``confirmed_at``, ``signatories``)
3. where nobody who may sign has a valid certificate, the document says that it bears no electronic signature
4. the code on a paper is an opaque id, which finds the document, and a short code, which shows that the whole of the
   printed code was read. Both are stored as hashes
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.identity import Role
from chalicelib.domain.secrets import hash_secret, same_secret
from chalicelib.errors import DocumentCodeError, DocumentElsewhereError

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is read for something else
CODE_LENGTH = 8
MAX_TEXT = 400
FRESH = timedelta(minutes=5)
"""How old the second factor may be when a doctor signs (services/gate.py, STEP_UP_FRESH)."""

_TEXT = re.compile(r"(?P<site>https?://[^/\s#?]{1,200})?/?(?:d/)?(?P<id>[A-Za-z0-9_-]{22})#(?P<code>[A-Za-z0-9]{8})")


class Signatory(StrEnum):
    """Stored in rows: never rename, never reuse."""

    AUTHOR = "author"
    ORGANISATION = "organisation"


class State(StrEnum):
    """What has become of an issued document. Public and stored: never rename, never reuse."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Code:
    """What the QR of a document says, apart from the site."""

    public_id: str
    short: str

    @classmethod
    def new(cls) -> Code:
        return cls(secrets.token_urlsafe(16), "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)))

    @property
    def found_by(self) -> str:
        """Hash that the row is found by; the id itself is stored nowhere."""
        return hash_secret(self.public_id)

    @property
    def hashed(self) -> str:
        """The id is part of it: eight characters alone could be tried out from a copy of the table."""
        return hash_secret(f"{self.public_id}#{self.short}")

    def fits(self, hashed: str) -> bool:
        return same_secret(hashed, f"{self.public_id}#{self.short}")

    def text(self, site: str) -> str:
        return f"{site}/d/{self.public_id}#{self.short}"


def code_of(text: str, site: str) -> Code:
    """The code in what was scanned or typed: the whole address, or ``<id>#<short code>``.

    Raises DocumentCodeError for what was cut or altered, DocumentElsewhereError for another system's code.
    """
    found = _TEXT.fullmatch(text.strip()) if len(text) <= MAX_TEXT else None
    if found is None:
        raise DocumentCodeError
    if found["site"] and found["site"].lower() != site.lower():
        raise DocumentElsewhereError
    return Code(found["id"], found["code"].upper())


def signatories(row: Mapping[str, Any]) -> tuple[Signatory, ...]:
    """Who has to sign what is printed of a row of a record (rules 1 and 2); empty for what no staff wrote."""
    if row.get("source") != "staff" or not row.get("organisation"):
        return ()
    wanted = tuple(Signatory(word) for word in row.get("signatories", ()))
    if Signatory.AUTHOR in wanted and not _signed_by_hand(row):
        wanted = ()
    return wanted or (Signatory.ORGANISATION,)


def _signed_by_hand(row: Mapping[str, Any]) -> bool:
    if row.get("role") != Role.DOCTOR.value or "confirmed_at" not in row:
        return False
    confirmed, written = (datetime.fromisoformat(row[name]) for name in ("confirmed_at", "updated_at"))
    return timedelta(0) <= written - confirmed <= FRESH


def state_of(stored: str, version: int, record: Mapping[str, Any] | None) -> State:
    """``record``: the newest row of the record that was printed; None for a document that is no record's."""
    if stored != State.CURRENT or record is None:
        return State(stored)
    if record.get("status", {}).get("state") == "revoked":
        return State.WITHDRAWN
    return State.SUPERSEDED if int(record["ver"]) > version else State.CURRENT


WORDS: Mapping[str, Mapping[str, str]] = {
    "ru": {
        "signed": "ДОКУМЕНТ ПОДПИСАН ЭЛЕКТРОННОЙ ПОДПИСЬЮ",
        "certificate": "Сертификат",
        "owner": "Владелец",
        "valid": "Действителен",
        "period": "с {since:%d.%m.%Y} по {until:%d.%m.%Y}",
        "unsigned": "Без электронной подписи",
        "no-certificate": "У организации нет действующего сертификата электронной подписи.",
        "own-data": "Сведения внесены не сотрудником медицинской организации.",
        "check": "Проверка документа: отсканируйте код или откройте {address}",
    },
    "en": {
        "signed": "SIGNED ELECTRONICALLY",
        "certificate": "Certificate",
        "owner": "Holder",
        "valid": "Valid",
        "period": "from {since:%Y-%m-%d} to {until:%Y-%m-%d}",
        "unsigned": "No electronic signature",
        "no-certificate": "The organisation has no valid certificate for electronic signatures.",
        "own-data": "The content was not written by staff of a medical organisation.",
        "check": "To verify this document scan the code or open {address}",
    },
}
"""Words of the mark of an electronic signature, after GOST R 7.0.97-2016, 5.23 (unverified)."""


def signed_mark(owner: str, serial: str, since: datetime, until: datetime, language: str) -> dict[str, Any]:
    """The mark for ``documents/pdf.py`` (``marks``)."""
    words = WORDS[language]
    period = words["period"].format(since=since, until=until)
    return {
        "title": words["signed"],
        "rows": [(words["certificate"], serial), (words["owner"], owner), (words["valid"], period)],
    }


def unsigned_mark(*, own_data: bool, language: str) -> dict[str, Any]:
    words = WORDS[language]
    return {"title": words["unsigned"], "rows": [("", words["own-data" if own_data else "no-certificate"])]}


def verification(code: Code, site: str, language: str) -> dict[str, str]:
    """The QR of a document with its caption. The caption has no code in it: a copy of the words verifies nothing."""
    return {"text": code.text(site), "caption": WORDS[language]["check"].format(address=f"{site}/d")}
