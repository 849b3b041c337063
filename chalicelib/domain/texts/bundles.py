"""Notices: transactions and batches of FHIR R4 resources, also large ones."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import NEWS, Notice, Said

NOTICES: Mapping[str, Notice] = {
    "import_delivered": Notice(
        Said("Получены сведения из другой системы", "Information came from another system"),
        Said(
            "Медицинская организация передала в карту записи из своей системы. У каждой записи указано, откуда она.",
            "A medical organisation has put records of its system into your card. Each says where it came from.",
        ),
        NEWS,
    ),
}
