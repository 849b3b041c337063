"""Prescriptions: the doctor's side, the counter of a pharmacy, orders at pharmacies."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards

if TYPE_CHECKING:
    from chalicelib.domain.pharmacies import Chain
    from chalicelib.services.dispensing import DispensingService
    from chalicelib.services.insurance import InsuranceService
    from chalicelib.services.pharmacy_orders import LoyaltyService, PharmacyOrderService, PharmacyOrderWork, Tools
    from chalicelib.services.pharmacy_orders.reported import PharmacyReports
    from chalicelib.services.prescriptions import DispensedService, PrescribingChecks, PrescriptionService


class Prescriptions(Cards):
    @cached_property
    def prescribing_checks(self) -> PrescribingChecks:
        from chalicelib.services.prescriptions import PrescribingChecks

        return PrescribingChecks(self.gate, self.tables, self.vault, self.sets, self.clock)

    @cached_property
    def prescriptions(self) -> PrescriptionService:
        from chalicelib.services.prescriptions import PrescriptionService, Stores

        stores = Stores(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            patient_keys=self.patient_keys,
            drafts=self.drafts,
            signer=self.signer,
            checks=self.prescribing_checks,
            clock=self.clock,
            public_url=self.settings.public_url,
        )
        return PrescriptionService(stores)

    @cached_property
    def dispensed(self) -> DispensedService:
        from chalicelib.services.prescriptions import DispensedService

        return DispensedService(self.gate, self.tables, self.vault)

    @cached_property
    def dispensing(self) -> DispensingService:
        from chalicelib.services.dispensing import Counter, DispensingService

        counter = Counter(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            patient_keys=self.patient_keys,
            signer=self.signer,
            clock=self.clock,
            public_url=self.settings.public_url,
        )
        return DispensingService(counter)

    @cached_property
    def chains(self) -> dict[str, Chain]:
        from chalicelib.domain.pharmacies import chains_of

        return chains_of(self.settings.pharmacies)

    @cached_property
    def pharmacy_orders(self) -> PharmacyOrderService:
        from chalicelib.services.pharmacy_orders import PharmacyOrderService

        return PharmacyOrderService(self._order_tools)

    @cached_property
    def pharmacy_order_work(self) -> PharmacyOrderWork:
        from chalicelib.services.pharmacy_orders import PharmacyOrderWork

        return PharmacyOrderWork(self._order_tools)

    @cached_property
    def pharmacy_reports(self) -> PharmacyReports:
        from chalicelib.services.pharmacy_orders.reported import PharmacyReports

        return PharmacyReports(self._order_tools, self.pharmacy_order_work)

    @cached_property
    def insurance(self) -> InsuranceService:
        from chalicelib.services.insurance import InsuranceService

        return InsuranceService(self.gate, self.tables, self.vault, self.patient_keys, self.index, self.clock)

    @cached_property
    def loyalty(self) -> LoyaltyService:
        from chalicelib.services.pharmacy_orders import LoyaltyService

        return LoyaltyService(self.gate, self.tables, self.vault, self.patient_keys, self.chains, self.clock)

    @cached_property
    def _order_tools(self) -> Tools:
        from chalicelib.interop.pharmacies import HttpPharmacies
        from chalicelib.services.pharmacy_orders import Tools

        pharmacies = HttpPharmacies(self.chains, self.signer, self.clock)
        return Tools(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            patient_keys=self.patient_keys,
            pharmacies=pharmacies,
            chains=self.chains,
            clock=self.clock,
        )
