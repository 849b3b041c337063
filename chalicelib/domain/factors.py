"""Second factors as pure rules (ID-3, ID-4, ID-8): which there are, what a person has, what must stay.

Rules of a person's factors:
  1. listed strongest first: passkey, authenticator app, recovery code, SMS; SMS is the last resort
  2. SMS may be switched off by who has a passkey or an app, and unused recovery codes for the day both are lost
  3. recovery codes end with use, so they never count as the factor that must stay: a passkey, an app or SMS does
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.secrets import hash_secret, same_code, same_secret
from chalicelib.errors import FieldProblem

CODE_DIGITS = 6
CODES = 10**CODE_DIGITS
TOTP_STEP = 30  # seconds
TOTP_WINDOW = 1  # steps of clock difference that are tolerated on either side (RFC 6238, 5.2)
ASKED_SECONDS = 300  # how long a passkey may take to answer


class Factor(StrEnum):
    """Strongest first. Values are stored in entries and sessions: never rename, never reuse."""

    PASSKEY = "passkey"
    TOTP = "totp"
    RECOVERY = "recovery-code"
    SMS = "sms"


LASTING = frozenset({Factor.PASSKEY, Factor.TOTP, Factor.SMS})
STRONG = frozenset({Factor.PASSKEY, Factor.TOTP})

ANSWERED: Mapping[str, tuple[str, str]] = {
    Factor.SMS: ("code", "code_until"),
    Factor.PASSKEY: ("asked", "asked_until"),
}
"""What an answer uses up in the row that holds the question (a challenge or a session); the first is its hash."""

CREDENTIALS = (
    "totp",
    "totp_ver",
    "totp_step",
    "totp_at",
    "totp_pending",
    "recovery",
    "recovery_at",
    "passkeys",
    "sms_off",
)
"""Attributes of the CREDENTIALS row that are about factors: who resets them all removes these and the PASSKEY rows."""


def enrolled(credentials: Mapping[str, Any]) -> list[str]:
    """Factors that a person can answer with. The phone is confirmed at registration, so SMS is there at once."""
    has = {
        Factor.PASSKEY: int(credentials.get("passkeys", 0)) > 0,
        Factor.TOTP: "totp" in credentials,
        Factor.RECOVERY: bool(credentials.get("recovery")),
        Factor.SMS: not credentials.get("sms_off", False),
    }
    return [factor.value for factor in Factor if has[factor]]


def detailed(credentials: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The same with what a person wants to know about each."""
    more: dict[str, dict[str, Any]] = {
        Factor.PASSKEY: {"count": int(credentials.get("passkeys", 0))},
        Factor.TOTP: {"since": credentials.get("totp_at", "")},
        Factor.RECOVERY: {"left": len(credentials.get("recovery", [])), "since": credentials.get("recovery_at", "")},
        Factor.SMS: {"may_be_switched_off": may_switch_sms_off(credentials)},
    }
    return [{"factor": name, **more[name]} for name in enrolled(credentials)]


def may_switch_sms_off(credentials: Mapping[str, Any]) -> bool:
    """Rule 2."""
    has = set(enrolled(credentials))
    return bool(has & STRONG) and Factor.RECOVERY in has


def may_go(credentials: Mapping[str, Any], factor: Factor) -> bool:
    """Rule 3: whether a person without this app, or without one of these passkeys, still has a factor that stays."""
    has = LASTING & {Factor(name) for name in enrolled(credentials)}
    one_of_several = factor is Factor.PASSKEY and int(credentials.get("passkeys", 0)) > 1
    return one_of_several or bool(has - {factor})


def problem_of(factor: str, code: str | None, assertion: Mapping[str, Any] | None) -> FieldProblem | None:
    """A passkey answers with an assertion, every other factor with a code; exactly one of the two."""
    wanted, other = ("assertion", "code") if factor == Factor.PASSKEY else ("code", "assertion")
    given = {"code": code is not None, "assertion": assertion is not None}
    if not given[wanted]:
        return FieldProblem(f"/{wanted}", "missing", f"the factor {factor} answers with this")
    return FieldProblem(f"/{other}", "extra-forbidden", f"the factor {factor} has none") if given[other] else None


# --- codes that are sent


def code_text(number: int) -> str:
    """One of the ``CODES`` codes, leading zeros kept."""
    return f"{number:0{CODE_DIGITS}d}"


def well_formed(code: str) -> bool:
    return len(code) == CODE_DIGITS and code.isascii() and code.isdecimal()


def sent_code_fits(row: Mapping[str, Any], code: str, context_id: str, now: datetime) -> bool:
    """Whether ``code`` is the one whose hash and end stand in ``row`` (``code``, ``code_until``)."""
    fits = well_formed(code) and same_code(str(row.get("code", "")), code, context_id)
    return fits and now.timestamp() < int(row.get("code_until", 0))


# --- authenticator app


def totp_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """The time step that a TOTP code belongs to, or None.

    A step at or before ``last_step`` is refused: a code is good once (RFC 6238, 5.2). All steps of the window are
    compared, each in constant time.
    """
    import pyotp

    if not well_formed(code):
        return None
    generator = pyotp.TOTP(secret)
    middle = int(now.timestamp()) // TOTP_STEP
    found = None
    for step in range(middle - TOTP_WINDOW, middle + TOTP_WINDOW + 1):
        if hmac.compare_digest(generator.generate_otp(step), code) and step > last_step:
            found = step
    return found


def totp_uri(secret: str, account: str) -> str:
    """Key URI for authenticator apps. ``account`` tells accounts apart in the app and is not a name."""
    import pyotp

    return str(pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name="Medkarta"))


# --- what a passkey is asked


def asked_hash(challenge: str, purpose: str, person_id: str, context_id: str) -> str:
    """How the challenge of a passkey is kept: bound to its purpose, the person and the sign-in or session."""
    return hash_secret(f"{purpose}\0{person_id}\0{context_id}\0{challenge}")


def asked_fits(
    row: Mapping[str, Any], challenge: str, purpose: str, person_id: str, context_id: str, now: datetime
) -> bool:
    """Whether this is the challenge whose hash and end stand in ``row`` (``asked``, ``asked_until``)."""
    said = f"{purpose}\0{person_id}\0{context_id}\0{challenge}"
    fits = bool(challenge) and same_secret(str(row.get("asked", "")), said)
    return fits and now.timestamp() < int(row.get("asked_until", 0))


def went_back(last: int, count: int) -> bool:
    """Whether a signature counter shows a copy of the key (WebAuthn level 2, 6.1.1). Zeros mean: it does not count."""
    return (last > 0 or count > 0) and count <= last
