"""Requests: search over resources of FHIR R4, $everything and the patient summary."""

from __future__ import annotations
