"""Requests: the card as resources of FHIR R4: read, create, update, history."""

from __future__ import annotations
