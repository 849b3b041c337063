"""An identity desk in memory: people with accounts, two operators, the services of both sides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalicelib.domain.desk_recovery import Reason
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from chalicelib.services.desk import DeskService
from chalicelib.services.desk_recovery import DeskRecoveryService
from chalicelib.services.first_accounts import FirstAccountService
from chalicelib.services.own_recovery import OwnRecoveryService
from chalicelib.services.password_change import PasswordChangeService
from chalicelib.services.profiles import ProfileService
from tests.accounts import CALLER, Accounts

__all__ = ["CENTRE", "NEW_PASSWORD", "NEW_PHONE", "DeskWorld"]


NEW_PASSWORD = "Журавль-в-небе-9"
NEW_PHONE = "+79161230099"
CENTRE = "centre"


class DeskWorld(Accounts):
    def __init__(self, *, four_eyes: bool = True) -> None:
        super().__init__()
        self.desk = DeskService(self.gate, self.tables, self.vault, self.index, self.limits, self.clock)
        profiles = ProfileService(self.gate, self.tables, self.vault, self.index, self.clock)
        self.first_accounts = FirstAccountService(
            self.gate,
            self.tables,
            self.vault,
            self.keys,
            profiles,
            self.index,
            self.passwords,
            self.limits,
            self.clock,
        )
        self.recovery = DeskRecoveryService(
            self.gate,
            self.tables,
            self.vault,
            self.keys,
            profiles,
            self.index,
            self.passwords,
            self.messenger,
            self.limits,
            self.first_accounts,
            self.clock,
        )
        self.own = OwnRecoveryService(self.gate, self.tables, self.clock)
        self.password = PasswordChangeService(
            self.gate, self.tables, self.vault, self.passwords, self.limits, self.clock
        )
        organisation = {"id": CENTRE, "name": "МФЦ", "oid": "1.2.3", "four_eyes": four_eyes}
        self.tables.commit([Put(keys.organisation(CENTRE), organisation)])
        self.owner = self.register(1)
        self.first, self.second = self.operator(70), self.operator(71)

    def operator(self, n: int, organisation: str = CENTRE) -> Actor:
        return self.hold(PersonId(f"operator-{n}"), Role.IDENTITY_OPERATOR, organisation)

    def hold(self, person_id: PersonId, role: Role, organisation: str = CENTRE) -> Actor:
        """Give a role, and act in it."""
        member = f"member-{person_id[:12]}-{role.value}"
        row = {"member": member, "person": person_id, "organisation": organisation, "role": role.value}
        row |= {"department": "desk", "state": "active"}
        self.tables.commit([Put(keys.member(person_id, member), row)])
        return Actor(person_id, role, f"s-{member}", member, organisation, "desk", ip="192.0.2.9")

    def papers(self, n: int = 1, **changes: str) -> dict[str, str]:
        form = self.form(n)
        return {name: form[name] for name in ("snils", "passport_series", "passport_number", "birth_date")} | changes

    def look_up(self, operator: Actor | None = None, n: int = 1) -> str:
        return str(self.desk.look_up(operator or self.first, self.papers(n))["look_up_id"])

    def opened(self, reason: Reason = Reason.LOST_BOTH) -> str:
        return str(self.desk.open_(self.first, self.look_up(), "passport", reason)["recovery_id"])

    def issued(self, reason: Reason = Reason.LOST_BOTH) -> tuple[str, str]:
        """Id and temporary code of a recovery that both operators have seen."""
        recovery_id = self.opened(reason)
        if self.tables.get(keys.recovery(recovery_id))["state"] == "opened":
            self.desk.approve(self.second, recovery_id)
        return recovery_id, str(self.desk.issue(self.first, recovery_id)["code"])

    def redeemed(self, phone: str = NEW_PHONE) -> tuple[str, str]:
        """Id and handle."""
        recovery_id, code = self.issued()
        made = self.recovery.redeem(CALLER, recovery_id, code, NEW_PASSWORD, phone)
        return recovery_id, str(made["handle"])

    def complete(self, recovery_id: str, handle: str) -> dict[str, Any]:
        return self.recovery.complete(CALLER, recovery_id, handle, self.sms_code())

    def live(self, actor: Actor) -> bool:
        """Whether the gate lets a session in."""
        from chalicelib.errors import SessionEndedError

        try:
            self.gate.signed_in(replace(actor, confirmed_at=self.clock()))
        except SessionEndedError:
            return False
        return True
