"""Rules of search in R4, one table for each type of parameter; intervals against an oracle that counts minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.exact_json import loads
from chalicelib.domain.resource_search.asking import Asked, asked, patient_clauses, personal
from chalicelib.domain.resource_search.dates import Interval, compares, interval_in, interval_of
from chalicelib.domain.resource_search.matching import Around, address, codes, matches, pointed, texts
from chalicelib.domain.resource_search.ordering import ordered
from chalicelib.domain.resource_search.parameters import found, parameters, types
from chalicelib.domain.resource_search.shaping import SUBSETTED, shaped
from chalicelib.errors import SearchInvalidError
from tests.effort import tried
from tests.r4_examples import examples

BASE = "https://card.example/fhir"
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
AROUND = Around(NOW, BASE)

OBSERVATION: dict[str, Any] = loads("""{
  "resourceType": "Observation", "id": "o1",
  "meta": {"lastUpdated": "2026-03-02T10:00:00.000Z", "profile": ["http://hl7.org/fhir/StructureDefinition/vitalsigns"],
    "tag": [{"system": "urn:t", "code": "seen"}]},
  "identifier": [{"system": "urn:lab", "value": "A|1", "type": {"coding": [{"system": "urn:ty", "code": "FILL"}]}}],
  "status": "final",
  "code": {"text": "Калий в крови",
    "coding": [{"system": "http://loinc.org", "code": "2823-3", "display": "Potassium"}]},
  "category": [{"coding": [{"system": "urn:cat", "code": "laboratory"}]}],
  "subject": {"reference": "Patient/p1"},
  "encounter": {"reference": "https://card.example/fhir/Encounter/e1"},
  "performer": [{"reference": "https://other.example/Organization/9", "identifier": {"system": "urn:o", "value": "7"}}],
  "effectivePeriod": {"start": "2026-03-01T08:00:00+03:00", "end": "2026-03-01T10:00:00+03:00"},
  "valueQuantity": {"value": 5.40, "unit": "ммоль/л", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
  "component": [{"code": {"coding": [{"code": "c"}]}, "valueQuantity": {"value": 7, "comparator": "<"}}]
}""")
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "active": True,
    "name": [{"family": "Королёва", "given": ["Анна", "Йозефина"], "use": "official"}, {"text": "Éva Noll"}],
    "telecom": [
        {"system": "phone", "value": "+79990000000", "use": "home"},
        {"system": "email", "value": "a@b.example"},
    ],
    "gender": "female",
    "birthDate": "1980-05-17",
    "address": [{"city": "Тверь", "postalCode": "170000"}],
}
MEDICATION: dict[str, Any] = {
    "resourceType": "Questionnaire",
    "id": "q1",
    "status": "active",
    "url": "http://acme.example/Questionnaire/a",
}
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"

TOKENS = [
    ("code=2823-3", True),
    (f"code={LOINC}|2823-3", True),
    (f"code={LOINC}|", True),
    ("code=|2823-3", False),
    ("code=urn:other|2823-3", False),
    ("code=2823-4,2823-3", True),
    ("code:not=2823-3", False),
    ("code:not=2823-4", True),
    ("device:missing=true", True),
    ("code:missing=true", False),
    ("code:text=калий", True),
    ("code:text=potass", True),
    ("code:text=натрий", False),
    ("status=final", True),
    ("status=http://hl7.org/fhir/observation-status|final", True),
    (r"identifier=urn:lab|A\|1", True),
    (r"identifier=A\|1", True),
    ("identifier=A", False),
    (r"identifier:of-type=urn:ty|FILL|A\|1", True),
    (r"identifier:of-type=urn:ty|OTHER|A\|1", False),
    ("_id=o1", True),
    ("_id=o2", False),
    ("_tag=urn:t|seen", True),
    ("combo-code=c", True),
    ("component-code=2823-3", False),
]
REFERENCES = [
    ("subject=p1", True),
    ("subject=Patient/p1", True),
    ("subject:Patient=p1", True),
    ("subject=Group/p1", False),
    (f"subject={BASE}/Patient/p1", True),
    ("encounter=Encounter/e1", True),
    ("encounter=Encounter/e1/_history/2", True),
    ("encounter=e2", False),
    ("performer=https://other.example/Organization/9", True),
    ("performer=9", False),
    ("performer:identifier=urn:o|7", True),
    ("performer:identifier=8", False),
]
DATES = [
    ("date=2026-03-01", True),
    ("date=2026-03", True),
    ("date=2026-03-01T09:00:00%2B03:00", False),
    ("date=gt2026-03-01", False),
    ("date=ge2026-03-01", True),
    ("date=gt2026-02-28", True),
    ("date=lt2026-03-02", True),
    ("date=lt2026-03-01", False),
    ("date=le2026-03-01T09:00:00Z", True),
    ("date=sa2026-02", True),
    ("date=sa2026-03-01T05:30:00Z", False),
    ("date=eb2026-03-02", True),
    ("date=eb2026-03-01T06:00:00Z", False),
    ("date=ne2026-03-01", False),
    ("date=ne2026-03-02", True),
    ("date=ap2026-03-01", True),
    ("date=ap2025", False),
    ("date=2025,2026", True),
    ("_lastUpdated=gt2026-03-02T09:59:59Z", True),
    ("_lastUpdated=2026-03-02T10:00:00Z", True),
    ("_lastUpdated=lt2026-03-02T10:00:00Z", False),
]
QUANTITIES = [
    ("value-quantity=5.4", True),
    ("value-quantity=5.40", True),
    ("value-quantity=5.41", False),
    ("value-quantity=5", True),
    ("value-quantity=ne5.4", False),
    ("value-quantity=gt5.4", False),
    ("value-quantity=ge5.4", True),
    ("value-quantity=lt5.5", True),
    ("value-quantity=ap5.7", True),
    ("value-quantity=ap9", False),
    (f"value-quantity=5.4|{UCUM}|mmol/L", True),
    ("value-quantity=5.4||mmol/L", True),
    ("value-quantity=5.4||ммоль/л", True),
    (f"value-quantity=5.4|{UCUM}|mg/dL", False),
    ("value-quantity=5.4e0", True),
    ("component-value-quantity=lt6", True),
    ("component-value-quantity=gt8", False),
    ("component-value-quantity=7", False),
]
STRINGS = [
    ("family=королева", True),
    ("family=КОР", True),
    ("family=ролева", False),
    ("family:contains=ролев", True),
    ("family:exact=Королёва", True),
    ("family:exact=королёва", False),
    ("given=йоз", True),
    ("given=иоз", False),
    ("name=eva", True),
    ("name=official", False),
    ("address=твер", True),
    ("address-postalcode=170", True),
    ("gender=female", True),
    ("active=true", True),
    ("active=false", False),
    ("phone=%2B79990000000", True),
    ("email=a@b.example", True),
    ("phone=a@b.example", False),
    ("telecom=a@b.example", True),
    ("birthdate=1980", True),
    ("birthdate=lt1980-05-17", False),
    ("deceased=false", True),
    ("deceased=true", False),
    ("deceased:not=true", True),
]
DEAD = [("deceased=true", True), ("deceased=false", False), ("deceased:not=true", False), ("death-date=2026", True)]
URIS = [
    ("url=http://acme.example/Questionnaire/a", True),
    ("url=http://acme.example/Questionnaire", False),
    ("url:below=http://acme.example/Questionnaire", True),
    ("url:below=http://acme.example/Question", False),
    ("url:above=http://acme.example/Questionnaire/a/b", True),
]
CASES = [
    *((OBSERVATION, text, wanted) for table in (TOKENS, REFERENCES, DATES, QUANTITIES) for text, wanted in table),
    *((PATIENT, text, wanted) for text, wanted in STRINGS),
    *(({**PATIENT, "deceasedDateTime": "2026-03-02"}, text, wanted) for text, wanted in DEAD),
    *((MEDICATION, text, wanted) for text, wanted in URIS),
]


def search(resource_type: str, *texts: str, strict: bool = False) -> Asked:
    pairs = [tuple(text.replace("%2B", "+").split("=", 1)) for text in texts]
    return asked(resource_type, pairs, BASE, strict=strict)


@pytest.mark.requirement("PRT-2")
@pytest.mark.parametrize(("resource", "text", "wanted"), CASES, ids=[case[1] for case in CASES])
def test_what_a_parameter_finds(resource: dict[str, Any], text: str, wanted: bool) -> None:  # noqa: FBT001
    found = search(resource["resourceType"], text)
    assert len(found.clauses) == 1
    assert all(matches(resource, clause, AROUND) for clause in found.clauses) is wanted


@pytest.mark.parametrize(
    ("resource_type", "text"),
    [
        ("Observation", "date=yesterday"),
        ("Observation", "date=2026-02-30"),
        ("Observation", "value-quantity=five"),
        ("Observation", "value-quantity=5|mmol/L"),
        ("Observation", "value-quantity=1e9999"),
        ("Observation", "code=a|b|c"),
        ("Observation", "code:below=1"),
        ("Observation", "date:exact=2026"),
        ("Observation", "subject:Practitioner=1"),
        ("Observation", "device:missing=perhaps"),
        ("Observation", "encounter.status=finished"),
        ("Observation", "_sort=nothing"),
        ("Observation", "_include=Observation:code"),
        ("Observation", "_include=Patient:link"),
        ("Observation", "_summary=short"),
        ("Observation", "_count=many"),
        ("Observation", "subject=a b c"),
        ("Observation", "code=" + ",".join(["x"] * 51)),
        ("Observation", "code=" + "x" * 1001),
    ],
)
def test_what_cannot_be_understood_is_refused(resource_type: str, text: str) -> None:
    with pytest.raises(SearchInvalidError) as refused:
        search(resource_type, text)
    assert refused.value.fields[0].field.startswith("?" + text.split("=", maxsplit=1)[0][:10])
    assert refused.value.fields[0].message_ru != refused.value.fields[0].message


def test_what_nobody_knows_is_passed_over_or_refused_as_the_caller_likes() -> None:
    assert search("Observation", "colour=red", "code=1").unknown == ("colour",)
    with pytest.raises(SearchInvalidError):
        search("Observation", "colour=red", strict=True)


def test_what_the_answer_is_to_be_like() -> None:
    found = search("Observation", "_count=500", "_sort=-date,code", "_summary=true", "_total=accurate", "_format=json")
    assert (found.count, found.summary, found.total) == (200, "true", True)
    assert [(one.parameter.name, one.down) for one in found.orders] == [("date", True), ("code", False)]
    assert search("Observation", "_count=0").summary == "count"
    assert search("Observation", "_elements=code,Observation.status").elements == ("code", "status")
    include = search("DiagnosticReport", "_include=DiagnosticReport:result").includes[0]
    assert include.parameter.paths == ("result",)


def test_whose_card_is_told_apart_from_the_rest() -> None:
    mine, others = patient_clauses(search("Observation", "patient=p1", "code=1", "subject:identifier=urn:mrn|5"))
    assert [clause.parameter.name for clause in mine] == ["patient", "subject"]
    assert [clause.parameter.name for clause in others] == ["code"]
    mine, _ = patient_clauses(search("Coverage", "patient.identifier=urn:mrn|5"))
    assert mine[0].chain == "identifier"


@pytest.mark.requirement("SEC-3")
def test_who_somebody_is_never_stands_in_an_address() -> None:
    refused = [("Patient", "identifier"), ("Patient", "family:exact"), ("Observation", "patient.identifier")]
    refused += [("Observation", "subject:identifier"), ("Coverage", "identifier"), ("RelatedPerson", "name")]
    assert all(personal(kind, [name]) == name for kind, name in refused)
    allowed = [("Observation", "identifier"), ("Patient", "_id"), ("Practitioner", "name"), ("Observation", "patient")]
    assert not any(personal(kind, [name]) for kind, name in allowed)


def test_order_by_several_with_what_lacks_one_last() -> None:
    def made(name: str, value: Any, status: str) -> dict[str, Any]:
        quantity = {"valueQuantity": {"value": value}} if value is not None else {}
        return {"resourceType": "Observation", "id": name, "status": status, **quantity}

    given = [made("a", 10, "final"), made("b", None, "final"), made("c", -3, "final"), made("d", 9, "amended")]
    for text, wanted in [("value-quantity", "cdab"), ("-value-quantity", "adcb"), ("status,-value-quantity", "dacb")]:
        orders = search("Observation", f"_sort={text}").orders
        assert "".join(one["id"] for one in ordered(given, orders)) == wanted


def test_a_part_of_a_resource_says_that_it_is_one() -> None:
    only = shaped(OBSERVATION, "", ["valueQuantity"])
    assert {"resourceType", "id", "meta", "status", "code", "valueQuantity"} == set(only)
    assert SUBSETTED in only["meta"]["tag"]
    assert "text" not in shaped({**OBSERVATION, "text": {"div": "x"}}, "data", ())
    assert "text" not in shaped({**OBSERVATION, "text": {"div": "x"}}, "true", ())
    assert set(shaped({**OBSERVATION, "text": {}}, "text", ())) >= {"text", "status", "code"}
    assert shaped(OBSERVATION, "", ()) == OBSERVATION


def test_every_type_has_its_parameters() -> None:
    assert len(types()) > 60
    for kind in types():
        assert all(one.paths for one in parameters(kind).values())
    assert parameters("Observation")["date"].paths[0] == "effectiveDateTime"
    assert parameters("Patient")["phone"].paths == ("telecom[system=phone]",)


MINUTES = 60 * 24 * 3
START = datetime(2026, 3, 1, tzinfo=UTC)
STRETCH = st.tuples(st.integers(0, MINUTES), st.integers(1, 600))


@given(STRETCH, STRETCH)
@settings(max_examples=tried(150), deadline=None)
def test_prefixes_are_what_counting_minutes_says(one: tuple[int, int], other: tuple[int, int]) -> None:
    search_minutes = set(range(one[0], sum(one)))
    there_minutes = set(range(other[0], sum(other)))

    def interval(pair: tuple[int, int]) -> Interval:
        return Interval(START + timedelta(minutes=pair[0]), START + timedelta(minutes=sum(pair)))

    above, below = max(search_minutes), min(search_minutes)
    within = there_minutes <= search_minutes
    oracle = {
        "eq": within,
        "ne": not within,
        "gt": any(minute > above for minute in there_minutes),
        "lt": any(minute < below for minute in there_minutes),
        "ge": within or any(minute > above for minute in there_minutes),
        "le": within or any(minute < below for minute in there_minutes),
        "sa": all(minute > above for minute in there_minutes),
        "eb": all(minute < below for minute in there_minutes),
    }
    told = {prefix: compares(prefix, interval(one), interval(other), NOW) for prefix in oracle}
    assert told == oracle


@given(st.datetimes(datetime(1900, 1, 2), datetime(2100, 1, 1)))  # noqa: DTZ001 - clocks on walls
@settings(max_examples=tried(60), deadline=None)
def test_a_coarser_date_holds_every_finer_one(moment: datetime) -> None:
    texts = [f"{moment:%Y}", f"{moment:%Y-%m}", f"{moment:%Y-%m-%d}", f"{moment:%Y-%m-%dT%H:%M}", moment.isoformat()]
    found = [interval_of(text[:26]) for text in texts]
    for outer, inner in pairwise(found):
        assert outer is not None
        assert inner is not None
        assert outer.low <= inner.low < inner.high <= outer.high


def test_timings_and_open_periods() -> None:
    timing = interval_in({"event": ["2026-03-05", "2026-03-01"]})
    assert timing == Interval(interval_of("2026-03-01").low, interval_of("2026-03-05").high)
    assert interval_in({"repeat": {"boundsPeriod": {"start": "2026"}}}).low == interval_of("2026").low
    assert compares("gt", interval_of("2030"), interval_in({"start": "2026-03-01"}), NOW)
    assert interval_in({}) is None
    assert interval_of("9999-12-31") is None or interval_of("9999") is None


def _asked_of(kind: str, value: Any) -> str:
    """A value of a search that an element must be found by; "" where none can be made of it."""
    match kind:
        case "token":
            said = next(codes(value), None)
            return "" if said is None else _escaped(said[1] if said[0] is None else f"{said[0]}|{said[1]}")
        case "reference":
            _, resource_id = pointed(value, BASE)
            return resource_id or (address(value) if address(value).startswith(("http", "urn")) else "")
        case "date":
            return value if isinstance(value, str) else str((isinstance(value, dict) and value.get("start")) or "")
        case "string":
            return _escaped(next(texts(value), "")[:100])
        case "uri":
            return _escaped(value)
        case _:
            number = value.get("value") if isinstance(value, dict) else value
            exact = isinstance(value, dict) and "comparator" not in value
            return str(getattr(number, "text", number)) if number is not None and exact else ""


def _escaped(text: str) -> str:
    head, bar, tail = text.partition("|")
    return bar.join(part.replace("\\", "\\\\").replace(",", "\\,").replace("|", "\\|") for part in (head, tail))


@pytest.mark.requirement("PRT-2")
@pytest.mark.parametrize(
    "kind", ["Observation", "Patient", "Encounter", "MedicationRequest", "DiagnosticReport", "Claim"]
)
def test_official_examples_are_found_by_what_they_say(kind: str) -> None:
    tried = 0
    for example in islice(examples(kind), 25):
        resource = example.resource
        for parameter in parameters(kind).values():
            for value in found(resource, parameter):
                text = _asked_of(parameter.kind.value, value)
                if not text or parameter.name == "deceased":  # the one that asks whether, and not what
                    continue
                prefix = "ge" if parameter.kind.value == "date" and not isinstance(value, str) else ""
                (clause,) = search(kind, f"{parameter.name}={prefix}{text}").clauses
                assert matches(resource, clause, AROUND), (example.name, parameter.name, text)
                tried += 1
    assert tried > 20
