"""Every text that leaves the system on its own accord, in both languages (MSG-2).

``inside`` is shown in the cabinet and may name a kind of record or a role; ``outside`` goes by SMS and e-mail and never
says anything medical, nor who.
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.ages import DEFAULT_ZONE
from chalicelib.domain.texts import (
    access,
    accounts,
    aggregates,
    applications,
    appointments,
    bulk,
    bundles,
    calendars,
    cards,
    cases,
    chat,
    copies,
    deliveries,
    desk,
    entry_templates,
    exports,
    factors,
    findings,
    gathering,
    hl7,
    needs,
    patients,
    prescriptions,
    recognition,
    reminders,
    resource_search,
    resources,
    results,
    schedules,
    shares,
    sign_on,
    signatures,
    special,
    transfers,
    visit_forms,
    vital_signs,
    waiting_list,
)
from chalicelib.domain.texts.cards import ANSWERS
from chalicelib.domain.texts.reports import ACCESS_REPORT
from chalicelib.domain.texts.said import MOMENT, NEWS, PLACES, SECURITY, Notice, Said, Topic, when_text

__all__ = [
    "ACCESS_REPORT",
    "ANSWERS",
    "CABINET",
    "CODE",
    "CODE_SUBJECT",
    "MOMENT",
    "NEWS",
    "NOTICES",
    "SECURITY",
    "SUBJECT",
    "Notice",
    "Said",
    "Topic",
    "rendered",
    "said_outside",
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
    **appointments.NOTICES,
    **calendars.NOTICES,
    **chat.NOTICES,
    **deliveries.NOTICES,
    **resources.NOTICES,
    **resource_search.NOTICES,
    **bundles.NOTICES,
    **bulk.NOTICES,
    **applications.NOTICES,
    **hl7.NOTICES,
    **aggregates.NOTICES,
    **recognition.NOTICES,
    **transfers.NOTICES,
    **reminders.NOTICES,
    **schedules.NOTICES,
    **needs.NOTICES,
    **visit_forms.NOTICES,
    **waiting_list.NOTICES,
    **entry_templates.NOTICES,
}
"""Names are stored: never rename, never reuse."""

CODE = Said("Медкарта: код {code}. Никому его не сообщайте.", "Medkarta: code {code}. Tell it to nobody.")
SUBJECT = Said("Медкарта: новое уведомление", "Medkarta: a new notice")
CABINET = Said(
    "Кабинет: {url}\nКакие уведомления приходят по почте, вы выбираете там же.",
    "Your cabinet: {url}\nWhich notices come by e-mail you choose there.",
)
CODE_SUBJECT = Said("Код подтверждения", "Confirmation code")


def rendered(event: str, params: Mapping[str, str], language: str) -> tuple[str, str]:
    """Title and text of a notice as the cabinet shows it; a missing or empty parameter shows as a dash."""
    notice = NOTICES[event]
    words = _with_when(params, language)
    filled = {name: words.get(name) or "—" for name in PLACES}
    return notice.title.to(language).format(**filled), notice.inside.to(language).format(**filled)


def said_outside(event: str, about: Mapping[str, str], language: str) -> str:
    """What SMS and e-mail say of a notice; of ``about`` the moment alone, and that in notices of visits alone."""
    when = _with_when(about, language).get("when") or "—"
    return NOTICES[event].outside.to(language).format(when=when)


def _with_when(params: Mapping[str, str], language: str) -> Mapping[str, str]:
    """With the moment in words: it is kept as a stamp and the zone in which it is said."""
    if "when" not in params:
        return params
    return {**params, "when": when_text(params["when"], params.get("zone") or DEFAULT_ZONE, language)}
