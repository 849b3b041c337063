"""Suspicious activity (ID-11) as pure rules over a stream of small facts: who did what how often, from where.

A fact is counted per session, account or organisation in a fixed window; the count over a limit is a hit, and a hit
does what the rule says. Limits are data: each has its reason, and an installation may change them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.identity import Role
from chalicelib.domain.limits import DAY, HOUR, MINUTE
from chalicelib.domain.tickets import Kind


@dataclass(frozen=True, slots=True)
class Rule:
    """More than ``limit`` facts in ``window`` seconds. ``blocks``: the session; else an officer and the owner hear."""

    name: str
    limit: int
    window: int
    blocks: bool
    ticket: Kind = Kind.SESSION_BLOCKED
    every: int = 1
    """Facts that one write to the shared counter stands for: what a person does all day must not cost a round trip."""
    by_role: Mapping[Role, int | None] = field(default_factory=dict)
    """Limits of roles whose day is another one; None: the rule is not for them."""

    def limit_of(self, role: Role) -> int | None:
        return self.by_role.get(role, self.limit)


FAST_READS = "fast-reads"
FAST_READS_HOUR = "fast-reads-hour"
MANY_REFUSALS = "many-refusals"
MANY_REFUSALS_HOUR = "many-refusals-hour"
WALKING = "walking"
WALKING_TOGETHER = "walking-together"
NEW_COUNTRY = "new-country"
NEW_NETWORK = "new-network"
TOKEN_REPLAY = "token-replay"  # noqa: S105 - a rule's name
BRUTE_FORCE = "brute-force"

WALKED: Mapping[Role, int | None] = {
    # Norms of an outpatient visit are 15 minutes and more (Ministry of Health, order 290n of 2015): four patients an
    # hour. Fifteen times that is no clinic's day (peers.md, 4: German ePA; AUD-4 looks again afterwards).
    Role.DOCTOR: 60,
    Role.NURSE: 60,
    # A visit to the desk takes some minutes; look-ups have a limit of their own besides (domain/desk_recovery.py).
    Role.IDENTITY_OPERATOR: 60,
    # The queue of a polyclinic on a Monday morning: a patient every eighteen seconds.
    Role.REGISTRAR: 200,
    # Goes through journals because somebody walked: the review of its own accesses is what holds it (AUD-4).
    Role.SECURITY_OFFICER: None,
}
"""Different patients an hour. Who is not named has what a doctor has."""

RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        # The portal asks for about ten lists a page, and nobody reads a page in two seconds for a minute on end.
        Rule(FAST_READS, 300, MINUTE, blocks=True, every=25),
        # The same of a person over all their sessions: ten lists every twelve seconds, for an hour.
        Rule(FAST_READS_HOUR, 3000, HOUR, blocks=True, every=50),
        # A person meets a refusal by a stale link or a missing consent; a script meets one a number (peers.md, 4).
        Rule(MANY_REFUSALS, 60, 10 * MINUTE, blocks=True),
        # The same of a person: a new session, or ten minutes of patience, begins no new count.
        Rule(MANY_REFUSALS_HOUR, 120, HOUR, blocks=True),
        Rule(WALKING, 60, HOUR, blocks=True, ticket=Kind.WALKING, every=5, by_role=WALKED),
        # A polyclinic of a hundred doctors sees four hundred patients an hour. To block it whole would harm people.
        Rule(WALKING_TOGETHER, 1000, HOUR, blocks=False, ticket=Kind.WALKING, every=5),
        Rule(NEW_COUNTRY, 0, MINUTE, blocks=True),
        Rule(NEW_NETWORK, 0, MINUTE, blocks=False),
        Rule(TOKEN_REPLAY, 0, MINUTE, blocks=True),
        # The lock-out of one window (domain/limits.py, PASSWORD) holds the guesser; the owner hears once a day.
        Rule(BRUTE_FORCE, 0, DAY, blocks=False, ticket=Kind.BRUTE_FORCE),
    )
}
"""Names are stored: never rename, never reuse."""

REFUSALS = frozenset({"access-denied", "consent-required", "not-found", "assurance-level"})
"""Error codes that say: this is not yours, or is not there."""
WALKED_BY = frozenset({"patient-look-up", "consent-request"})
"""Operations whose limit (domain/limits.py, PER_CALLER) nobody meets but who tries numbers one by one."""
BUCKETS = 4096
"""Marks of a row that counts different patients; below a quarter of them the count is right to some per cent."""


def hit(rule: Rule, count: int) -> bool:
    """``count`` is that of the shared counter: one for ``every`` facts."""
    return count * rule.every > rule.limit


def bucket(patient_id: str) -> str:
    """Attribute that marks a patient in the row of those whom one account, or one organisation, looked at."""
    number = int.from_bytes(hashlib.sha256(b"walked\0" + patient_id.encode()).digest()[:4], "big")
    return f"b{number % BUCKETS}"


def different(row: Mapping[str, Any]) -> int:
    """How many different patients a row's marks show."""
    return sum(1 for name in row if name.startswith("b") and name[1:].isdigit())


