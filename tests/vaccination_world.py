"""A hospital in memory with vaccinations: real keys of health cards, the rest as in the world."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.identity import Actor, PersonId
from chalicelib.records.vaccination import EXEMPTION, FACTORS, VACCINATION
from chalicelib.services.vaccinations.certificates import CertificateService, Office
from chalicelib.services.vaccinations.history import Histories
from chalicelib.services.vaccinations.plan import VaccinationPlans
from chalicelib.services.vaccinations.printing import CertificatePrinting, Printing
from tests.fakes import FakePrinter
from tests.unit.signer_fakes import Place
from tests.world import ANNA, URL, World

BORN = "2025-01-31"


class VaccinationWorld(World):
    """Anna is a child of one year whose doctor has consent. The clock stands at 2 March 2026."""

    def __init__(self) -> None:
        super().__init__()
        self.signer = Place().signer
        self.histories = Histories(self.gate, self.tables, self.vault)
        self.plans = VaccinationPlans(self.histories, self.clock)
        self.certificates = CertificateService(self.office())
        printing = Printing(self.gate, self.tables, self.vault, self.issuing, FakePrinter(), self.certificates.issuer)
        self.others |= CertificatePrinting(printing).reactions
        self.reactions._reactions |= {n: self.reactions._of_another(r) for n, r in self.others.items()}
        self.anna = self.patient()
        self.doctor = self.staff()
        self.consent(self.doctor)
        self._keys = 0

    def office(self, **changes: Any) -> Office:
        parts: dict[str, Any] = {
            "gate": self.gate,
            "tables": self.tables,
            "vault": self.vault,
            "patient_keys": self.keys,
            "drafts": self.drafts,
            "histories": self.histories,
            "signer": self.signer,
            "clock": self.clock,
            "public_url": URL,
        }
        return Office(**{**parts, **changes})

    def person(self, person_id: PersonId, *, level: int = 2, **profile: str) -> PersonId:
        child = {"birth_date": BORN, "sex": "female", "middle_name": "Борисовна"}
        return super().person(person_id, level=level, **{**child, **profile})

    def key(self) -> str:
        self._keys += 1
        return f"key-{self._keys:016}"

    def given(self, vaccine: str, on: str, *, to: PersonId = ANNA, by: Actor | None = None, **more: Any) -> str:
        """Record a vaccination against everything the vaccine is for; the record's id. ``stages`` by disease."""
        from chalicelib.domain.vaccination_calendar.vaccines import VACCINES

        stages = more.pop("stages", {})
        stage = more.pop("stage", "V1")
        targets = [{"disease": d, "stage": stages.get(d, stage)} for d in VACCINES[vaccine].diseases]
        body = {
            "occurred_at": f"{on}T09:00:00+03:00",
            "vaccine": vaccine,
            "targets": targets,
            "lot": "У-0417",
            "organisation": "Поликлиника № 1",
            "status": "completed",
            **more,
        }
        return str(self.records.create(by or self.doctor, to, VACCINATION, body, self.key())[0]["id"])

    def exempt(self, since: str, until: str | None, **more: Any) -> str:
        body = {"occurred_at": f"{since}T09:00:00+03:00", "kind": "medical", "since": since, "until": until, **more}
        return str(self.records.create(self.doctor, ANNA, EXEMPTION, {"diseases": [], **body}, self.key())[0]["id"])

    def factors(self, on: str, **said: Any) -> None:
        body = {"occurred_at": f"{on}T09:00:00+03:00", "groups": [], "had": [], "history": "unknown", **said}
        self.records.create(self.doctor, ANNA, FACTORS, body, self.key())

    def course(self, name: str, actor: Actor | None = None) -> dict[str, Any]:
        plan = self.plans.plan(actor or self.anna, ANNA, "ru", courses={name})
        (found,) = plan["courses"]
        return found

    def certificate(self, key: str = "", **form: Any) -> dict[str, Any]:
        asked = {"language": "ru", "vaccinations": None, "names_holder": True, **form}
        return self.certificates.issue(self.anna, ANNA, asked, key or self.key())[0]
