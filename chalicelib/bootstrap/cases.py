"""Cases with the effect of each kind, and the uploads that they name."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.core import Core

if TYPE_CHECKING:
    from chalicelib.services.cases import CaseService, Effect


class Cases(Core):
    @cached_property
    def cases(self) -> CaseService:
        from chalicelib.services.cases import CaseService

        return CaseService(
            self.gate, self.tables, self.vault, self.document_store, self.clock, dict(self.case_effects())
        )

    def case_effects(self) -> dict[str, Effect]:
        """Effect by kind; a mixin that has kinds of its own adds to ``super().case_effects()``."""
        from chalicelib.services.identity_scans import IdentityScans

        return {"identity-scan": IdentityScans(self.gate, self.tables, self.vault, self.clock)}
