"""Templates of doctors' entries."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards

if TYPE_CHECKING:
    from chalicelib.services.entry_templates import TemplateDrafts, TemplateKeeping, TemplateList
    from chalicelib.services.entry_templates.tools import Tools


class EntryTemplates(Cards):
    @cached_property
    def entry_templates(self) -> TemplateKeeping:
        from chalicelib.services.entry_templates import TemplateKeeping

        return TemplateKeeping(self._entry_template_tools)

    @cached_property
    def entry_template_list(self) -> TemplateList:
        from chalicelib.services.entry_templates import TemplateList

        return TemplateList(self._entry_template_tools)

    @cached_property
    def entry_template_drafts(self) -> TemplateDrafts:
        from chalicelib.services.entry_templates import TemplateDrafts

        return TemplateDrafts(self._entry_template_tools)

    @cached_property
    def _entry_template_tools(self) -> Tools:
        from chalicelib.services.entry_templates.tools import Tools

        return Tools(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            patient_keys=self.patient_keys,
            clock=self.clock,
        )
