"""Transactions and batches of FHIR R4 resources, small and large, and the patients that partners deliver (PRT-6)."""

from __future__ import annotations

from chalicelib.services.bundles.answers import FAULT, SEARCH
from chalicelib.services.bundles.batches import Batches
from chalicelib.services.bundles.doors import PatientDoor, ReaderOfAll, WriterOfAll
from chalicelib.services.bundles.doubts import Doubts
from chalicelib.services.bundles.importing import Imports
from chalicelib.services.bundles.patients import PartnerPatients
from chalicelib.services.bundles.tools import PendingTables, Tools
from chalicelib.services.bundles.transactions import Outcome, Transactions

__all__ = [
    "FAULT",
    "SEARCH",
    "Batches",
    "Doubts",
    "Imports",
    "Outcome",
    "PartnerPatients",
    "PatientDoor",
    "PendingTables",
    "ReaderOfAll",
    "Tools",
    "Transactions",
    "WriterOfAll",
]