# --- where somebody signs in


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address is: a country where that is known, else its /16 (IPv6: /32), about one provider's region."""

    name: str
    country: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """Devices and places of earlier sign-ins, newest last."""

    devices: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: Mapping[str, Any] | None) -> Known:
        return cls(tuple((row or {}).get("devices", ())), tuple((row or {}).get("places", ())))

    def with_(self, device: str, place: Place) -> Known:
        return Known(_latest(self.devices, device), _latest(self.places, place.name))

    def without(self, device: str) -> Known:
        return Known(tuple(d for d in self.devices if d != device), self.places)

    def row(self) -> dict[str, Any]:
        return {"devices": list(self.devices), "places": list(self.places)}

    def unfamiliar(self, device: str, place: Place) -> str:
        """The rule that a sign-in breaks: nothing about it is like an earlier one. "" for the first and the usual.

        Words of a browser that anybody can send make no device known in another country.
        """
        if not self.devices or place.name in self.places or self.keeps(device):
            return ""
        if place.country and any(_is_country(name) for name in self.places):
            return NEW_COUNTRY
        return "" if device in self.devices else NEW_NETWORK

    def keeps(self, device: str) -> bool:
        """Whether it is a device of an earlier sign-in that has shown an id of its own, which nobody can guess."""
        return device.startswith(KEPT) and device in self.devices


MOST_KNOWN = 20
KEPT = "i"
"""How the tag of a device begins that keeps an id."""


def _latest(names: Iterable[str], name: str) -> tuple[str, ...]:
    return (*(n for n in names if n != name), name)[-MOST_KNOWN:]


def _is_country(name: str) -> bool:
    return len(name) == 2 and name.isalpha()  # noqa: PLR2004  # ISO 3166-1 alpha-2


# --- what a caller is told by its own words


@dataclass(frozen=True, slots=True)
class Device:
    """What a client says of itself. ``tag`` is a hash: of the id that it keeps (KEPT), or of its words ("w…")."""

    tag: str = ""
    label: str = ""


_Signs = tuple[tuple[str, str], ...]

_BROWSERS: _Signs = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("YaBrowser", "Yandex"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
)
_BROWSERS += (("Safari", "Safari"), ("curl", "curl"), ("Python", "script"))
_SYSTEMS: _Signs = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
)
_SYSTEMS += (("Linux", "Linux"),)


def device_of(user_agent: str, device_id: str) -> Device:
    """Without versions: an update of the browser is no new device."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    label = ", ".join(part for part in (browser, system) if part) or "?"
    kept = 0 < len(device_id) <= 64 and device_id.isascii()  # noqa: PLR2004
    told = device_id if kept else label
    return Device((KEPT if kept else "w") + hashlib.sha256(b"device\0" + told.encode()).hexdigest()[:16], label)


def elsewhere(signed_in: str, now: str) -> bool:
    """Whether a token came from another device. Words alone prove nothing: a browser can be told to change them."""
    return signed_in.startswith(KEPT) and signed_in != now
