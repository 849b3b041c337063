"""Registering patients at a clinic, merging cards."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.core import Core

if TYPE_CHECKING:
    from chalicelib.services.patients import PatientService


class Patients(Core):
    @cached_property
    def patients(self) -> PatientService:
        from chalicelib.services.patients import PatientService

        return PatientService(self.gate, self.tables, self.vault, self.patient_keys, self.index, self.clock)
