"""Made-up patients with whole histories, as a clinic's system hands them over: transaction bundles of R4, as Synthea's.

    python -m local.population --people 3 --seed 7 --out build/population        files
    python -m local.population --people 3 --url http://localhost:8000 --partner build/partner.json      a running one

Nobody of them exists. Names are Russian, numbers have right check digits and begin with 9 (nobody is given such ones
here). The same seed makes the same people: tests, benchmarks and the conformance of others can count on it.
"""

from __future__ import annotations

import argparse
import json
import random  # noqa: TID251
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from chalicelib.domain.fhir_identifiers import ENP, SNILS
from chalicelib.domain.identifiers import oms_check_digit, snils_check_digits
from conformance.client import Partner
from local.population_data import (
    CONDITIONS,
    DRUGS,
    FIRST_FEMALE,
    FIRST_MALE,
    LABORATORY,
    MIDDLE_FEMALE,
    MIDDLE_MALE,
    PROCEDURES,
    SURNAMES,
    VACCINES,
    VITAL,
)

Resource = dict[str, Any]
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
ICD10 = "urn:oid:1.2.643.5.1.13.13.11.1005"
ATC = "http://www.whocc.no/atc"
OBSERVATION = "http://terminology.hl7.org/CodeSystem/observation-category"
MRN = "urn:example:population:mrn"
STAFF = "urn:example:population:staff"
CLINIC = "urn:example:population:clinics"
TODAY = date(2026, 2, 1)
VISITS = (12, 30)
"""How many visits a person has, from and to: some 15 resources each."""


@dataclass
class Person:
    """One person's bundle while it is made."""

    rng: random.Random
    number: int
    born: date
    entries: list[Resource] = field(default_factory=list)

    def name(self) -> str:
        return UUID(int=self.rng.getrandbits(128), version=4).urn

    def add(self, resource: Resource, **request: str) -> str:
        """The entry's name, to refer to it by."""
        url = self.name()
        asked = {"method": "POST", "url": resource["resourceType"], **request}
        self.entries.append({"fullUrl": url, "resource": resource, "request": asked})
        return url


def patients(seed: int, n: int, visits: tuple[int, int] = VISITS) -> Iterator[Resource]:
    """``n`` transaction bundles, one a person, with some hundreds of entries each. The same for the same seed."""
    for number in range(n):
        yield bundle(random.Random(f"{seed}-{number}"), seed * 100_000 + number, visits)  # noqa: S311


def bundle(rng: random.Random, number: int, visits: tuple[int, int] = VISITS) -> Resource:
    """One person's history. Clinic and doctor are conditional creates: they come once, however many people come."""
    person = Person(rng, number, TODAY - timedelta(days=rng.randrange(19 * 365, 88 * 365)))
    patient = person.add(_patient(person))
    clinic = _clinic(person)
    doctor = _doctor(person)
    about = {"subject": {"reference": patient}}
    for name, code in _some(rng, CONDITIONS, 1, 4):
        _condition(person, about, (name, code), doctor)
    for at in sorted(_moment(person) for _ in range(rng.randint(*visits))):
        _visit(person, about, at, (clinic, doctor))
    for name, code in _some(rng, VACCINES, 2, 6):
        _immunization(person, patient, (name, code))
    return {"resourceType": "Bundle", "type": "transaction", "entry": person.entries}


# --- who


def _patient(person: Person) -> Resource:
    rng, number = person.rng, person.number
    female = rng.random() < 0.54  # noqa: PLR2004
    surname = rng.choice(SURNAMES) + ("а" if female else "")
    given = [rng.choice(FIRST_FEMALE if female else FIRST_MALE), rng.choice(MIDDLE_FEMALE if female else MIDDLE_MALE)]
    nine, fifteen = f"9{number % 10**8:08d}", f"9{number % 10**14:014d}"
    numbers = [(SNILS, nine + snils_check_digits(nine)), (ENP, fifteen + oms_check_digit(fifteen)), (MRN, f"{number}")]
    return {
        "resourceType": "Patient",
        "identifier": [{"system": system, "value": value} for system, value in numbers],
        "active": True,
        "name": [{"use": "official", "family": surname, "given": given}],
        "gender": "female" if female else "male",
        "birthDate": person.born.isoformat(),
        "address": [{"use": "home", "city": "Москва", "country": "RU"}],
        "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "ru"}]}}],
    }


