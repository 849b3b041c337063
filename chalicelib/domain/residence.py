"""A foreign citizen with temporary residence (SPC-6) as pure rules: the form, the stay, and what the account may do.

An account is one of: unlimited (a citizen), staying (``residence_until`` is to come), over (it has passed, or no stay
was confirmed yet). What a staying and an over account may change is a table of operations; what is not in it is
refused, new routes included.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain import identifiers as ids
from chalicelib.domain.ages import DEFAULT_ZONE

TEMPORARY = "temporary"
LONGEST_STAY = timedelta(days=3 * 366)
"""Three years. Source: 115-ФЗ, article 6 (temporary residence), to be confirmed by a lawyer."""

_SEPARATORS = str.maketrans("", "", " -\u00a0\u2011\u2013№")

COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY
    BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK
    FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR
    IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK
    ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
    PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF
    TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """.split()  # noqa: SIM905 - 249 quoted codes are harder to read
)
"""ISO 3166-1 alpha-2, all 249 codes."""

HOME = "RU"


class Standing(StrEnum):
    UNLIMITED = "unlimited"
    STAYING = "staying"
    OVER = "over"


OVER_MAY: tuple[str, ...] = (
    # the account, and who reads the card
    "session-*",
    "step-up*",
    "profile-change",
    "password-change",
    "totp-*",
    "passkey-*",
    "recovery-*",
    "sms-factor-*",
    "link-remove",
    "sign-in-report",
    "ticket-create",
    "notice-read",
    "notice-read-all",
    "result-comparison-*",
    "search-list",
    "resource-search-form",
    "resource-everything-form",
    "resource-summary-form",
    "resource-summary-named",
    "export-create",
    "journal-request",
    "consent-answer",
    "block-*",
    "representation-end",
    "share-revoke",
    "app-end",
    "erasure-withdraw-own",
    # what is others' again, or nobody's
    "appointment-cancel",
    "calendar-revoke",
    "waiting-entry-decline",
    "waiting-entry-leave",
    # apply again
    "upload-create",
    "upload-delete",
    "case-file",
    "case-file:foreign-citizen",
    "case-file:profile-change",
    "case-file:identity-scan",
    "case-file:copy-request",
    "case-receive",
    "case-supply",
    "case-withdraw",
    "case-answer",
)
"""What an account may change after the stay; reading is open to it. Names of operations; ``*`` stands for any end,
after a colon stands the kind of case. Whatever is not here is refused. Source: this project's choice, for the deployer
to change."""

STAYING_MAY: tuple[str, ...] = (
    *OVER_MAY,
    "allergy-create",
    "allergy-amend",
    *(
        f"{kind}-{action}"
        for kind in ("attached-document", "chronic-condition", "family-history", "lifestyle", "medication-statement")
        for action in ("create", "amend")
    ),
    "visit-form-draft",
    "visit-form-create",
    "vital-sign-create",
    "vital-sign-amend",
    "vital-sign-batch",
    "observation-series-create",
    "need-mark",
    "need-hints",
    "health-status-create",
    "health-status-amend",
    "appointment-*",
    "calendar-*",
    "intake-*",
    "waiting-entry-*",
    "card-suspend",
    "card-resume",
    "chat-*",
    "consent-grant",
    "result-send",
    "share-create",
    "app-allow",
    "representation-grant",
    "identity-confirmation-*",
    "identity-signature-*",
)
"""During the stay also: own entries, suspension, further consents and confirmations of identity. So not, for one: the
card on an insurance policy, a newborn, acting alone for a child, a merge."""


def standing(profile: Mapping[str, Any], now: datetime) -> Standing:
    """How the account stands by its PROFILE row.

    Who registered with a foreign passport alone is over until a stay was confirmed: a bank, provider or signature says
    who somebody is, not how long they may stay.
    """
    if profile.get("residence") != TEMPORARY:
        numbers = profile.get("tags", {})
        return Standing.OVER if "foreign-passport" in numbers and "passport" not in numbers else Standing.UNLIMITED
    return Standing.STAYING if now < datetime.fromisoformat(profile["residence_until"]) else Standing.OVER


def may(place: Standing, operation: str) -> bool:
    """Whether an account that stands so may call an operation."""
    if place is Standing.UNLIMITED:
        return True
    table = STAYING_MAY if place is Standing.STAYING else OVER_MAY
    return any(fnmatchcase(operation, allowed) for allowed in table)


def always_allowed(operation: str) -> bool:
    """Every account may call it, so that nobody's standing has to be read."""
    return may(Standing.OVER, operation) and may(Standing.STAYING, operation)


def stay_ends(day: date) -> datetime:
    """The moment after the last day of a stay."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), ZoneInfo(DEFAULT_ZONE))


def normal_foreigner(form: Mapping[str, Any], today: date) -> dict[str, str]:
    """The form, normalised. Raises InvalidFieldsError with every broken field named."""
    found = ids.Findings()
    given = {
        "citizenship": found.check(normal_country, form["citizenship"]),
        "foreign_passport": found.check(normal_foreign_passport, form["foreign_passport"]),
        "migration_card": found.check(normal_migration_card, form["migration_card"]),
    }
    entered = found.check(ids.normal_birth_date, form["stay_from"], today, "/stay_from")
    until = found.check(_until, form["stay_until"], today)
    found.close()
    return {name: str(value) for name, value in given.items()} | {"stay_from": str(entered), "stay_until": str(until)}


def normal_country(value: str, field: str = "/citizenship") -> str:
    """ISO 3166-1 alpha-2 of another country than this one."""
    code = value.strip().upper()
    if code not in COUNTRIES or code == HOME:
        raise ids.problem(field, "country", "two letters of ISO 3166 of another country")
    return code


def normal_foreign_passport(value: str, field: str = "/foreign_passport") -> str:
    """Number of any country's passport: Latin letters and digits (ICAO Doc 9303), in capitals without separators."""
    text = unicodedata.normalize("NFKC", value[: ids.MAX_TYPED]).upper().translate(_SEPARATORS)
    if not (re.fullmatch("[A-Z0-9]{4,20}", text) and re.search("[0-9]", text)):
        raise ids.problem(field, "format", "Latin letters and digits, from 4 to 20")
    return text


def normal_migration_card(value: str, field: str = "/migration_card") -> str:
    """Series of four digits and a number of seven (form of the migration card; no check digit; unverified)."""
    bare = value[: ids.MAX_TYPED].strip().translate(_SEPARATORS)
    if not re.fullmatch("[0-9]{11}", bare):
        raise ids.problem(field, "format", "11 digits are needed")
    return bare


def _until(value: str, today: date) -> date:
    try:
        until = date.fromisoformat(value)
    except ValueError:
        raise ids.problem("/stay_until", "format", "a date as YYYY-MM-DD") from None
    if until < today:
        raise ids.problem("/stay_until", "past", "the stay is over")
    if until - today > LONGEST_STAY:
        raise ids.problem("/stay_until", "range", "longer than a temporary stay can be")
    return until
