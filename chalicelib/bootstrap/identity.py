"""Services of people: registration, sign-in, sessions, staff, partners."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.core import Core

if TYPE_CHECKING:
    from chalicelib.crypto.passkeys import WebauthnPasskeys
    from chalicelib.services.claims import ClaimService
    from chalicelib.services.factors import FactorService
    from chalicelib.services.limits import LimitService
    from chalicelib.services.own_factors import OwnFactorService
    from chalicelib.services.partner_keys import PartnerKeyService
    from chalicelib.services.partners import PartnerService
    from chalicelib.services.passkeys import PasskeyService
    from chalicelib.services.people import PeopleService
    from chalicelib.services.proofs import ProofService
    from chalicelib.services.quotas import QuotaService
    from chalicelib.services.registrations import RegistrationService
    from chalicelib.services.sessions import SessionService
    from chalicelib.services.sign_in import SignInService
    from chalicelib.services.staff import StaffService
    from chalicelib.services.watch import WatchService


class Identity(Core):
    @cached_property
    def limits(self) -> LimitService:
        from chalicelib.services.limits import LimitService

        return LimitService(self.tables, self.clock)

    @cached_property
    def factors(self) -> FactorService:
        from chalicelib.services.factors import FactorService

        return FactorService(self.gate, self.tables, self.vault, self.messenger, self.webauthn, self.limits, self.clock)

    @cached_property
    def webauthn(self) -> WebauthnPasskeys:
        from chalicelib.crypto.passkeys import WebauthnPasskeys

        return WebauthnPasskeys(self.settings.public_url)

    @cached_property
    def passkeys(self) -> PasskeyService:
        from chalicelib.services.passkeys import PasskeyService

        return PasskeyService(self.gate, self.tables, self.vault, self.webauthn, self.clock)

    @cached_property
    def own_factors(self) -> OwnFactorService:
        from chalicelib.services.own_factors import OwnFactorService

        return OwnFactorService(self.gate, self.tables, self.clock)

    @cached_property
    def registrations(self) -> RegistrationService:
        from chalicelib.services.registrations import RegistrationService

        return RegistrationService(
            self.gate,
            self.tables,
            self.vault,
            self.patient_keys,
            self.index,
            self.passwords,
            self.messenger,
            self.limits,
            self.claims,
            self.clock,
        )

    @cached_property
    def claims(self) -> ClaimService:
        from chalicelib.services.claims import ClaimService

        return ClaimService(self.gate, self.tables, self.vault, self.index, self.clock)

    @cached_property
    def sign_in(self) -> SignInService:
        from chalicelib.services.sign_in import SignInService

        return SignInService(
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

    @cached_property
    def watch(self) -> WatchService:
        from chalicelib.interop.networks import TableNetworks
        from chalicelib.services.watch import WatchService

        return WatchService(self.gate, self.tables, TableNetworks(self.settings.network_countries), self.clock)

    @cached_property
    def sessions(self) -> SessionService:
        from chalicelib.services.sessions import SessionService

        return SessionService(self.gate, self.tables, self.signer, self.factors, self.limits, self.clock)

    @cached_property
    def people(self) -> PeopleService:
        from chalicelib.services.people import PeopleService

        return PeopleService(self.gate, self.tables, self.vault, self.clock)

    @cached_property
    def staff(self) -> StaffService:
        from chalicelib.services.staff import StaffService

        return StaffService(self.gate, self.tables, self.index, self.clock)

    @cached_property
    def partners(self) -> PartnerService:
        from chalicelib.crypto.assertions import JwtAssertions
        from chalicelib.services.partners import PartnerService

        return PartnerService(
            self.gate,
            self.tables,
            self.signer,
            JwtAssertions(),
            self.proofs,
            self.limits,
            self.clock,
            self.settings.public_url,
        )

    @cached_property
    def partner_keys(self) -> PartnerKeyService:
        from chalicelib.crypto.assertions import JwtAssertions
        from chalicelib.services.partner_keys import PartnerKeyService

        return PartnerKeyService(
            self.gate, self.tables, JwtAssertions(), self.limits, self.clock, self.settings.public_url
        )

    @cached_property
    def proofs(self) -> ProofService:
        from chalicelib.crypto.proofs import JwtProofs
        from chalicelib.services.proofs import ProofService

        return ProofService(self.tables, JwtProofs(), self.clock, self.settings.public_url)

    @cached_property
    def quotas(self) -> QuotaService:
        from chalicelib.services.quotas import QuotaService

        return QuotaService(self.tables, self.clock)
