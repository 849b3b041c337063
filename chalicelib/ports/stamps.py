"""The stamp of an organisation: an image that is sealed in its row (RX-6)."""

from __future__ import annotations

from base64 import b64encode
from typing import Protocol

STAMP = "organisation-stamp"
"""Kind of sealed content (domain/private.py)."""


class StampPress(Protocol):
    def drawn_anew(self, media_type: str, data: bytes) -> bytes:
        """The picture as a PNG of our own making, of at most MAX_SIDE pixels a side and without anything beside it.

        Raises InvalidFieldsError for what is no sound PNG or JPEG.
        """
        ...


def stamp_text(png: bytes) -> str:
    """As the printer takes it."""
    return b64encode(png).decode()
