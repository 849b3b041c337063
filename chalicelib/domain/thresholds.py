"""Every threshold of the review and the reconciliation (AUD-4), with its reason."""

from __future__ import annotations

from datetime import timedelta

CARDS_AN_HOUR = 30
"""A therapist has 15 minutes a visit (Ministry of Health, order 290n of 2015): four patients an hour, perhaps eight
when a colleague is away. Thirty leaves room for registrars and nurses who prepare a whole morning."""
CARDS_AN_HOUR_PARTNER = 200
"""A pharmacy with five counters and 90 seconds a customer."""
REFUSALS = 5
REFUSAL_WINDOW = timedelta(minutes=10)
"""Somebody who errs stops after two or three; consent is asked for once. Given by the requirement."""
BOUND_WINDOW = timedelta(days=1)
"""Who makes up a consent binds somebody else's patient and records the paper at one sitting; a visit does so too."""
NETWORK_MEMORY = timedelta(days=90)
"""Covers a long leave; the providers' addresses of telephones wander faster than that."""

# --- bounds of what is remembered

MARKS = 500  # cards of one actor in one hour
NETWORKS = 50
SESSIONS = 20
READINGS = 500  # of the log, in one minute
BINDERS = 20  # members of staff who put one patient on a clinic's list, within the window

# --- reconciliation of key uses with the log

USE_BEFORE = timedelta(minutes=10)
"""An entry is stored before its key is used; a key stays in a process for minutes, so entries outnumber uses."""
USE_AFTER = timedelta(minutes=3)
"""The log's time of an entry is that of the sequencer, which may be a sweep later (a minute) than the use."""
READING_BEFORE = timedelta(minutes=20)
"""A reading of the log is one entry and may then open keys for as long as a function lives (15 minutes)."""
SETTLED = timedelta(minutes=5)
"""Younger uses are left for the next run: their entries may still be on the way."""
LATE_DAYS = 3
"""CloudTrail delivers within about five minutes on average and promises no bound; files are looked for so long."""
UNREADABLE_DAYS = 30
"""A file that cannot be read is tried again for so long: a restore takes days, and each day kept open is listed."""

# --- comparison of cards with the log

ON_THE_WAY = timedelta(minutes=15)
"""A row whose entry is younger is not judged: the sequencer may not have had it. Alarms ring long before that."""
