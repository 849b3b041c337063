"""Sentences about fields: transactions and batches of FHIR R4 resources, also large ones."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "criteria": {
        "by identifier: system|value": "по номеру: identifier=система|значение",
        "each criterion once": "каждое условие один раз",
    },
}
