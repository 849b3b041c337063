"""The only place that knows which adapter stands behind which port. Everything is made on first use."""

from __future__ import annotations

from functools import cache

from chalicelib.bootstrap.access import Access
from chalicelib.bootstrap.cards import Cards
from chalicelib.bootstrap.cases import Cases
from chalicelib.bootstrap.clients import aws, now
from chalicelib.bootstrap.copies import Copies
from chalicelib.bootstrap.desk import Desk
from chalicelib.bootstrap.edge import Edge
from chalicelib.bootstrap.exports import Exports
from chalicelib.bootstrap.gathering import Gathering
from chalicelib.bootstrap.identity import Identity
from chalicelib.bootstrap.issuing import Issuing
from chalicelib.bootstrap.oversight import Oversight
from chalicelib.bootstrap.patients import Patients
from chalicelib.bootstrap.prescriptions import Prescriptions
from chalicelib.bootstrap.redriving import Redriving
from chalicelib.bootstrap.results import Results
from chalicelib.bootstrap.search import Search
from chalicelib.bootstrap.shares import Shares
from chalicelib.bootstrap.single_sign_on import SingleSignOn
from chalicelib.bootstrap.special import Special
from chalicelib.bootstrap.vaccinations import Vaccinations
from chalicelib.bootstrap.vital_signs import VitalSigns
from chalicelib.config import Settings

__all__ = ["Services", "aws", "now", "services"]


class Services(
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
