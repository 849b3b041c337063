"""The card as resources of FHIR R4: read, versions, create, update, patch, delete; and the organisation's directory.

What comes in is validated, placed as one record (``intake``), and lies there as it came; what goes out is that text, or
what the mapping makes of a record that was entered here (``opened``).
"""

from __future__ import annotations

from chalicelib.services.resources.conditions import Conditions
from chalicelib.services.resources.directory import DirectoryService
from chalicelib.services.resources.intake import IntakeService
from chalicelib.services.resources.opened import OpenedService, PackedService
from chalicelib.services.resources.reading import ResourceReader
from chalicelib.services.resources.subjects import SubjectService
from chalicelib.services.resources.tools import Tools
from chalicelib.services.resources.writing import ResourceWriter

__all__ = [
    "Conditions",
    "DirectoryService",
    "IntakeService",
    "OpenedService",
    "PackedService",
    "ResourceReader",
    "ResourceWriter",
    "SubjectService",
    "Tools",
]
