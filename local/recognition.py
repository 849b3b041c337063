"""Recognition of scans in the local system: in this process, where Debian's Tesseract is installed."""

from __future__ import annotations


def setting() -> str:
    """The parameter ``Recogniser``: without Tesseract the API answers that recognition is not available here."""
    from chalicelib.documents.recognition.tesseract import installed

    return "tesseract" if installed() else ""