def _clinic(person: Person) -> str:
    code = str(person.rng.randint(1, 9))
    resource = {
        "resourceType": "Organization",
        "identifier": [{"system": CLINIC, "value": code}],
        "active": True,
        "name": f"Поликлиника № {code}",
    }
    return person.add(resource, ifNoneExist=f"identifier={CLINIC}|{code}")


def _doctor(person: Person) -> str:
    code = str(person.rng.randint(1, 40))
    resource = {
        "resourceType": "Practitioner",
        "identifier": [{"system": STAFF, "value": code}],
        "name": [{"family": SURNAMES[int(code) % len(SURNAMES)], "given": ["И.", "О."]}],
    }
    return person.add(resource, ifNoneExist=f"identifier={STAFF}|{code}")


# --- what


def _condition(person: Person, about: Resource, what: tuple[str, str], doctor: str) -> None:
    clinical = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    verified = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
    problem = {"system": "http://terminology.hl7.org/CodeSystem/condition-category", "code": "problem-list-item"}
    person.add(
        {
            "resourceType": "Condition",
            "clinicalStatus": {"coding": [{"system": clinical, "code": "active"}]},
            "verificationStatus": {"coding": [{"system": verified, "code": "confirmed"}]},
            "category": [{"coding": [problem]}],
            "code": _coded(ICD10, what[1], what[0]),
            **about,
            "onsetDateTime": _moment(person).date().isoformat(),
            "recorder": {"reference": doctor},
        }
    )


def _visit(person: Person, about: Resource, at: datetime, where: tuple[str, str]) -> None:
    rng, (clinic, doctor) = person.rng, where
    ends = at + timedelta(minutes=rng.choice((15, 20, 30)))
    ambulatory = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}
    encounter = person.add(
        {
            "resourceType": "Encounter",
            "status": "finished",
            "class": ambulatory,
            "type": [{"text": "Приём врача"}],
            **about,
            "participant": [{"individual": {"reference": doctor}}],
            "period": {"start": at.isoformat(), "end": ends.isoformat()},
            "serviceProvider": {"reference": clinic},
        }
    )
    there = {**about, "encounter": {"reference": encounter}, "effectiveDateTime": at.isoformat()}
    for vital in VITAL:
        person.add(_observation(rng, there, vital, "vital-signs"))
    person.add(_pressure(rng, there))
    results = [person.add(_observation(rng, there, one, "laboratory")) for one in _some(rng, LABORATORY, 3, 8)]
    _report(person, there, results, doctor)
    if rng.random() < 0.6:  # noqa: PLR2004
        _prescribed(person, {**about, "encounter": {"reference": encounter}}, at, doctor)
    if rng.random() < 0.3:  # noqa: PLR2004
        _procedure(person, {**about, "encounter": {"reference": encounter}}, at)
    if rng.random() < 0.2:  # noqa: PLR2004
        _plan(person, about, at)


def _observation(rng: random.Random, there: Resource, what: tuple[str, str, str, float, float], kind: str) -> Resource:
    name, code, unit, low, high = what
    value = round(rng.uniform(low, high), 1)
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": OBSERVATION, "code": kind}]}],
        "code": _coded(LOINC, code, name),
        **there,
        "valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit},
    }


def _pressure(rng: random.Random, there: Resource) -> Resource:
    def part(code: str, name: str, low: int, high: int) -> Resource:
        value = {"value": rng.randint(low, high), "unit": "mm[Hg]", "system": UCUM, "code": "mm[Hg]"}
        return {"code": _coded(LOINC, code, name), "valueQuantity": value}

    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": OBSERVATION, "code": "vital-signs"}]}],
        "code": _coded(LOINC, "85354-9", "Артериальное давление"),
        **there,
        "component": [
            part("8480-6", "Систолическое давление", 105, 165),
            part("8462-4", "Диастолическое давление", 60, 100),
        ],
    }


