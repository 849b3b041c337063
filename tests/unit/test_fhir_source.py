"""The client of a FHIR server against a stand-in that behaves, and one that does not (ACT-3)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.sources import Connection, connections_of
from chalicelib.errors import SourceAnswerError, SourcePersonError, SourceUnavailableError
from chalicelib.interop import fhir_source
from chalicelib.interop.fhir_source import FhirSource as Client
from chalicelib.interop.source_credentials import NoCredentials, SignedCredentials
from chalicelib.interop.web import Reply, Web
from chalicelib.ports.sources import Batch, Found, Query
from local.fhir_resources import records
from local.fhir_source import FhirSource
from tests.effort import tried
from tests.fakes import FakeSigner, FixedClock
from tests.scripted_web import Scripted

pytestmark = pytest.mark.requirement("ACT-3")

SNILS, BORN = "11223300159", "1985-01-01"
QUERY = Query({"snils": SNILS, "oms": "7800080000000116"}, BORN)
PATIENT = "p112233001"


@pytest.fixture(scope="module")
def running() -> Iterator[FhirSource]:
    stand_in = FhirSource({SNILS: BORN}, slow=0.6)
    stand_in.start()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def stand_in(running: FhirSource) -> FhirSource:
    running.faults, running.changes = set(), {}
    running.people = {SNILS: BORN}
    running.asked.clear()
    return running


def client(stand_in: FhirSource, web: Web | None = None) -> Client:
    [connection] = connections_of(stand_in.setting).values()
    return Client(connection, NoCredentials(), web)


def everything(source: Client, query: Query = QUERY) -> tuple[list[Found], int]:
    found: list[Found] = []
    refused, cursor = 0, ""
    for _ in range(20):
        batch = source.fetch(query, cursor)
        found += batch.records
        refused += batch.refused
        cursor = batch.cursor
        if not cursor:
            return found, refused
    raise AssertionError("no end")


def test_everything_comes_page_by_page_and_is_mapped(stand_in: FhirSource) -> None:
    found, refused = everything(client(stand_in))
    assert refused == 0
    assert [one.kind or one.reason for one in found] == [
        "allergy",
        "vital-sign",
        "vital-sign",
        "laboratory-result",
        "laboratory-result",
        "visit",
        "no-rule",
        "unit",
    ]
    weight = found[2]
    assert (weight.reference, weight.version) == (f"Observation/{PATIENT}-2", "1")
    assert (weight.body["code"], weight.body["value"], weight.body["unit"]) == ("weight", "71.5", "kg")
    assert stand_in.asked == ["/fhir/Patient/_search", *([f"/fhir/Patient/{PATIENT}/$everything"] * 2)]
    assert not any(SNILS in path for path in stand_in.asked)


def test_changes_alone_are_asked_for(stand_in: FhirSource) -> None:
    found, _ = everything(client(stand_in), Query({"snils": SNILS}, BORN, "2026-10-06T00:00:00.000Z"))
    assert len(found) == 3


def test_who_is_not_there_has_no_records(stand_in: FhirSource) -> None:
    assert client(stand_in).fetch(Query({"snils": "00000000000"}, BORN), "") == Batch(())
    assert client(stand_in).fetch(Query({}, BORN), "") == Batch(())
    assert client(stand_in).fetch(Query({"oms": "7800080000000116"}, BORN), "") == Batch(())  # it has no such system


def test_another_birth_date_is_another_person(stand_in: FhirSource) -> None:
    stand_in.people = {SNILS: "1999-09-09"}
    with pytest.raises(SourcePersonError):
        client(stand_in).fetch(QUERY, "")


def test_records_of_another_patient_are_refused(stand_in: FhirSource) -> None:
    stand_in.faults = {"stranger"}
    found, refused = everything(client(stand_in))
    assert (len(found), refused) == (8, 2)
    assert all(PATIENT in one.reference for one in found)


@pytest.mark.parametrize("fault", ["twice", "backwards"])
def test_repeats_and_older_versions_are_passed_on(stand_in: FhirSource, fault: str) -> None:
    stand_in.faults = {fault}
    found, _ = everything(client(stand_in))
    assert len(found) == 16


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("elsewhere", SourceAnswerError),
        ("malformed", SourceAnswerError),
        ("huge", SourceUnavailableError),
        ("slow", SourceUnavailableError),
        ("errors", SourceUnavailableError),
    ],
)
def test_bad_manners(stand_in: FhirSource, fault: str, error: type[Exception]) -> None:
    stand_in.faults = {fault}
    with pytest.raises(error):
        client(stand_in, Web(0.3 if fault == "slow" else 5.0, fhir_source.LARGEST)).fetch(QUERY, "")


def test_busy_says_how_long(stand_in: FhirSource) -> None:
    stand_in.faults = {"busy"}
    with pytest.raises(SourceUnavailableError) as raised:
        client(stand_in).fetch(QUERY, "")
    assert raised.value.retry_after == 1


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [("120", 120, 120), ("Fri, 31 Dec 2100 23:59:59 GMT", 10**9, 10**10), ("Fri, 31 Dec 1999 23:59:59 GMT", 0, 0)],
)
def test_retry_after(said: str, least: int, most: int) -> None:
    assert least <= (fhir_source._seconds(said) or 0) <= most


@pytest.mark.parametrize("said", ["", "soon", "-5", "1e9", "99999999999"])
def test_retry_after_that_says_nothing(said: str) -> None:
    assert fhir_source._seconds(said) is None


# --- a server that answers anything


BASE = "https://source.example/fhir"
CONNECTION = Connection("one", "fhir-r4", BASE, {"ru": "Один", "en": "One"}, {"snils": "urn:snils", "oms": "urn:oms"})
ME: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "me",
    "birthDate": BORN,
    "identifier": [{"system": "urn:snils", "value": SNILS}],
}
META = {"versionId": "1", "lastUpdated": "2026-01-01T00:00:00Z"}


def bundle(*resources: Any, links: Any = ()) -> dict[str, Any]:
    return {"resourceType": "Bundle", "link": list(links), "entry": [{"resource": one} for one in resources]}


def procedure(**changes: Any) -> dict[str, Any]:
    return {"resourceType": "Procedure", "id": "1", "meta": META, "subject": {"reference": "Patient/me"}, **changes}


def asked(found: Any, search: Any = None) -> Batch:
    return Client(CONNECTION, NoCredentials(), Scripted(search=search or bundle(ME), everything=found)).fetch(QUERY, "")


def test_absolute_references_to_the_same_server_are_the_persons() -> None:
    batch = asked(bundle(procedure(subject={"reference": f"{BASE}/Patient/me"})))
    assert len(batch.records) == 1


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "Patient/other"},
        {"reference": "https://other.example/fhir/Patient/me"},
        {"reference": "Patient/me/"},
        {"reference": "#Patient/me"},
        {"reference": "Patient/me?x=1"},
        [{"reference": "Patient/me"}, {"reference": "Patient/other"}],
    ],
)
def test_whose_a_record_is_must_be_said_exactly(subject: Any) -> None:
    batch = asked(bundle(procedure(subject=subject)))
    assert (batch.records, batch.refused) == ((), 1)


def test_a_kind_that_must_say_whose_it_is_and_does_not_is_refused() -> None:
    nobodys = {**records("me")[2], "subject": {}}
    place = {"resourceType": "Location", "id": "l", "meta": META, "name": "Кабинет 5"}
    batch = asked(bundle(nobodys, place, {**ME, "id": "other"}, ME))
    assert ([one.reference for one in batch.records], batch.refused) == (["Location/l"], 2)


def test_two_people_with_one_number_are_nobody() -> None:
    with pytest.raises(SourcePersonError):
        asked(bundle(), bundle(ME, {**ME, "id": "two"}))
    with pytest.raises(SourcePersonError):
        asked(bundle(), bundle({**ME, "identifier": [{"system": "urn:oms", "value": SNILS}]}))


def test_deletions_and_errors_are_gone() -> None:
    gone = {"request": {"method": "DELETE", "url": "Observation/7"}, "response": {"lastModified": META["lastUpdated"]}}
    wrong = procedure(status="entered-in-error")
    batch = asked({"resourceType": "Bundle", "entry": [gone, {"resource": wrong}]})
    assert [(one.reference, one.gone) for one in batch.records] == [("Observation/7", True), ("Procedure/1", True)]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b'{"resourceType": "Patient"}',
        b'{"resourceType": "Bundle", "entry": 5}',
        b'{"resourceType": "Bundle", "entry": [5]}',
        b'{"resourceType": "Bundle", "x": NaN}',
        b'{"resourceType": "Bundle", "x": 1e999}',
        b'{"resourceType": "Bundle", "x": ' + b"[" * 60 + b"]" * 60 + b"}",
        b"[" * 100_000,
        bundle({**procedure(), "id": "../x"}),
        bundle({**procedure(), "id": 5}),
        bundle({**procedure(), "meta": {}}),
        bundle({**procedure(), "meta": {"lastUpdated": "soon"}}),
        bundle({**procedure(), "meta": {"lastUpdated": 5}}),
        bundle({**procedure(), "resourceType": "x y"}),
        bundle({**procedure(), "meta": {"versionId": "1 2"}}),
        bundle({**procedure(), "note": [{"text": "\ud800"}]}),
        bundle(*[procedure(id=str(n)) for n in range(501)]),
        bundle(links=[{"relation": "next", "url": "http://source.example/fhir?page=2"}]),
        bundle(links=[{"relation": "next", "url": "https://source.example:444/fhir?page=2"}]),
        bundle(links=[{"relation": "next", "url": "https://source.example@evil.example/fhir"}]),
        bundle(links=[{"relation": "next", "url": "//evil.example/fhir"}]),
        bundle(links=[{"relation": "next", "url": "file:///etc/passwd"}]),
        bundle(links=[{"relation": "next", "url": 5}]),
        bundle(links=[{"relation": "next", "url": f"{BASE}?a"}, {"relation": "next", "url": f"{BASE}?b"}]),
        {"resourceType": "Bundle", "entry": [{"request": {"method": "DELETE", "url": "x"}}]},
        Reply(302, "application/fhir+json", b"{}"),
        Reply(403, "application/fhir+json", b"{}"),
        Reply(200, "text/html", b"{}"),
    ],
)
def test_what_keeps_to_no_contract_is_not_used(answer: Any) -> None:
    with pytest.raises(SourceAnswerError):
        asked(answer)


def test_a_cursor_that_the_server_forgot_begins_anew() -> None:
    link = {"relation": "next", "url": f"{BASE}?page=2"}
    web = Scripted(search=bundle(ME), everything=[bundle(procedure(), links=[link]), Reply(410, "", b""), bundle()])
    source = Client(CONNECTION, NoCredentials(), web)
    cursor = source.fetch(QUERY, "").cursor
    assert source.fetch(QUERY, cursor) == Batch(())
    assert [url.rpartition("/")[2].partition("?")[0] for url, _ in web.sent] == [
        "_search",
        "$everything",
        "fhir",
        "_search",
        "$everything",
    ]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    | st.sampled_from(["\ud800", "Patient/other", "next", "DELETE", "../..", "a" * 5000]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


@given(data=st.data())
@settings(max_examples=tried(150), deadline=None)
def test_whatever_a_page_holds_it_is_taken_or_refused(data: st.DataObject) -> None:
    whole = bundle(*deepcopy(records("me")), links=[{"relation": "next", "url": f"{BASE}?page=2"}])
    for _ in range(data.draw(st.integers(1, 3))):
        place: Any = whole
        while isinstance(place, dict | list) and place:
            key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
            if not isinstance(place[key], dict | list) or data.draw(st.booleans()):
                place[key] = data.draw(ANYTHING)
                break
            place = place[key]
    with suppress(SourceAnswerError):
        batch = asked(json.dumps(whole).encode())
        assert all(bool(one.kind) + bool(one.reason) + one.gone == 1 for one in batch.records)
        json.dumps([[dict(one.content), dict(one.body)] for one in batch.records], ensure_ascii=False).encode()


# --- who we are


SIGNED = Connection(
    "one",
    "fhir-r4",
    BASE,
    {"ru": "Один", "en": "One"},
    {"snils": "urn:snils"},
    7,
    "private_key_jwt",
    "us",
    f"{BASE}/token",
)


def test_a_token_is_had_by_a_signed_assertion_kept_and_renewed_once() -> None:
    clock = FixedClock()
    refused = Reply(401, "", b"")
    web = Scripted(
        token={"access_token": "t", "expires_in": 300}, search=[bundle(), bundle(), refused, bundle()], everything={}
    )
    source = Client(SIGNED, SignedCredentials(SIGNED, FakeSigner(clock), clock, web), web)
    for _ in range(2):
        source.fetch(QUERY, "")
    assert [url.rpartition("/")[2] for url, _ in web.sent] == ["token", "_search", "_search"]
    form = web.sent[0][1]
    assert form["client_assertion_type"].endswith("jwt-bearer")
    assert web.sent[1][1]["Authorization"] == "Bearer t"
    source.fetch(QUERY, "")
    assert [url.rpartition("/")[2] for url, _ in web.sent[3:]] == ["_search", "token", "_search"]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Reply(503, "", b""), SourceUnavailableError),
        (Reply(400, "", b""), SourceAnswerError),
        ({"token": "t"}, SourceAnswerError),
        ({"access_token": "a b"}, SourceAnswerError),
        ({"access_token": "a\nb: c"}, SourceAnswerError),
        ({"access_token": "t", "expires_in": "x"}, SourceAnswerError),
        (b"[]", SourceAnswerError),
    ],
)
def test_no_token(said: Any, error: type[Exception]) -> None:
    clock = FixedClock()
    with pytest.raises(error):
        SignedCredentials(SIGNED, FakeSigner(clock), clock, Scripted(token=said)).headers()


# --- the wire


def test_no_redirect_is_followed() -> None:
    class Elsewhere(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(307)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        connection = Connection("one", "fhir-r4", url, {"ru": "Один", "en": "One"}, {"snils": "urn:snils"})
        with pytest.raises(SourceAnswerError):
            Client(connection, NoCredentials()).fetch(QUERY, "")
    finally:
        server.shutdown()
        server.server_close()
