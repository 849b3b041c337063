"""Vaccinations: the plan, certificates, their print."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards
from chalicelib.bootstrap.issuing import Issuing

if TYPE_CHECKING:
    from chalicelib.services.reactions import OtherReaction
    from chalicelib.services.vaccinations.certificates import CertificateService
    from chalicelib.services.vaccinations.history import Histories
    from chalicelib.services.vaccinations.plan import VaccinationPlans


class Vaccinations(Issuing, Cards):
    @cached_property
    def vaccination_histories(self) -> Histories:
        from chalicelib.services.vaccinations.history import Histories

        return Histories(self.gate, self.tables, self.vault)

    @cached_property
    def vaccination_plans(self) -> VaccinationPlans:
        from chalicelib.services.vaccinations.plan import VaccinationPlans

        return VaccinationPlans(self.vaccination_histories, self.clock)

    @cached_property
    def vaccination_certificates(self) -> CertificateService:
        from chalicelib.services.vaccinations.certificates import CertificateService, Office

        office = Office(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            patient_keys=self.patient_keys,
            drafts=self.drafts,
            histories=self.vaccination_histories,
            signer=self.signer,
            clock=self.clock,
            public_url=self.settings.public_url,
        )
        return CertificateService(office)

    def other_reactions(self) -> dict[str, OtherReaction]:
        from chalicelib.documents.pdf import PdfPrinter
        from chalicelib.services.vaccinations.printing import CertificatePrinting, Printing

        printing = Printing(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            issuing=self.issuing,
            printer=PdfPrinter(),
            issuer=self.vaccination_certificates.issuer,
        )
        return {**super().other_reactions(), **CertificatePrinting(printing).reactions}
