"""Signatures of uploaded files (DOC-3)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from chalicelib.domain.file_signatures import Finding
from chalicelib.ports.certificates import Trust

UPLOAD_SIGNATURE = "upload-signature"
"""Kind of sealed content (domain/private.py)."""


class FileSignatures(Protocol):
    def detached(self, data: bytes, cms: bytes, trust: Trust, now: datetime) -> Finding:
        """A detached CMS signature (RFC 5652) over the whole file. Raises nothing: each defect is a finding."""
        ...

    def embedded(self, pdf: bytes, trust: Trust, now: datetime) -> Finding | None:
        """The newest signature inside a PDF; it has to cover the whole file. None for a PDF without signatures."""
        ...
