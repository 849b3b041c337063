"""Reminders (APT-3): what is due is planned as timers (ports/timers.py), and told when they ring.

planning.py   timers that follow from what is sealed: tests, intakes, vaccinations; reactions on the stream
rings.py      what happens when a timer rings; nothing sealed is opened
cabinet.py    what is to come, by person; an intake reminder is silenced
intakes.py    what was taken, by day
extra.py      one more reminder of a visit: who gets it, why, and how it is switched off
"""

from chalicelib.services.reminders.cabinet import ReminderService
from chalicelib.services.reminders.extra import Choosing, ExtraReminders
from chalicelib.services.reminders.intakes import IntakeService
from chalicelib.services.reminders.planning import Planning
from chalicelib.services.reminders.rings import Rings

__all__ = ["Choosing", "ExtraReminders", "IntakeService", "Planning", "ReminderService", "Rings"]
