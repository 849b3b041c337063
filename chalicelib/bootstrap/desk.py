"""Services of the identity desk, of recovery, of suspicious activity and of tickets."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.special import Special

if TYPE_CHECKING:
    from chalicelib.services.desk import DeskService
    from chalicelib.services.desk_recovery import DeskRecoveryService
    from chalicelib.services.desk_settings import DeskSettings
    from chalicelib.services.first_accounts import FirstAccountService
    from chalicelib.services.own_recovery import OwnRecoveryService
    from chalicelib.services.password_change import PasswordChangeService
    from chalicelib.services.reactions import OtherReaction
    from chalicelib.services.sign_ins import SignInJournal
    from chalicelib.services.tickets import TicketService


class Desk(Special):
    def other_reactions(self) -> dict[str, OtherReaction]:
        return {**super().other_reactions(), "tell_officers": self.tickets.tell_officers}

    @cached_property
    def desk(self) -> DeskService:
        from chalicelib.services.desk import DeskService

        return DeskService(self.gate, self.tables, self.vault, self.index, self.limits, self.clock)

    @cached_property
    def desk_settings(self) -> DeskSettings:
        from chalicelib.services.desk_settings import DeskSettings

        return DeskSettings(self.gate)

    @cached_property
    def desk_recovery(self) -> DeskRecoveryService:
        from chalicelib.services.desk_recovery import DeskRecoveryService

        return DeskRecoveryService(
            self.gate,
            self.tables,
            self.vault,
            self.patient_keys,
            self.profiles,
            self.index,
            self.passwords,
            self.messenger,
            self.limits,
            self.first_accounts,
            self.clock,
        )

    @cached_property
    def first_accounts(self) -> FirstAccountService:
        from chalicelib.services.first_accounts import FirstAccountService

        return FirstAccountService(
            self.gate,
            self.tables,
            self.vault,
            self.patient_keys,
            self.profiles,
            self.index,
            self.passwords,
            self.limits,
            self.clock,
        )

    @cached_property
    def own_recovery(self) -> OwnRecoveryService:
        from chalicelib.services.own_recovery import OwnRecoveryService

        return OwnRecoveryService(self.gate, self.tables, self.clock)

    @cached_property
    def password_change(self) -> PasswordChangeService:
        from chalicelib.services.password_change import PasswordChangeService

        return PasswordChangeService(self.gate, self.tables, self.vault, self.passwords, self.limits, self.clock)

    @cached_property
    def sign_ins(self) -> SignInJournal:
        from chalicelib.services.sign_ins import SignInJournal

        return SignInJournal(self.gate, self.tables, self.clock)

    @cached_property
    def tickets(self) -> TicketService:
        from chalicelib.services.tickets import TicketService

        return TicketService(self.gate, self.tables, self.vault, self.patient_keys, self.clock)
