"""Notices: search over resources of FHIR R4, $everything and the patient summary."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import Notice

NOTICES: Mapping[str, Notice] = {}
