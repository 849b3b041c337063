"""Records on their way into the card that goes on, and back when a merge is undone (SPC-5). Background work.

Each record of the card that goes is opened, sealed under the other person's key with the same id, and stored with where
it came from; earlier versions, dispensings and printed documents too. Its own rows are not touched. The newest version
goes last, in the transaction that counts it and leads its prescription's code here, so it is there whole or not at all;
a part that is there already is passed over. So the work may be stopped anywhere, run twice at once, and run again.

A pass that began before the last write to the closed card can have arrived (domain/merges.py, SETTLED) is not the last
one. A record that stands on both cards with the same content stays out of lists (it has no place in the index by date),
and is found under its old id.
"""

from chalicelib.services.carrying.work import CarryingService

__all__ = ["CarryingService"]
