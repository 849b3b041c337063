"""The application connected to stand-ins: another clinic's records, and the registry of policies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib import bootstrap
from local.fhir_source import FhirSource
from local.oms_registry import OmsRegistry

BORN = "1987-04-12"
"""Of everybody whom the front door registers (tests/functional/front.py)."""
UNCONNECTED = {"MEDKARTA_SOURCES": "[]", "MEDKARTA_OMS_REGISTRY_URL": ""}


@contextmanager
def connected() -> Iterator[FhirSource]:
    """The clinic knows nobody until its ``people`` are told."""
    clinic, registry = FhirSource({}), OmsRegistry()
    clinic.start()
    registry.start()
    os.environ.update({"MEDKARTA_SOURCES": clinic.setting, "MEDKARTA_OMS_REGISTRY_URL": registry.url})
    bootstrap.services.cache_clear()
    try:
        yield clinic
    finally:
        os.environ.update(UNCONNECTED)
        bootstrap.services.cache_clear()
        clinic.stop()
        registry.stop()
