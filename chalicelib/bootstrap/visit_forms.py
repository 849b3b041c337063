"""Forms before a visit, and drafts of its record, filled in beforehand."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards

if TYPE_CHECKING:
    from chalicelib.services.visit_forms.cabinet import FormService
    from chalicelib.services.visit_forms.drafting import VisitDrafts
    from chalicelib.services.visit_forms.reading import Tools


class VisitForms(Cards):
    @cached_property
    def visit_forms(self) -> FormService:
        from chalicelib.services.visit_forms.cabinet import FormService

        return FormService(self._visit_form_tools, self.records.read)

    @cached_property
    def visit_drafts(self) -> VisitDrafts:
        from chalicelib.services.visit_forms.drafting import VisitDrafts

        return VisitDrafts(self._visit_form_tools)

    @cached_property
    def _visit_form_tools(self) -> Tools:
        from chalicelib.services.visit_forms.reading import Tools

        return Tools(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            patient_keys=self.patient_keys,
            drafts=self.drafts,
            clock=self.clock,
        )
