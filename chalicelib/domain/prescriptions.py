"""Rules of prescriptions: states, parts that are dispensed, what a code looks like, what its signature covers.

    active ──dispense──▶ active … dispensed        active ──revoke──▶ revoked      active ──replace──▶ replaced
    dispensed ──reverse──▶ active (a mistake, by the same pharmacy, within ``REVERSAL_WINDOW``)
An active one past its validity is expired; that is computed, not stored. Forms and periods: prescription_forms.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.issuing import Signatory
from chalicelib.domain.prescription_forms import VALIDITY
from chalicelib.errors import (
    AlreadyReversedError,
    FieldProblem,
    ForeignCodeError,
    InvalidFieldsError,
    ReversalTooLateError,
    ScannedCodeError,
    ScannedTooLongError,
    WrongStateError,
)


class State(StrEnum):
    """Stored: never rename, never reuse. Expiry is computed, not stored."""

    ACTIVE = "active"
    DISPENSED = "dispensed"
    REVOKED = "revoked"
    REPLACED = "replaced"
    EXPIRED = "expired"


SIGNATORIES: Mapping[str, tuple[Signatory, ...]] = {
    **dict.fromkeys(VALIDITY, (Signatory.AUTHOR,)),
    "1y": (Signatory.AUTHOR, Signatory.ORGANISATION),
}
"""Who signs the document: the doctor; for a year the organisation too (order 1094н as told in the reference)."""

CODE = re.compile(r"^[A-Za-z0-9_-]{22}$")
MAX_SCANNED = 2048
"""Characters of a code with its signature; a QR of level M holds 2331 bytes."""
REVERSAL_WINDOW = timedelta(hours=24)
"""How long a pharmacy may take back a dispensing that was a mistake. Our own choice, for review by pharmacists."""
ON_THE_CODE = ("inn", "atc", "trade_name", "form", "strength", "dosage", "packs")
"""What of each drug the QR's signature covers."""

Part = Mapping[str, int]
"""``line``: number of the drug on the prescription, from 1; ``packs``: how many of it."""


def present_state(stored: str, expires: datetime, now: datetime) -> State:
    """The state as of now: an active prescription past its validity is expired."""
    state = State(stored)
    return State.EXPIRED if state is State.ACTIVE and now >= expires else state


def standing(state: State, card: str) -> dict[str, Any]:
    """``state`` and whether it can be dispensed: ``valid``; where not, ``reason``: the state, or that of the card.

    ``card``: the state of the card that it lies on, "" where there is none. A suspended or merging card hands out
    nothing (domain/access.py), however good the prescription.
    """
    reason = state.value if state is not State.ACTIVE else "" if card == "active" else f"card-{card or 'none'}"
    return {"state": state.value, "valid": not reason, **({"reason": reason} if reason else {})}


def after_dispensing(
    stored: str, expires: datetime, now: datetime, remaining: Sequence[int], parts: Sequence[Part]
) -> tuple[State, list[int]]:
    """State and packs left of each drug after ``parts`` are handed out. Raises WrongStateError, InvalidFieldsError."""
    state = present_state(stored, expires, now)
    if state is not State.ACTIVE:
        raise WrongStateError(f"the prescription is {state.value}", extra={"state": state.value})
    left, problems = list(remaining), []
    for index, part in enumerate(parts):
        line = part["line"] - 1
        if not 0 <= line < len(left):
            problems.append(FieldProblem(f"/drugs/{index}/line", "unknown", f"there are {len(left)} drugs"))
        elif part["packs"] > left[line]:
            problems.append(FieldProblem(f"/drugs/{index}/packs", "too-many", f"{left[line]} left"))
        else:
            left[line] -= part["packs"]
    if problems:
        raise InvalidFieldsError(fields=tuple(problems))
    return (State.ACTIVE if any(left) else State.DISPENSED), left


def after_reversal(
    stored: str, remaining: Sequence[int], parts: Sequence[Part], *, at: datetime, now: datetime, reversed_before: bool
) -> tuple[State, list[int]]:
    """State and packs left after a dispensing of ``at`` is taken back; what is revoked stays revoked.

    Raises AlreadyReversedError, ReversalTooLateError.
    """
    if reversed_before:
        raise AlreadyReversedError
    if now - at > REVERSAL_WINDOW:
        raise ReversalTooLateError
    left = list(remaining)
    for part in parts:
        left[part["line"] - 1] += part["packs"]
    state = State(stored)
    return (State.ACTIVE if state is State.DISPENSED else state), left


def scanned_code(text: str, public_url: str) -> tuple[str, str]:
    """Code and signature from what a scanner read: ``<public url>/r/<code>#<JWS>`` or a bare code.

    A scanned text is hostile input: length, host and alphabet are checked before use. Raises ScannedTooLongError,
    ForeignCodeError, ScannedCodeError.
    """
    text = text.strip()  # many scanners end what they read with a line break
    if len(text) > MAX_SCANNED:
        raise ScannedTooLongError
    prefix = f"{public_url}/r/"
    if "://" in text[:20] and not text.startswith(prefix):
        raise ForeignCodeError
    code, _, signature = text.removeprefix(prefix).partition("#")
    if not CODE.fullmatch(code):
        raise ScannedCodeError
    return code, signature


def signed_content(body: Mapping[str, Any], *, code: str, issued: datetime, expires: datetime) -> dict[str, Any]:
    """What the QR's signature covers: what a pharmacy needs, nobody's name, no diagnosis (RX-2)."""
    return {
        "id": code,
        "iat": int(issued.timestamp()),
        "exp": int(expires.timestamp()),
        "form": body["form"],
        "drugs": [{name: drug[name] for name in ON_THE_CODE if drug.get(name)} for drug in body["drugs"]],
    }


def status_on(status: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The status of a record as of now, whoever stored it: one that says when it ends has ended then."""
    if status.get("state") != State.ACTIVE or "expires_at" not in status:
        return dict(status)
    return {**status, "state": present_state(status["state"], from_stamp(status["expires_at"]), now).value}


def from_stamp(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
