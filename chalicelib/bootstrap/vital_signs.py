"""Vital signs: watched, read as series, taken from devices, put before a doctor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards

if TYPE_CHECKING:
    from chalicelib.ports.tables import Write
    from chalicelib.services.gate import Staged
    from chalicelib.services.reactions import OtherReaction
    from chalicelib.services.vital_signs.devices import Devices
    from chalicelib.services.vital_signs.reading import Reading
    from chalicelib.services.vital_signs.rows import Tools
    from chalicelib.services.vital_signs.sheets import Sheets
    from chalicelib.services.vital_signs.transfers import Transfers


class VitalSigns(Cards):
    @cached_property
    def vital_signs(self) -> Reading:
        from chalicelib.services.vital_signs.reading import Reading

        return Reading(self._vital_sign_tools)

    @cached_property
    def devices(self) -> Devices:
        from chalicelib.services.vital_signs.devices import Devices

        return Devices(self._vital_sign_tools)

    @cached_property
    def transfers(self) -> Transfers:
        from chalicelib.services.vital_signs.transfers import Transfers

        return Transfers(self._vital_sign_tools, self.vital_signs)

    @cached_property
    def series_sheets(self) -> Sheets:
        from chalicelib.documents.pdf import PdfPrinter
        from chalicelib.services.vital_signs.sheets import Sheets

        return Sheets(self._vital_sign_tools, self.vital_signs, PdfPrinter())

    @cached_property
    def _vital_sign_tools(self) -> Tools:
        from chalicelib.services.vital_signs.rows import Tools

        return Tools(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            patient_keys=self.patient_keys,
            drafts=self.drafts,
            tell=self._tell,
            clock=self.clock,
        )

    def _tell(
        self, person_id: str, event: str, params: Mapping[str, str], links: Mapping[str, str]
    ) -> tuple[Sequence[Staged], Sequence[Write]]:
        """Reactions are made of those of this topic, so they are asked for when somebody is told of something."""
        return self.reactions.notice(person_id, event, params, links)

    def other_reactions(self) -> dict[str, OtherReaction]:
        from chalicelib.services.vital_signs.watch import Watch

        watch = Watch(self._vital_sign_tools)
        return {**super().other_reactions(), **watch.reactions, "tell_series": self.transfers.tell}
