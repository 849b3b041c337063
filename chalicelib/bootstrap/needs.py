"""What is due of care."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.vaccinations import Vaccinations

if TYPE_CHECKING:
    from chalicelib.services.needs.cabinet import NeedService


class Needs(Vaccinations):
    @cached_property
    def needs(self) -> NeedService:
        from chalicelib.services.needs.cabinet import NeedService
        from chalicelib.services.needs.reading import Tools

        return NeedService(
            Tools(
                gate=self.gate,
                tables=self.tables,
                vault=self.vault,
                patient_keys=self.patient_keys,
                sets=self.sets,
                histories=self.vaccination_histories,
                clock=self.clock,
            )
        )
