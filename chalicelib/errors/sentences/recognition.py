"""Sentences about fields: recognition of scans."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "unconfirmed": {"compare this with the scan and confirm it": "Сверьте с документом и подтвердите"},
    "no-scan": {"this document of the card has no such file": "В этом документе карты нет такого файла"},
    "not-a-scan": {"only PDF, JPEG and PNG are recognised": "Распознаются только PDF, JPEG и PNG"},
}
