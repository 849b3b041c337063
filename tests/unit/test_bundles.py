"""Entries of a transaction as they are read and ordered; references between them, whatever graph they make."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.bundles.entries import MOST_ENTRIES, MOST_IN_BATCH, entries_of, ordered
from chalicelib.domain.bundles.people import described, numbers_of_sender, replaced_by
from chalicelib.domain.bundles.references import Names, conditional, references, rewritten
from chalicelib.errors import BundleTooLargeError, ResourceInvalidError
from local.population import patients

pytestmark = pytest.mark.requirement("PRT-6")

A, B = "urn:uuid:11111111-1111-4111-8111-111111111111", "urn:uuid:22222222-2222-4222-8222-222222222222"
OBSERVATION = {"resourceType": "Observation", "id": "one"}


def entry(method: str = "POST", url: str = "Observation", **more: Any) -> dict[str, Any]:
    resource = {"resource": OBSERVATION} if method in {"POST", "PUT"} else {}
    request = {"method": method, "url": url, **more.pop("request", {})}
    return {**resource, "request": request, **more}


def bundle(*entries: Any, kind: str = "transaction") -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def places(given_: Any) -> list[str]:
    with pytest.raises(ResourceInvalidError) as caught:
        entries_of(given_)
    return [one["path"] for one in caught.value.extra["issues"]]


WRONG: list[tuple[Any, str]] = [
    (bundle(kind="searchset"), "Bundle.type"),
    (bundle(kind=["batch"]), "Bundle.type"),  # type: ignore[arg-type]
    ({**bundle(), "entry": {}}, "Bundle.entry"),
    (bundle(entry(request={"method": ["GET"]})), "Bundle.entry[0].request.method"),
    (bundle(entry(fullUrl=False)), "Bundle.entry[0].fullUrl"),
    (bundle("text"), "Bundle.entry[0].request"),
    (bundle({"request": []}), "Bundle.entry[0].request"),
    (bundle(entry("PATCH")), "Bundle.entry[0].request.method"),
    (bundle(entry("TRACE")), "Bundle.entry[0].request.method"),
    (bundle(entry(url=None)), "Bundle.entry[0].request.url"),
    (bundle(entry(url="observation")), "Bundle.entry[0].request.url"),
    (bundle(entry(url="Observation/one")), "Bundle.entry[0].request.url"),
    (bundle(entry("PUT", "Observation?code=1")), "Bundle.entry[0].request.url"),
    (bundle(entry("DELETE", "Observation?code=1")), "Bundle.entry[0].request.url"),
    (bundle(entry("PUT", "Observation")), "Bundle.entry[0].request.url"),
    (bundle(entry("GET", "$everything")), "Bundle.entry[0].request.url"),
    (bundle(entry("GET", "Patient/one/$everything")), "Bundle.entry[0].request.url"),
    (bundle(entry("GET", "Observation/one/_history/1")), "Bundle.entry[0].request.url"),
    (bundle(entry("GET", "https://elsewhere.example/fhir/Observation/one")), "Bundle.entry[0].request.url"),
    (bundle(entry(url="Patient")), "Bundle.entry[0].resource"),
    (bundle(entry(resource=[])), "Bundle.entry[0].resource"),
    (bundle(entry("PUT", "Observation/two")), "Bundle.entry[0].resource.id"),
    (bundle(entry(fullUrl="one")), "Bundle.entry[0].fullUrl"),
    (bundle(entry(request={"ifNoneExist": 7})), "Bundle.entry[0].request.ifNoneExist"),
    (bundle(entry("PUT", "Observation/one", request={"ifMatch": "new"})), "Bundle.entry[0].request.ifMatch"),
    (bundle(entry(), entry(fullUrl=A), entry(fullUrl=A)), "Bundle.entry[2].fullUrl"),
    (bundle(entry("PUT", "Observation/one"), entry("DELETE", "Observation/one")), "Bundle.entry[1].request.url"),
]


@pytest.mark.parametrize(
    ("given_", "place"), WRONG, ids=[f"{number}-{place}" for number, (_, place) in enumerate(WRONG)]
)
def test_what_is_wrong_is_named(given_: Any, place: str) -> None:
    assert places(given_) == [place]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert places(bundle(entry("PATCH"), entry(), entry(url="x"))) == [
        "Bundle.entry[0].request.method",
        "Bundle.entry[2].request.url",
    ]


@pytest.mark.parametrize(("kind", "most"), [("transaction", MOST_ENTRIES), ("batch", MOST_IN_BATCH)])
def test_as_many_entries_as_the_limit_says(kind: str, most: int) -> None:
    assert len(entries_of(bundle(*[entry()] * most, kind=kind))) == most
    with pytest.raises(BundleTooLargeError) as caught:
        entries_of(bundle(*[entry()] * (most + 1), kind=kind))
    assert caught.value.extra["limit"] == most


def test_deletions_come_first_then_creates_changes_and_reads() -> None:
    methods = ["GET", "PUT", "POST", "DELETE", "POST", "GET"]
    urls = {"POST": "Observation"}
    given_ = [entry(one, urls.get(one, f"Observation/{'one' if one == 'PUT' else n}")) for n, one in enumerate(methods)]
    found = ordered(entries_of(bundle(*given_)))
    assert [(one.method, one.number) for one in found] == [
        ("DELETE", 3),
        ("POST", 2),
        ("POST", 4),
        ("PUT", 1),
        ("GET", 0),
        ("GET", 5),
    ]


def test_a_condition_may_come_with_its_type_or_without() -> None:
    said = [entry(request={"ifNoneExist": text}) for text in ("identifier=a|b", "Observation?identifier=a|b")]
    assert {one.if_none_exist for one in entries_of(bundle(*said))} == {"identifier=a|b"}


# --- references

KNOWN = {A: "Patient/p", B: "Encounter/e", "https://mis.example/r4/Patient/7": "Patient/seven"}
FOUND = {"Practitioner?identifier=s|1": "Practitioner/x"}
NAMES = Names(KNOWN, FOUND, "https://card.example/fhir/")


@pytest.mark.parametrize(
    ("said", "base", "becomes"),
    [
        (A, "", "Patient/p"),
        (f"{A}#part", "", "Patient/p#part"),
        ("#inside", "", "#inside"),
        ("Patient/7", "https://mis.example/r4", "Patient/seven"),
        ("Patient/7", "https://other.example/r4", "Patient/7"),
        ("https://mis.example/r4/Patient/7", "", "Patient/seven"),
        ("https://card.example/fhir/Patient/p", "", "Patient/p"),
        ("https://elsewhere.example/Patient/p", "", "https://elsewhere.example/Patient/p"),
        ("Practitioner?identifier=s|1", "", "Practitioner/x"),
        ("urn:uuid:99999999-9999-4999-8999-999999999999", "", None),
        ("urn:oid:1.2.3", "", None),
    ],
)
def test_what_a_reference_becomes(said: str, base: str, becomes: str | None) -> None:
    assert NAMES.of(said, base) == becomes


def test_references_are_rewritten_wherever_they_stand_and_nothing_else_is() -> None:
    given_ = {
        "resourceType": "Observation",
        "text": {"div": f'<div><a href="{A}">her</a></div>'},
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": A}],
        "contained": [{"resourceType": "Specimen", "id": "s", "subject": {"reference": A}}],
        "extension": [{"url": "https://x.example", "valueReference": {"reference": B}}, {"url": "u", "valueUri": A}],
        "subject": {"reference": A, "display": A},
        "hasMember": [{"reference": "#s"}, {"reference": "urn:uuid:0"}],
    }
    before = deepcopy(given_)
    found, lost = rewritten(given_, NAMES)
    assert given_ == before
    assert lost == ["Observation.hasMember[1].reference"]
    assert found == {
        **before,
        "contained": [{"resourceType": "Specimen", "id": "s", "subject": {"reference": "Patient/p"}}],
        "extension": [
            {"url": "https://x.example", "valueReference": {"reference": "Encounter/e"}},
            {"url": "u", "valueUri": "Patient/p"},
        ],
        "subject": {"reference": "Patient/p", "display": A},
    }


@given(
    edges=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 9)), max_size=30),
    depths=st.lists(st.integers(0, 4), min_size=8, max_size=8),
)
def test_any_graph_of_entries_keeps_its_shape(edges: list[tuple[int, int]], depths: list[int]) -> None:
    """Eight entries, cycles and entries about themselves among them; 8 and 9 are in no bundle."""
    known = {f"urn:uuid:{number}": f"Observation/id{number}" for number in range(8)}
    resources: list[dict[str, Any]] = []
    for number in range(8):
        held: Any = [{"reference": f"urn:uuid:{to}"} for at, to in edges if at == number]
        for level in range(depths[number]):
            held = [{"extension": held}] if level % 2 else {"valueReference": held}
        resources.append({"resourceType": "Observation", "hasMember": held})
    for number, resource in enumerate(resources):
        found, lost = rewritten(resource, Names(known, {}))
        wanted = [to for at, to in edges if at == number]
        said = [text for _, text in references(found)]
        assert said == [known.get(f"urn:uuid:{to}", f"urn:uuid:{to}") for to in wanted]
        assert len(lost) == sum(to > 7 for to in wanted)
        assert rewritten(found, Names(known, {}))[0] == found


def test_a_conditional_reference_is_a_type_and_a_search() -> None:
    assert conditional("Patient?identifier=a|b") == ("Patient", "identifier=a|b")
    assert [conditional(said) for said in ("Patient/1", "patient?x=1", A)] == [None, None, None]


# --- people

TODAY = date(2026, 3, 1)
SNILS = {"system": "urn:oid:1.2.643.100.3", "value": "112-233-445 95"}


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "name": [{"family": "Зорина"}], "birthDate": "1980-02-03", **more}


@pytest.mark.parametrize(
    ("name", "last", "first", "middle"),
    [
        ({"family": "Зорина", "given": ["Алла", "Львовна"]}, "Зорина", "Алла", "Львовна"),
        ({"family": "Abernathy524", "given": ["Aaron697"]}, "Abernathy524", "Aaron697", None),
        ({"text": "Зорина Алла Львовна"}, "Зорина", "Алла", "Львовна"),
        ({"family": "Madonna"}, "Madonna", "Madonna", None),
        ({"given": ["Teller"]}, "Teller", "Teller", None),
    ],
)
def test_names_as_their_sender_writes_them(name: Any, last: str, first: str, middle: str | None) -> None:
    found = described(patient(name=[{"use": "old", "family": "Прежняя"}, name]), TODAY)
    assert (found["last_name"], found["first_name"], found.get("middle_name")) == (last, first, middle)


def test_numbers_of_the_russian_profile_and_the_senders_own() -> None:
    passport = {"system": "urn:oid:1.2.643.2.69.1.1.1.6.14", "value": "4510 123456"}
    own = {"system": "urn:mis:mrn", "value": "17"}
    given_ = patient(identifier=[SNILS, passport, own], gender="female")
    found = described(given_, TODAY)
    assert (found["snils"], found["passport_series"], found["passport_number"]) == ("11223344595", "4510", "123456")
    assert [*numbers_of_sender(given_)] == [("urn:mis:mrn", "17")]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"name": []}, "Patient.name"),
        ({"name": [{"use": "maiden", "family": "Прежняя"}]}, "Patient.name"),
        ({"birthDate": "1980"}, "Patient.birthDate"),
        ({"birthDate": "2030-01-01"}, "Patient.birthDate"),
        ({"identifier": [{**SNILS, "value": "112-233-445 96"}]}, "Patient.identifier[0].value"),
    ],
)
def test_who_cannot_have_a_card_is_told_why(change: Any, place: str) -> None:
    with pytest.raises(ResourceInvalidError) as caught:
        described(patient(**change), TODAY)
    assert [one["path"] for one in caught.value.extra["issues"]] == [place]


def test_contacts_that_do_not_work_are_left_out() -> None:
    telecom = [{"system": "phone", "value": "5-55"}, {"system": "email", "value": "A@Example.org"}, {"value": 7}]
    found = described(patient(telecom=telecom, gender="other"), TODAY)
    assert found == {
        "last_name": "Зорина",
        "first_name": "Зорина",
        "birth_date": "1980-02-03",
        "email": "a@example.org",
    }


def test_who_is_replaced_names_whom() -> None:
    link = [{"type": "seealso", "other": {"reference": "Patient/a"}}]
    assert replaced_by(patient(link=link)) == ""
    assert (
        replaced_by(patient(link=[*link, {"type": "replaced-by", "other": {"reference": "Patient/b"}}])) == "Patient/b"
    )


def test_made_up_people_are_the_same_for_the_same_seed() -> None:
    one, other = list(patients(3, 2, (1, 2))), list(patients(3, 2, (1, 2)))
    assert one == other != list(patients(4, 2, (1, 2)))
    assert len({described(found["entry"][0]["resource"], TODAY)["snils"] for found in one}) == 2
