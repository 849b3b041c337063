"""Results over time, drafts from a result, and sending one to a doctor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.access import Access
from chalicelib.bootstrap.prescriptions import Prescriptions

if TYPE_CHECKING:
    from chalicelib.ports.tables import Write
    from chalicelib.services.gate import Staged
    from chalicelib.services.reactions import OtherReaction
    from chalicelib.services.results.accepting import Accepting
    from chalicelib.services.results.comparing import Comparing
    from chalicelib.services.results.drafting import Drafting, Tools
    from chalicelib.services.results.sending import Sending
    from chalicelib.services.results.sheets import Sheets


class Results(Access, Prescriptions):
    @cached_property
    def result_comparisons(self) -> Comparing:
        from chalicelib.services.results.comparing import Comparing

        return Comparing(self.gate, self.tables, self.vault, self.sets)

    @cached_property
    def result_sheets(self) -> Sheets:
        from chalicelib.documents.pdf import PdfPrinter
        from chalicelib.services.results.sheets import Sheets

        return Sheets(self.gate, self.tables, self.vault, self.result_comparisons, PdfPrinter(), self.clock)

    @cached_property
    def result_sending(self) -> Sending:
        from chalicelib.services.results.sending import Sending

        return Sending(self.gate, self.tables, self.sharing, self._told, self.clock)

    @cached_property
    def result_drafts(self) -> Drafting:
        from chalicelib.services.results.drafting import Drafting

        return Drafting(self._result_tools)

    @cached_property
    def result_acceptance(self) -> Accepting:
        from chalicelib.services.results.accepting import Accepting

        issuers = {"prescriptions": self.prescriptions.issue}
        return Accepting(self._result_tools, self.result_drafts, self.drafts, issuers, self.records.read)

    @cached_property
    def _result_tools(self) -> Tools:
        from chalicelib.services.results.drafting import Tools

        return Tools(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            patient_keys=self.patient_keys,
            sets=self.sets,
            clock=self.clock,
        )

    def _told(
        self, person_id: str, event: str, params: Mapping[str, str], links: Mapping[str, str]
    ) -> tuple[Sequence[Staged], Sequence[Write]]:
        """Reactions are made of those of this topic, so they are asked for when somebody is told of something."""
        return self.reactions.notice(person_id, event, params, links)

    def other_reactions(self) -> dict[str, OtherReaction]:
        return {**super().other_reactions(), "tell_result_sent": self.result_sending.tell}
