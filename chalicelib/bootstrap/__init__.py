"""The only place that knows which adapter stands behind which port. Everything is made on first use."""

from __future__ import annotations

from functools import cache

from chalicelib.bootstrap.access import Access
from chalicelib.bootstrap.aggregates import Aggregates
from chalicelib.bootstrap.applications import Applications
from chalicelib.bootstrap.appointments import Appointments
from chalicelib.bootstrap.bulk import Bulk
from chalicelib.bootstrap.bundles import Bundles
from chalicelib.bootstrap.calendars import Calendars
from chalicelib.bootstrap.cards import Cards
from chalicelib.bootstrap.cases import Cases
from chalicelib.bootstrap.chat import Chat
from chalicelib.bootstrap.clearing import Clearing
from chalicelib.bootstrap.clients import aws, now
from chalicelib.bootstrap.copies import Copies
from chalicelib.bootstrap.deliveries import Deliveries
from chalicelib.bootstrap.desk import Desk
from chalicelib.bootstrap.edge import Edge
from chalicelib.bootstrap.entry_templates import EntryTemplates
from chalicelib.bootstrap.exports import Exports
from chalicelib.bootstrap.gathering import Gathering
from chalicelib.bootstrap.hl7 import Hl7
from chalicelib.bootstrap.identity import Identity
from chalicelib.bootstrap.issuing import Issuing
from chalicelib.bootstrap.load import Load
from chalicelib.bootstrap.needs import Needs
from chalicelib.bootstrap.offline import Offline
from chalicelib.bootstrap.oversight import Oversight
from chalicelib.bootstrap.patients import Patients
from chalicelib.bootstrap.prescriptions import Prescriptions
from chalicelib.bootstrap.recognition import Recognition
from chalicelib.bootstrap.redriving import Redriving
from chalicelib.bootstrap.reminders import Reminders
from chalicelib.bootstrap.resource_search import ResourceSearch
from chalicelib.bootstrap.resources import Resources
from chalicelib.bootstrap.results import Results
from chalicelib.bootstrap.schedules import Schedules
from chalicelib.bootstrap.search import Search
from chalicelib.bootstrap.shares import Shares
from chalicelib.bootstrap.single_sign_on import SingleSignOn
from chalicelib.bootstrap.special import Special
from chalicelib.bootstrap.timers import Timers
from chalicelib.bootstrap.transfers import Transfers
from chalicelib.bootstrap.vaccinations import Vaccinations
from chalicelib.bootstrap.visit_forms import VisitForms
from chalicelib.bootstrap.vital_signs import VitalSigns
from chalicelib.bootstrap.waiting_list import WaitingList
from chalicelib.config import Settings

__all__ = ["Services", "aws", "now", "services"]


class Services(
    Recognition,
    Clearing,
    EntryTemplates,
    Transfers,
    Aggregates,
    Load,
    Hl7,
    Applications,
    Bulk,
    Bundles,
    ResourceSearch,
    Resources,
    WaitingList,
    Appointments,
    Calendars,
    Chat,
    Deliveries,
    Reminders,
    Schedules,
    Timers,
    VisitForms,
    Redriving,
    Results,
    Exports,
    Search,
    Shares,
    Copies,
    Access,
    Desk,
    Special,
    Patients,
    Identity,
    Edge,
    Offline,
    Needs,
    Vaccinations,
    Issuing,
    SingleSignOn,
    Cases,
    Gathering,
    VitalSigns,
    Oversight,
    Prescriptions,
    Cards,
):
    """All services, by topic."""


@cache
def services() -> Services:
    return Services(Settings.from_env())
