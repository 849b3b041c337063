"""Notices: the card as resources of FHIR R4: read, create, update, history."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import Notice

NOTICES: Mapping[str, Notice] = {}
