"""Calendar feeds (APT-2), and times of outside scheduling systems (PRT-5).

feeds.py     making, listing and revoking an address
fetching.py  what whoever has the address gets
changes.py   an outside system takes time, moves it, gives it back
conflicts.py two contents of one version: a registrar decides; and which schedule an outside id means
log.py       the way back: what became of the organisation's appointments, ids and moments alone
"""

from chalicelib.services.calendars.changes import OutsideTimes
from chalicelib.services.calendars.conflicts import OutsideOffice
from chalicelib.services.calendars.feeds import FeedService
from chalicelib.services.calendars.fetching import FeedReader
from chalicelib.services.calendars.log import OutsideLog

__all__ = ["FeedReader", "FeedService", "OutsideLog", "OutsideOffice", "OutsideTimes"]
