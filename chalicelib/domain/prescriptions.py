"""Rules of prescriptions: validity by form, states, what a code looks like.

Source: order 1094н of 24.11.2021 as told in the reference (health data, section 8); periods are data because an order
can change them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.issuing import Signatory
from chalicelib.errors import FieldProblem, InvalidFieldsError, NotFoundError, WrongStateError


class State(StrEnum):
    """Stored: never rename, never reuse. Expiry is computed, not stored."""

    ACTIVE = "active"
    DISPENSED = "dispensed"
    REVOKED = "revoked"
    REPLACED = "replaced"
    EXPIRED = "expired"


VALIDITY: Mapping[str, timedelta] = {
    "15d": timedelta(days=15),
    "30d": timedelta(days=30),
    "60d": timedelta(days=60),
    "90d": timedelta(days=90),
    "1y": timedelta(days=365),
}

ALLOWED: Mapping[str, frozenset[str]] = {
    "107-1/у": frozenset({"15d", "30d", "60d", "1y"}),  # 60 days, a year for long courses (p. 23)
    "148-1/у-88": frozenset({"15d"}),  # p. 20
    "148-1/у-04(л)": frozenset({"15d", "30d", "90d"}),
}

SIGNATORIES: Mapping[str, tuple[Signatory, ...]] = {
    **dict.fromkeys(VALIDITY, (Signatory.AUTHOR,)),
    "1y": (Signatory.AUTHOR, Signatory.ORGANISATION),
}
"""Who signs the document: the doctor; for a year the organisation too (order 1094н as told in the reference)."""

CODE = re.compile(r"^[A-Za-z0-9_-]{22}$")
MAX_SCANNED = 2048


def expires_at(form: str, validity: str, issued: datetime) -> datetime:
    """End of validity. Raises InvalidFieldsError when the form does not allow the period."""
    if validity not in ALLOWED[form]:
        allowed = ", ".join(sorted(ALLOWED[form]))
        raise InvalidFieldsError(fields=(FieldProblem("/validity", "validity", f"form {form} allows {allowed}"),))
    return issued + VALIDITY[validity]


def present_state(stored: str, expires: datetime, now: datetime) -> State:
    """The state as of now: an active prescription past its validity is expired."""
    state = State(stored)
    return State.EXPIRED if state is State.ACTIVE and now >= expires else state


def after_dispensing(stored: str, expires: datetime, now: datetime, remaining: int, packs: int) -> tuple[State, int]:
    """State and packs left after a pharmacy hands out ``packs``. Raises WrongStateError, InvalidFieldsError."""
    state = present_state(stored, expires, now)
    if state is not State.ACTIVE:
        raise WrongStateError(f"the prescription is {state.value}", extra={"state": state.value})
    if packs > remaining:
        raise InvalidFieldsError(fields=(FieldProblem("/packs", "too-many", f"{remaining} left"),))
    left = remaining - packs
    return (State.DISPENSED if left == 0 else State.ACTIVE), left


def scanned_code(text: str, public_url: str) -> tuple[str, str]:
    """Code and signature from what a scanner read: ``<public url>/r/<code>#<JWS>`` or a bare code.

    A scanned text is hostile input: length, host and alphabet are checked before use. Raises NotFoundError, because a
    code that cannot be ours is as good as unknown.
    """
    if len(text) > MAX_SCANNED:
        raise NotFoundError
    prefix = f"{public_url}/r/"
    code, _, signature = text.removeprefix(prefix).partition("#")
    if not CODE.fullmatch(code):
        raise NotFoundError
    return code, signature


def signed_content(body: Mapping[str, Any], *, code: str, issued: datetime, expires: datetime) -> dict[str, Any]:
    """What the QR's signature covers: what a pharmacy needs, nobody's name, no diagnosis (RX-2)."""
    return {
        "id": code,
        "iat": int(issued.timestamp()),
        "exp": int(expires.timestamp()),
        "form": body["form"],
        "drug": body["drug"],
        "dosage": body["dosage"],
        "packs": body["packs"],
    }


def from_stamp(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
