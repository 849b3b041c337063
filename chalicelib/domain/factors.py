"""Second factors as pure rules (ID-3): codes sent by SMS, and TOTP of an authenticator app (RFC 6238)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.secrets import same_code

CODE_DIGITS = 6
CODES = 10**CODE_DIGITS
TOTP_STEP = 30  # seconds
TOTP_WINDOW = 1  # steps of clock difference that are tolerated on either side (RFC 6238, 5.2)


class Factor(StrEnum):
    SMS = "sms"
    TOTP = "totp"


def enrolled(credentials: Mapping[str, Any]) -> list[str]:
    """Factors that a person can answer with. The phone was confirmed at registration, so SMS is always one."""
    return [Factor.SMS.value] + ([Factor.TOTP.value] if "totp" in credentials else [])


def code_text(number: int) -> str:
    """One of the ``CODES`` codes, leading zeros kept."""
    return f"{number:0{CODE_DIGITS}d}"


def well_formed(code: str) -> bool:
    return len(code) == CODE_DIGITS and code.isascii() and code.isdecimal()


def sent_code_fits(row: Mapping[str, Any], code: str, context_id: str, now: datetime) -> bool:
    """Whether ``code`` is the one whose hash and end stand in ``row`` (``code``, ``code_until``)."""
    fits = well_formed(code) and same_code(str(row.get("code", "")), code, context_id)
    return fits and now.timestamp() < int(row.get("code_until", 0))


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
