"""Requests for copies and for a transfer (DOC-5): the effects of their kinds of case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap.cases import Cases

if TYPE_CHECKING:
    from chalicelib.services.cases import Effect


class Copies(Cases):
    def case_effects(self) -> dict[str, Effect]:
        from chalicelib.services.copies import CopyEffect, TransferEffect

        tools = (self.gate, self.tables, self.vault, self.clock)
        return {**super().case_effects(), "copy-request": CopyEffect(*tools), "transfer": TransferEffect(*tools)}
