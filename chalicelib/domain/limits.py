"""Rate limits and lock-outs as pure decisions (SEC-3). The counters are rows; ``services/limits.py`` keeps them.

Windows are fixed and begin at multiples of their length, so one row a window is enough and nothing has to be swept.
The price is known: at the turn of a window twice the limit can pass within a short time.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.factors import Factor

MINUTE = 60
HOUR = 3600
DAY = 86400


@dataclass(frozen=True, slots=True)
class Rule:
    """At most ``limit`` calls in ``window`` seconds. ``locks``: it guards a secret, so the answer says locked-out."""

    scope: str
    limit: int
    window: int
    locks: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    allowed: bool
    remaining: int
    retry_after: int
    """Seconds until the window ends; at least 1."""


PASSWORD = Rule("password", 5, 15 * MINUTE, locks=True)  # per login, known device of an account, session
FACTOR = Rule("factor", 10, 15 * MINUTE, locks=True)  # per person, over all challenges
WRONG_A_DAY: Mapping[str, Rule] = {
    Factor.TOTP: Rule("wrong-totp", 20, DAY, locks=True),  # one answer fits with 3 in a million: three time steps
    Factor.SMS: Rule("wrong-sms", 30, DAY, locks=True),  # with 1 in a million
}
"""Wrong answers of a person, over all challenges and sessions; right ones are taken off again. Who has the password
guesses a short code with less than 0.01 % in a day: 20 x 3e-6 + 30 x 1e-6. Passkeys and recovery codes are no short
codes, and go on."""
CODE = Rule("code", 5, DAY, locks=True)  # per one-time code that was sent
ASKED = Rule("asked", 60, HOUR)  # per person: challenges for a passkey
SMS_PERSON = Rule("sms-person", 6, HOUR)
SMS_TARGET = Rule("sms-target", 5, HOUR)  # per telephone or e-mail address in a registration
RESEND = Rule("resend", 5, DAY)  # per registration
REFRESH = Rule("refresh", 60, HOUR)  # per session; an access token lives ten minutes
PARTNER_TOKEN = Rule("partner-token", 120, HOUR)  # per client; its token lives five minutes

CHAT_WAIT = Rule("chat-wait", 30, MINUTE)  # per person; each holds a process for up to 20 seconds
CALENDAR_FEED = Rule("calendar-feed", 60, HOUR)  # per feed; it says itself that once an hour will do

PER_ADDRESS: Mapping[str, Rule] = {
    "registration-create": Rule("ip-registration", 200, HOUR),
    "registration-send-codes": Rule("ip-codes", 600, HOUR),
    "registration-confirm": Rule("ip-confirm", 600, HOUR),
    "session-create": Rule("ip-sign-in", 300, 15 * MINUTE, locks=True),
    "session-send-code": Rule("ip-codes", 600, HOUR),
    "session-ask-passkey": Rule("ip-codes", 600, HOUR),
    "session-factor": Rule("ip-factor", 600, 15 * MINUTE, locks=True),
    "signature-begin": Rule("ip-signature", 300, 15 * MINUTE),
    "signature-finish": Rule("ip-signature-finish", 300, 15 * MINUTE, locks=True),
    "sign-on-begin": Rule("ip-sign-on", 300, 15 * MINUTE),
    "sign-on-finish": Rule("ip-sign-on-finish", 300, 15 * MINUTE, locks=True),
    "session-refresh": Rule("ip-refresh", 600, HOUR),
    "partner-token": Rule("ip-token", 600, HOUR),
    "partner-keys-rotate": Rule("ip-token", 600, HOUR),
    "app-ask": Rule("ip-app-ask", 300, 15 * MINUTE),
    "app-give-back": Rule("ip-token", 600, HOUR),
    "app-inspect": Rule("ip-inspect", 6000, HOUR),  # an application's server asks for all of its patients
    "smart-configuration": Rule("ip-configuration", 3000, 15 * MINUTE),
    "smart-configuration-fhir": Rule("ip-configuration", 3000, 15 * MINUTE),
    "share-open": Rule("ip-share", 120, HOUR, locks=True),
    "recovery-redeem": Rule("ip-recovery", 60, HOUR, locks=True),
    "recovery-send-code": Rule("ip-codes", 600, HOUR),
    "document-verify": Rule("ip-verify", 300, 15 * MINUTE),
    "prescription-status": Rule("ip-prescription", 300, 15 * MINUTE),  # each leaves an entry, in a patient's journal
    "calendar-fetch": Rule("ip-calendar", 6000, HOUR),  # a program's servers fetch for thousands of people
    "transfer-keys": Rule("ip-transfer-keys", 600, 15 * MINUTE),
    "health-card-revocations": Rule("ip-revocations", 600, 15 * MINUTE),  # a list of any length
    "recovery-complete": Rule("ip-recovery", 60, HOUR, locks=True),
}
"""Operations that anybody may call, counted exactly per network address. Generous: a clinic is one address."""

PER_CALLER: Mapping[str, Rule] = {
    "upload-create": Rule("upload", 40, DAY),
    "attachment-create": Rule("attachment", 500, DAY),  # whoever makes images makes them all day
    "chat-file-create": Rule("attachment", 500, DAY),
    "chat-open": Rule("chat-open", 200, DAY),
    "chat-send": Rule("chat-send", 240, HOUR),
    "chat-search": Rule("chat-search", 120, HOUR),  # each opens up to 200 messages
    "file-begin": Rule("large-file", 20, DAY),  # of 100 MiB each
    "export-create": Rule("export", 30, DAY),
    "paper-upload": Rule("paper-upload", 200, DAY),
    "case-file": Rule("case", 30, DAY),
    "source-refresh": Rule("source-refresh", 20, DAY),
    "policy-check": Rule("policy-check", 10, DAY),
    "patient-look-up": Rule("look-up", 120, HOUR),
    "identity-confirmation-begin": Rule("confirmation", 20, HOUR),
    "identity-signature-begin": Rule("confirmation-by-signature", 20, HOUR),
    "consent-request": Rule("consent-request", 60, HOUR),
    "transfer-request": Rule("consent-request", 60, HOUR),
    "consent-grant": Rule("consent-grant", 60, HOUR),  # staff numbers could be guessed by it
    "result-send": Rule("consent-grant", 60, HOUR),  # and by this
    "share-create": Rule("share", 30, DAY),
    "calendar-create": Rule("calendar", 30, DAY),
    "outside-time-send": Rule("outside-time-send", 1200, HOUR),  # each of a hundred
    "outside-time-message": Rule("outside-time-send", 1200, HOUR),
    "prescription-verify": Rule("verify", 1200, HOUR),
    "hl7-receive": Rule("hl7-receive", 30_000, HOUR),  # a large laboratory's busiest hour, several times over
    "file-receive": Rule("file-receive", 600, HOUR),  # an export has thousands of rows; one a minute is many
    "insurance-policy-check": Rule("policy-verify", 600, HOUR),  # numbers could be walked through
    "insurance-payment-report": Rule("payment-report", 6000, HOUR),
    "pharmacy-order-stock": Rule("pharmacy-stock", 120, HOUR),
    "pharmacy-order-create": Rule("pharmacy-order", 30, DAY),
    "ticket-create": Rule("ticket", 20, DAY),
    "seal-certificate-request": Rule("signing-request", 20, DAY),
    "signing-certificate-request": Rule("signing-request", 20, DAY),
    "organisation-stamp-put": Rule("stamp", 40, DAY),
    "upload-signature-put": Rule("upload-signature", 80, DAY),
    "sign-in-report": Rule("report", 20, DAY),
    "vault-key-give": Rule("vault-key", 240, HOUR),  # once a start of the portal; some open many tabs
    "vault-key-forget": Rule("vault-key-forget", 20, DAY),
}
"""Operations with which a known caller could walk through numbers (reference: peers, section 4) or bother others."""

EVERYTHING = Rule("all", 6000, MINUTE)  # per caller; reference: peers 7.5
SAMPLE = 50  # calls of one caller in one environment that share one write to the counter of EVERYTHING


def window_of(rule: Rule, now: datetime) -> int:
    """Number of the window that ``now`` lies in."""
    return int(now.timestamp()) // rule.window


def window_end(rule: Rule, now: datetime) -> int:
    """Epoch second at which the present window ends."""
    return (window_of(rule, now) + 1) * rule.window


def decide(rule: Rule, count: int, now: datetime) -> Verdict:
    """Whether call number ``count`` of the present window may pass."""
    wait = max(1, window_end(rule, now) - int(now.timestamp()))
    return Verdict(count <= rule.limit, max(0, rule.limit - count), wait)


def address_tag(ip: str) -> str:
    """What a counter is called for one network address. An IPv6 customer holds a /64, so that is what counts.

    A hash, because an address is personal data and has no place in a key (SEC-2).
    """
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        place = "unknown"
    else:
        place = str(address) if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))  # noqa: PLR2004
    return hashlib.sha256(b"address\0" + place.encode()).hexdigest()[:32]
