"""The identity services in memory: register somebody, sign them in, act in a role."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from chalicelib.crypto.passkeys import WebauthnPasskeys
from chalicelib.domain.identifiers import snils_check_digits
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.interop.networks import TableNetworks
from chalicelib.ports.tables import Store
from chalicelib.services.claims import ClaimService
from chalicelib.services.factors import FactorService
from chalicelib.services.gate import Gate
from chalicelib.services.limits import LimitService
from chalicelib.services.own_factors import OwnFactorService
from chalicelib.services.passkeys import PasskeyService
from chalicelib.services.people import PeopleService
from chalicelib.services.registrations import RegistrationService
from chalicelib.services.sessions import SessionService
from chalicelib.services.sign_in import SignInService
from chalicelib.services.staff import StaffService
from chalicelib.services.watch import WatchService
from tests.fakes import (
    FakeAudit,
    FakeBlindIndex,
    FakeKeys,
    FakeMessenger,
    FakePasswords,
    FakeSigner,
    FakeVault,
    FixedClock,
    MemoryTables,
)

URL = "https://card.example"
PASSWORD = "Синица-в-руках-7"
COUNTRIES = {"192.0.2.0/24": "RU", "198.51.100.0/24": "RU", "203.0.113.0/24": "KZ"}
CALLER = Actor(PersonId("anonymous"), Role.ANONYMOUS, ip="192.0.2.1", request_id="req")


class Accounts:
    def __init__(self) -> None:
        self.clock = FixedClock()
        self.tables = MemoryTables()
        self.audit = FakeAudit(self.tables, self.clock)
        self.keys = FakeKeys(self.tables, self.clock)
        self.vault = FakeVault(self.keys)
        self.index = FakeBlindIndex()
        self.passwords = FakePasswords()
        self.messenger = FakeMessenger()
        self.signer = FakeSigner(self.clock)
        self.webauthn = WebauthnPasskeys(URL)
        self.gate = Gate(self.tables, self.audit, self.clock)
        self.limits = LimitService(self.tables, self.clock)
        self.factors = FactorService(
            self.gate, self.tables, self.vault, self.messenger, self.webauthn, self.limits, self.clock
        )
        self.passkeys = PasskeyService(self.gate, self.tables, self.vault, self.webauthn, self.clock)
        self.own_factors = OwnFactorService(self.gate, self.tables, self.clock)
        self.registrations = RegistrationService(
            self.gate,
            self.tables,
            self.vault,
            self.keys,
            self.index,
            self.passwords,
            self.messenger,
            self.limits,
            ClaimService(self.gate, self.tables, self.vault, self.index, self.clock),
            self.clock,
        )
        self.networks = TableNetworks(json.dumps(COUNTRIES))
        self.watch = WatchService(self.gate, self.tables, self.networks, self.clock)
        self.sign_in = SignInService(
            self.gate,
            self.tables,
            self.index,
            self.passwords,
            self.signer,
            self.factors,
            self.limits,
            self.watch,
            self.clock,
        )
        self.sessions = SessionService(self.gate, self.tables, self.signer, self.factors, self.limits, self.clock)
        self.people = PeopleService(self.gate, self.tables, self.vault, self.clock)
        self.staff = StaffService(self.gate, self.tables, self.index, self.clock)

    # --- people

    @staticmethod
    def form(n: int = 1, **changes: Any) -> dict[str, Any]:
        nine = f"{112_233_000 + n}"
        return {
            "last_name": "Журавлёва",
            "first_name": "Ксения",
            "middle_name": "Аркадьевна",
            "birth_date": "1987-04-12",
            "sex": "female",
            "snils": nine + snils_check_digits(nine),
            "passport_series": "45 10",
            "passport_number": f"{n:06d}",
            "phone": f"8 (926) {n:03d}-22-33",
            "email": f"Person{n}@Example.org",
            "password": PASSWORD,
            "language": "ru",
            **changes,
        }

    def codes(self) -> tuple[str, str]:
        """The newest SMS and e-mail codes."""
        return _code(self.messenger.texts[-1][-1]), _code(self.messenger.letters[-1][-1])

    def sms_code(self) -> str:
        return _code(self.messenger.texts[-1][-1])

    def register(self, n: int = 1, **changes: Any) -> PersonId:
        made = self.registrations.apply(CALLER, self.form(n, **changes))
        return self.registrations.confirm(CALLER, made["registration_id"], *self.codes())

    def begin(self, n: int = 1, password: str = PASSWORD) -> str:
        return str(self.sign_in.begin(CALLER, self.form(n)["phone"], password)["challenge_id"])

    def enter(self, n: int = 1, role: Role = Role.PATIENT, member_id: str = "") -> dict[str, Any]:
        """Sign in by SMS; the answer with the tokens."""
        challenge = self.begin(n)
        self.sign_in.send_code(CALLER, challenge)
        return self.sign_in.finish(CALLER, challenge, "sms", self.sms_code(), role, member_id)

    def actor(self, tokens: dict[str, Any]) -> Actor:
        """The actor that handlers/auth.py would make of an access token."""
        claims = self.signer.verify(tokens["access_token"], purpose="access", audience="medkarta-api")
        return Actor(
            PersonId(claims["sub"]),
            Role(claims["role"]),
            session_id=claims["sid"],
            member_id=claims["mid"],
            organisation_id=claims["org"],
            department=claims["dep"],
            ip="192.0.2.1",
        )

    def administrator(self, n: int = 90) -> Actor:
        """The first administrator, signed in."""
        self.register(n)
        member = self.staff.appoint_first_administrator(self.form(n)["snils"])
        return self.actor(self.enter(n, Role.ADMINISTRATOR, member))

    # --- what was left behind

    def events(self, action: str) -> list[Any]:
        return [event for event in self.audit.events if event.action == action]

    def told(self, person_id: str) -> list[str]:
        """Reactions that wait for a person."""
        rows = self.tables.query(Store.CARD, f"P#{person_id}", "EVENT#").items
        return [name for row in rows for name in row["react"]]


def repeat(times: int, call: Callable[[], Any]) -> None:
    """Call again and again, for limits that are to be met on the way."""
    for _ in range(times):
        call()


def _code(text: str) -> str:
    return re.findall(r"\b\d{6}\b", text)[-1]
