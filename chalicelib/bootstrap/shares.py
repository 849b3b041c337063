"""Links to a card (DOC-4)."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards

if TYPE_CHECKING:
    from chalicelib.services.shares import ShareService


class Shares(Cards):
    @cached_property
    def shares(self) -> ShareService:
        from chalicelib.services.shares import ShareService

        return ShareService(
            self.gate,
            self.tables,
            self.vault,
            self.patient_keys,
            self.signer,
            self.records,
            self.documents,
            self.attachments,
            self.settings.public_url,
            self.clock,
        )
