"""The doctor's side of a prescription: warnings before it, issue under a signature, revocation, what was dispensed.

A pharmacy's side is services/dispensing/; the end of validity is told of by services/reminders/rings.py.
"""

from chalicelib.services.prescriptions.checking import PrescribingChecks
from chalicelib.services.prescriptions.dispensed import DispensedService
from chalicelib.services.prescriptions.issuing import PrescriptionService, Stores

__all__ = ["DispensedService", "PrescribingChecks", "PrescriptionService", "Stores"]
