"""Every text that leaves the system on its own accord, in both languages (MSG-2).

``inside`` is shown in the cabinet and may name a kind of record or a role; ``outside`` goes by SMS and e-mail and never
says anything medical, nor who.
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import (
    access,
    accounts,
    cards,
    cases,
    copies,
    desk,
    exports,
    factors,
    findings,
    gathering,
    patients,
    prescriptions,
    results,
    shares,
    sign_on,
    signatures,
    special,
    vital_signs,
)
from chalicelib.domain.texts.cards import ANSWERS
from chalicelib.domain.texts.reports import ACCESS_REPORT
from chalicelib.domain.texts.said import NEWS, SECURITY, Notice, Said

__all__ = [
    "ACCESS_REPORT",
    "ANSWERS",
    "CODE",
    "CODE_SUBJECT",
    "NEWS",
    "NOTICES",
    "SECURITY",
    "Notice",
    "Said",
    "rendered",
]

NOTICES: Mapping[str, Notice] = {
    **access.NOTICES,
    **cards.NOTICES,
    **cases.NOTICES,
    **copies.NOTICES,
    **accounts.NOTICES,
    **factors.NOTICES,
    **desk.NOTICES,
    **exports.NOTICES,
    **findings.NOTICES,
    **gathering.NOTICES,
    **patients.NOTICES,
    **prescriptions.NOTICES,
    **results.NOTICES,
    **shares.NOTICES,
    **sign_on.NOTICES,
    **signatures.NOTICES,
    **special.NOTICES,
    **vital_signs.NOTICES,
}
"""Names are stored: never rename, never reuse."""

CODE = Said("Медкарта: код {code}. Никому его не сообщайте.", "Medkarta: code {code}. Tell it to nobody.")
CODE_SUBJECT = Said("Код подтверждения", "Confirmation code")


def rendered(event: str, params: Mapping[str, str], language: str) -> tuple[str, str]:
    """Title and text of a notice as the cabinet shows it; a missing or empty parameter shows as a dash."""
    notice = NOTICES[event]
    filled = {name: params.get(name) or "—" for name in ("kind", "who", "organisation", "role", "state")}
    return notice.title.to(language), notice.inside.to(language).format(**filled)