def _report(person: Person, there: Resource, results: list[str], doctor: str) -> None:
    person.add(
        {
            "resourceType": "DiagnosticReport",
            "status": "final",
            "code": _coded(LOINC, "11502-2", "Лабораторное исследование"),
            **there,
            "issued": there["effectiveDateTime"],
            "performer": [{"reference": doctor}],
            "result": [{"reference": one} for one in results],
        }
    )


def _prescribed(person: Person, about: Resource, at: datetime, doctor: str) -> None:
    name, code, dose = person.rng.choice(DRUGS)
    person.add(
        {
            "resourceType": "MedicationRequest",
            "status": "completed",
            "intent": "order",
            "medicationCodeableConcept": _coded(ATC, code, name),
            **about,
            "authoredOn": at.isoformat(),
            "requester": {"reference": doctor},
            "dosageInstruction": [{"text": dose}],
        }
    )


def _procedure(person: Person, about: Resource, at: datetime) -> None:
    person.add(
        {
            "resourceType": "Procedure",
            "status": "completed",
            "code": {"text": person.rng.choice(PROCEDURES)},
            **about,
            "performedDateTime": at.isoformat(),
        }
    )


def _plan(person: Person, about: Resource, at: datetime) -> None:
    person.add(
        {
            "resourceType": "CarePlan",
            "status": "active",
            "intent": "plan",
            "title": "Наблюдение",
            **about,
            "period": {"start": at.date().isoformat()},
            "activity": [{"detail": {"status": "in-progress", "description": "Контроль через месяц"}}],
        }
    )


def _immunization(person: Person, patient: str, what: tuple[str, str]) -> None:
    person.add(
        {
            "resourceType": "Immunization",
            "status": "completed",
            "vaccineCode": _coded(ATC, what[1], what[0]),
            "patient": {"reference": patient},
            "occurrenceDateTime": _moment(person).date().isoformat(),
            "primarySource": True,
            "lotNumber": f"S{person.rng.randrange(10**6):06d}",
        }
    )


# --- pieces


def _coded(system: str, code: str, text: str) -> Resource:
    return {"coding": [{"system": system, "code": code, "display": text}], "text": text}


def _moment(person: Person) -> datetime:
    """Within the last ten years, at a time of day at which clinics work."""
    day = TODAY - timedelta(days=person.rng.randrange(1, 3_650))
    minute = person.rng.randrange(5 * 60, 15 * 60, 5)
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)


def _some(rng: random.Random, of: tuple[Any, ...], least: int, most: int) -> list[Any]:
    return rng.sample(of, rng.randint(least, min(most, len(of))))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--people", type=int, default=3)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--out", type=Path, help="folder for the bundles")
    asked.add_argument("--url", default="", help="of a running system")
    asked.add_argument("--partner", type=Path, help="a clinical system, as python -m local.demo_partner makes one")
    given = asked.parse_args()
    system = _signed_in(given.url.rstrip("/"), given.partner) if given.url else None
    for number, made in enumerate(patients(given.seed, given.people)):
        text = json.dumps(made, ensure_ascii=False)
        if given.out:
            given.out.mkdir(parents=True, exist_ok=True)
            (given.out / f"{given.seed}-{number}.json").write_text(text, encoding="utf-8")
        if system:
            answer = system.send("POST", "/fhir", text.encode(), {"Content-Type": "application/fhir+json"})
            print(number, len(made["entry"]), "entries:", answer.status)


def _signed_in(url: str, place: Path) -> Partner:
    said = json.loads(place.read_text(encoding="utf-8"))
    key = load_pem_private_key(said["key"].encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise SystemExit(f"{place} has no P-256 key")
    partner = Partner(url, said["client_id"], key, said["kid"])
    if (answer := partner.sign_in("system/*.cruds")).status != 200:  # noqa: PLR2004
        raise SystemExit(f"no token: {answer.body}")
    return partner


if __name__ == "__main__":
    main()
