"""Schedules of doctors and their free slots (APT-1, PRT-5).

office.py      the clinic enters, changes and closes schedules
displaced.py   booked visits that a changed schedule has no slot for any more, and how they are told of
free.py        everybody looks for a doctor and a free slot
shown.py       a schedule as its readers see it

Slots are computed; what is taken of them are rows. A booking rests on the version of the schedule (fence rows), so none
slips past a change: either the change sees it, or it fails and is done anew.
"""

from chalicelib.services.schedules.displaced import DisplacedVisits
from chalicelib.services.schedules.free import FreeSlotService
from chalicelib.services.schedules.office import ScheduleOffice

__all__ = ["DisplacedVisits", "FreeSlotService", "ScheduleOffice"]
