"""Search over resources of FHIR R4, ``$everything`` and the patient summary (PRT-2).

``searching`` answers a search within one card, ``people`` finds patients, ``everything`` and ``summaries`` give a card;
``stream`` reads rows of several kinds newest first, ``views`` asks the gate and opens them.
"""

from chalicelib.services.resource_search.everything import EverythingService, Wanted
from chalicelib.services.resource_search.patients import PatientReader
from chalicelib.services.resource_search.results import Found
from chalicelib.services.resource_search.searching import ResourceSearchService
from chalicelib.services.resource_search.summaries import SummaryService
from chalicelib.services.resource_search.views import Tools

__all__ = ["EverythingService", "Found", "PatientReader", "ResourceSearchService", "SummaryService", "Tools", "Wanted"]
