"""Validation of FHIR R4 resources. Nothing is loaded before the first question (docs/fhir-validation.md)."""

from __future__ import annotations

from functools import cache

from chalicelib.ports.resources import Validator


@cache
def validator() -> Validator:
    """The one of this process: its compiled schemas are kept."""
    from chalicelib.interop.r4.checking import R4Validator

    return R4Validator()
