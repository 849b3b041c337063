"""Services of who may open a card: sharing, emergency access, representatives."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.oversight import Oversight

if TYPE_CHECKING:
    from chalicelib.services.emergencies import EmergencyService
    from chalicelib.services.representatives import RepresentativeService
    from chalicelib.services.sharing import SharingService


class Access(Oversight):
    @cached_property
    def sharing(self) -> SharingService:
        from chalicelib.services.sharing import SharingService

        return SharingService(self.gate, self.tables, self.clock)

    @cached_property
    def emergencies(self) -> EmergencyService:
        from chalicelib.services.emergencies import EmergencyService

        return EmergencyService(self.gate, self.tables, self.vault, self.patient_keys, self.findings, self.clock)

    @cached_property
    def representatives(self) -> RepresentativeService:
        from chalicelib.services.representatives import RepresentativeService

        return RepresentativeService(self.gate, self.tables, self.vault, self.patient_keys, self.clock)
