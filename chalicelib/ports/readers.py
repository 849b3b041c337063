"""Readers: what another record system sends, as bytes, into deliveries (PRT-2, PRT-9).

A form of file or message is one reader; everything after it is the same for all (services/hl7): the original is sealed,
each patient is matched, what is taken goes through the intake, what matches nobody waits for a person, everything is
answered. How to write one: docs/adapters.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.domain.hl7 import Acknowledgement, Reading

HL7, CSV = "hl7", "csv"
"""Names of forms. They are stored beside originals: never rename."""


class Reader(Protocol):
    @property
    def edition(self) -> str:
        """Another word when the same bytes may be read otherwise than before: what has no id of its own is then read
        anew when it comes again. "" for a form whose messages say their ids.
        """
        ...

    def split(self, raw: bytes) -> list[bytes]:
        """The deliveries of a body, at least one: each is kept, processed and answered for itself."""
        ...

    def is_batch(self, raw: bytes) -> bool:
        """Whether the answers go into one envelope although there is one alone."""
        ...

    def read(self, raw: bytes, now: datetime, laboratory: str = "") -> Reading:
        """Never raises; the same bytes give the same groups. ``laboratory``: the sender's name, where none is named."""
        ...

    def shown(self, raw: bytes, group: int) -> str:
        """What a person is to look at who decides about this group: text, of this patient alone if that can be."""
        ...

    def answered(self, said: Acknowledgement, now: datetime) -> str: ...

    def batch(self, answers: Sequence[str], now: datetime) -> str: ...
