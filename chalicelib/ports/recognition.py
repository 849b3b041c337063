"""Recognition of scans: who reads words off pages, where, and whom the work is handed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.domain.recognition.pages import Page, Word

LOCAL, HANDWRITING = "local", "handwriting"
"""Which recogniser: the one of this installation, or the service outside that reads handwriting."""


@dataclass(frozen=True, slots=True)
class Read:
    """A page with its words, and the picture of it (JPEG) that a person compares with; boxes fit that picture."""

    page: Page
    picture: bytes


class Recogniser(Protocol):
    name: str
    """Stored with what was read."""

    def read(self, media_type: str, data: bytes) -> Sequence[Read]:
        """All pages, upright. Raises domain.recognition.faults.UnreadableError, and UnavailableError: try again."""
        ...


class Engine(Protocol):
    """Reads words off one picture (a PIL image, greyscale); what stands before and after is the recogniser's."""

    name: str

    def words(self, image: Any, dpi: float) -> Sequence[Word]:
        """Of an upright page, in the order of reading. Raises UnavailableError."""
        ...

    def turned(self, image: Any, dpi: float) -> int:
        """Degrees, clockwise, by which the page is to be turned to stand upright."""
        ...


class RecognitionQueue(Protocol):
    """Scans on their way to the function that recognises: ids only."""

    def send(self, patient_id: str, recognition_id: str) -> None:
        """Sent twice is recognised once. Raises UnavailableError."""
        ...
