"""Sets of callers."""

from __future__ import annotations

HUMANS = {"patient", "doctor", "nurse", "registrar", "administrator", "security-officer", "identity-operator"}
STAFF = sorted(HUMANS - {"patient"})
CLINICIANS = {"doctor", "nurse"}
OWNERS = {"patient", "representative"}  # who represents the patient acts for that card
READERS = CLINICIANS | OWNERS
EVERYBODY = HUMANS | {"pharmacy", "clinical-system", "stranger", "anonymous", "representative", "recipient"}
PEOPLE = HUMANS | {"stranger"}  # a stranger is a patient too, with another card
SESSIONS = PEOPLE | {"representative"}  # what belongs to the session itself
ID = "01890000-0000-7000-8000-000000000000"
"""Stands for an id that is nobody's."""
