"""A connected source of records, as services need it (ACT-3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Query:
    """Whose records, and changed since when (RFC 3339; "" for all). ``identifiers``: snils, oms; ``birth_date`` ISO."""

    identifiers: Mapping[str, str]
    birth_date: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One record of a source.

    ``reference`` names it there for good. ``kind`` and ``body`` are ours when the card can hold it; otherwise
    ``reason`` says why not, in a word, and ``content`` goes on to be kept whole. ``gone``: deleted there, or declared
    to have been an error.
    """

    reference: str
    version: str
    updated: str
    content: Mapping[str, Any] = field(default_factory=dict)
    kind: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """``cursor`` goes on; "" is the end. ``refused``: how many records were about somebody else and are not here."""

    records: tuple[Found, ...]
    cursor: str = ""
    refused: int = 0


class Source(Protocol):
    def fetch(self, query: Query, cursor: str) -> Batch:
        """The next records, from the beginning with an empty cursor. Asking twice is as good as asking once.

        Raises SourceUnavailableError, SourceAnswerError, SourcePersonError.
        """
        ...
