"""Exchange of cards between organisations under consent."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.resources import Resources

if TYPE_CHECKING:
    from chalicelib.services.transfers import Asking, Giving, Senders, Taking, Tools


class Transfers(Resources):
    @cached_property
    def transfer_tools(self) -> Tools:
        from chalicelib.crypto.transfer_box import RING, JoseTransferBox
        from chalicelib.services.transfers import Tools

        return Tools(
            gate=self.gate,
            tables=self.tables,
            patient_keys=self.patient_keys,
            index=self.index,
            signer=self.signer,
            box=JoseTransferBox(self.signer.opening, lambda: self.signer.published(RING)["keys"]),
            opened=lambda: self.packed_resources,
            intake=lambda: self.resource_intake,
            subjects=lambda: self.resource_subjects,
            validator=lambda: self.resource_validator,
            clock=self.clock,
            issuer=self.settings.public_url,
        )

    @cached_property
    def transfer_asking(self) -> Asking:
        from chalicelib.services.transfers import Asking

        return Asking(self.transfer_tools)

    @cached_property
    def transfer_giving(self) -> Giving:
        from chalicelib.services.transfers import Giving

        return Giving(self.transfer_tools, self.transfer_asking)

    @cached_property
    def transfer_taking(self) -> Taking:
        from chalicelib.services.transfers import Taking

        return Taking(self.transfer_tools)

    @cached_property
    def transfer_senders(self) -> Senders:
        from chalicelib.services.transfers import Senders

        return Senders(self.transfer_tools)
