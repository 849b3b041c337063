"""Records of connected sources come into a card that was opened (ACT-3), by themselves and again and again.

What makes it safe to stop anywhere, to run twice and to get things in any order:
  1. a record's id follows from (patient, source, its reference there), and the row ORIGIN says which version was taken:
     record, ORIGIN and count are one transaction, with the state of the card and of the source as conditions
  2. how far a run is (the cursor, sealed) is stored after each page; a page that comes again changes nothing
  3. a source waits in a queue by when it is due; a worker that takes it moves it by LEASE, so that one that dies
     without a word is followed by the next
What the card cannot hold is kept whole beside it (``unmapped``) with the reason; what is about somebody else is
refused.
"""

from chalicelib.services.gathering.taking import Tools
from chalicelib.services.gathering.work import GatheringService

__all__ = ["GatheringService", "Tools"]
