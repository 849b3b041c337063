"""Bytes of HL7 v2 into what they say, and answers back (PRT-2)."""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import exact_json
from chalicelib.domain.hl7 import WORDS, Acknowledgement, Answer, Reading
from chalicelib.domain.hl7_reports import merged
from chalicelib.interop.hl7 import Hl7Messages, values
from chalicelib.interop.hl7.text import Marks, unescaped
from tests.effort import tried
from tests.hl7_world import adt, obx, oru, request, rules

pytestmark = pytest.mark.requirement("PRT-2")

NOW = datetime(2026, 3, 2, tzinfo=UTC)
MESSAGES = Hl7Messages()
MOSCOW = ZoneInfo("Europe/Moscow")


def read(raw: bytes) -> Reading:
    return MESSAGES.read(raw, NOW, "Лаборатория")


def results(*lines: str) -> list[dict[str, Any]]:
    (report,) = read(oru("1", *lines)).groups[0].reports
    return [one for one in report.resource["contained"] if one["resourceType"] == "Observation"]


def words(reading: Reading) -> list[str]:
    return [fault.word for fault in reading.faults]


# --- character sets and lines

TEXT = oru("1").decode()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (TEXT.encode(), []),
        (b"\xef\xbb\xbf" + TEXT.encode(), []),
        (b"\x0b" + TEXT.encode() + b"\x1c\r", []),
        (TEXT.replace("UNICODE UTF-8", "").encode(), []),
        (TEXT.replace("UNICODE UTF-8", "8859/5").encode("iso8859-5"), []),
        (TEXT.replace("UNICODE UTF-8", "WINDOWS-1251").encode("cp1251"), []),
        (TEXT.replace("UNICODE UTF-8", "").encode("cp1251"), ["charset-guessed"]),
        (TEXT.encode("cp1251"), ["charset-wrong"]),
        (TEXT.replace("UNICODE UTF-8", "KLINGON").encode(), ["charset-unknown"]),
        (TEXT.encode("utf-16"), []),
        (TEXT.replace("\r", "\n").encode(), []),
        (TEXT.replace("\r", "\r\n").encode(), []),
        (TEXT.replace("\r", "\r\n\r\n").encode(), []),
    ],
)
def test_cyrillic_is_read_however_it_was_sent(raw: bytes, said: list[str]) -> None:
    reading = read(raw)
    assert reading.groups[0].person.last_name == "Иванова"
    assert words(reading) == said
    assert not reading.broken


def test_an_escape_that_a_program_wrote_twice_is_one() -> None:
    """As many senders have it who build messages in a program's text."""
    reading = read(TEXT.replace("MSH|^~\\&|", "MSH|^~\\\\&|", 1).encode())
    assert words(reading) == []
    assert reading.groups[0].person.last_name == "Иванова"


def test_other_separators_and_a_wrapped_field() -> None:
    lines = [
        "MSH!*%?+!LIS!LAB!!!20260301120000!!ORU*R01!9!P!2.3",
        "PID!1!!7*x*!!Doe*Jane!!19800512!F",
        "OBR!1!P!F!1*A?S?b*L",
        "OBX!1!TX!2*B*L!!first",
        "second line!!!!!!F",
        "ZZZ!what!nobody!knows",
    ]
    reading = read("\r\n".join(lines).encode())
    (report,) = reading.groups[0].reports
    assert report.resource["code"]["text"] == "A*b"
    assert report.resource["contained"][0]["valueString"] == "first\nsecond line"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", "a|b^c&d~e\\f"),
        (r"line\.br\next", "line\nnext"),
        (r"\H\bold\N\ plain", "bold plain"),
        (r"\XD09F\.", "П."),
        (r"C:\dir and \unknown\ stay", r"C:\dir and \unknown\ stay"),
    ],
)
def test_escapes(said: str, meant: str) -> None:
    assert unescaped(said, Marks()) == meant


# --- values


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026", "2026"),
        ("202603", "2026-03"),
        ("20260301", "2026-03-01"),
        ("202603011230", "2026-03-01T12:30:00+03:00"),
        ("20260301123045.5-0215", "2026-03-01T12:30:45.500000-02:15"),
        ("20260301123045+0500", "2026-03-01T12:30:45+05:00"),
        ("20261399", None),
        ("yesterday", None),
        ("00000000", None),
    ],
)
def test_moments_are_as_precise_as_they_were_said(said: str, meant: str | None) -> None:
    found = values.moment(said, MOSCOW)
    assert found == meant or (found or "").replace(".500", ".500000") == meant


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (
            "NM|1^A^LN||5.10|g/L^^UCUM|||||F",
            '{"value":5.10,"unit":"g/L","system":"http://unitsofmeasure.org","code":"g/L"}',
        ),
        ("NM|1^A^LN||5,4|ммоль/л|||||F", '{"value":5.4,"unit":"ммоль/л"}'),
        ("NM|1^A^LN||<0.5|g/L|||||F", '{"value":0.5,"comparator":"<","unit":"g/L"}'),
        ("SN|1^A^LN||>^100||||||F", '{"value":100,"comparator":">"}'),
        ("SN|1^A^LN||^182|mg/dl|||||F", '{"value":182,"unit":"mg/dl"}'),
        (
            "ST|1^A^LN||7.35|[pH]^^UCUM|||||F",
            '{"value":7.35,"unit":"[pH]","system":"http://unitsofmeasure.org","code":"[pH]"}',
        ),
    ],
)
def test_numbers_keep_their_spelling(line: str, value: str) -> None:
    (found,) = results(line)
    assert exact_json.dumps(found["valueQuantity"]) == value


def test_other_types_of_value() -> None:
    found = results(
        "SN|1^A^L||^1^:^128||||||F",
        "SN|2^B^L||^10^-^20|1/hpf|||||F",
        "CWE|3^C^L||260373001^Обнаружено^SCT||||||F",
        "DT|4^D^L||20260301||||||F",
        "TM|5^E^L||0930||||||F",
        "ST|6^F^L||не обнаружено||||||F",
        "NM|7^G^L||много|шт|||||F",
        "NM|8^H^L||||||||I",
        "CE|9^I^L||A^Альфа~B^Бета||||||F",
    )
    assert [next((value for name, value in one.items() if name.startswith("value")), None) for one in found] == [
        {"numerator": {"value": 1}, "denominator": {"value": 128}},
        {"low": {"value": 10, "unit": "1/hpf"}, "high": {"value": 20, "unit": "1/hpf"}},
        {
            "coding": [{"system": "http://snomed.info/sct", "code": "260373001", "display": "Обнаружено"}],
            "text": "Обнаружено",
        },
        "2026-03-01",
        "09:30:00",
        "не обнаружено",
        "много шт",
        None,
        "Альфа; Бета",
    ]


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("4.3 to 6.2", 4.3, 6.2),
        ("70-105", 70, 105),
        ("70_105", 70, 105),
        ("3,5 – 5,1", 3.5, 5.1),
        ("-2 - 2", -2, 2),
        ("до 5", None, 5),
        (">=40", 40, None),
        ("<5", None, None),
        ("отрицательно", None, None),
        ("6-4", None, None),
    ],
)
def test_ranges_have_the_bounds_that_are_certain(said: str, low: float | None, high: float | None) -> None:
    found = values.range_of(said, {}) or {}
    bounds = tuple(found.get(name, {}).get("value") for name in ("low", "high"))
    assert (found["text"], *bounds) == (said, low, high)


def test_statuses_make_results_or_not() -> None:
    found = results(*(obx(f"{number}-1", "1", status) for number, status in enumerate("FPCXIDNO")))
    assert [one["status"] for one in found] == [
        "final",
        "preliminary",
        "corrected",
        "cancelled",
        "registered",
        "entered-in-error",
    ]


def test_a_document_is_kept_and_one_that_is_too_large_is_described() -> None:
    small, large = b"%PDF small", b"%PDF" + bytes(200_000)
    lines = [f"ED|9^Бланк^L||^application^pdf^Base64^{base64.b64encode(one).decode()}||||||F" for one in (small, large)]
    reading = read(oru("1", obx("1-1", "1"), *lines, "ED|9^X^L||^AP^PDF^Base64^***||||||F"))
    first, second = reading.groups[0].reports[0].resource["presentedForm"]
    assert base64.b64decode(first["data"]) == small
    assert ("data" in second, second["size"]) == (False, len(large))
    assert words(reading) == ["document-large", "document"]


def test_lines_without_a_code_are_the_text_of_the_report() -> None:
    reading = read(oru("1", obx("1-1", "1"), "TX|||Первая строка||||||F", "TX|||||||||F", "NM|||5||||||F"))
    report = reading.groups[0].reports[0].resource
    assert (report["conclusion"], len(report["result"]), words(reading)) == ("Первая строка", 1, ["no-code"])


def test_what_is_made_keeps_the_rules_of_r4() -> None:
    raw = oru(
        "1",
        obx("718-7", "145", bounds="130-160"),
        obx("789-8", "", "X"),
        "ED|9^Бланк^L||^application^pdf^Base64^aGVsbG8=||||||F",
        "CWE|3^C^L||1^да^L||||||D",
    )
    spm = "SPM|1|||BLD^Кровь^HL70487|||||||||||||20260301090000\rNTE|1||Комментарий\r"
    for reading in (read(raw + spm.encode()), read(adt("A01")), read(adt("A03"))):
        for group in reading.groups:
            for report in group.reports:
                resource = report.resource | {"subject": {"reference": "Patient/a"}}
                assert rules().problems(resource) == []


# --- wrong ones name the place


@pytest.mark.parametrize(
    ("raw", "word", "place"),
    [
        (b"", "not-hl7", "MSH^1"),
        (b"PID|1", "not-hl7", "MSH^1"),
        (b"MSH|aaaa|LIS", "separators", "MSH^1^2"),
        (oru("").replace(b"|ORU^R01^ORU_R01|", b"|ORU^R01|"), "control-id", "MSH^1^10"),
        (oru("1").replace(b"ORU^R01^ORU_R01", b"SIU^S12"), "type", "MSH^1^9^1^1"),
        (adt("A60"), "event", "MSH^1^9^1^2"),
        (oru("1").replace(b"|P|2.5.1", b"|P|3.0"), "version", "MSH^1^12"),
        (oru("1").replace(b"|P|2.5.1", b"|Q|2.5.1"), "processing", "MSH^1^11"),
        (oru("1").replace(b"PID|", b"XXX|"), "no-patient", "OBR^1"),
        (oru("1").replace(b"OBR|", b"XXX|"), "no-report", "OBR^1"),
        (adt("A40", "1", "PV1|1"), "no-patient", "MRG^1^1"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(raw: bytes, word: str, place: str) -> None:
    (fault,) = [fault for fault in read(raw).faults if fault.error]
    assert (fault.word, fault.place.written() if fault.place else "") == (word, place)


def test_an_answer_can_be_read_and_names_the_faults() -> None:
    reading = read(oru("a1"))
    text = MESSAGES.answered(Acknowledgement(Answer.ACCEPTED, reading.heading, reading.faults, "m"), NOW)
    assert text.split("\r")[0].split("|")[8] == "ACK^R01^ACK"
    assert text.split("\r")[1] == "MSA|AA|a1|"
    assert all(len(pair) == 2 for pair in WORDS.values())


def test_a_batch_is_split_and_its_envelope_left_out() -> None:
    body = b"FHS|^~\\&|a\rBHS|^~\\&|a\r" + oru("1") + oru("2") + b"BTS|2\rFTS|1\r"
    assert MESSAGES.split(body) == [oru("1"), oru("2")]
    assert (MESSAGES.is_batch(body), MESSAGES.is_batch(oru("1"))) == (True, False)


@pytest.mark.parametrize(
    "raw",
    [
        oru("1") + b"\n" * 2_000_000,
        oru("1") + b"\r\nBTS|1" * 10_000,
        b"\n" * 2_000_000 + oru("1"),
        oru("1", "NM|1^A^L||5|g|||" + "~".join("A" * 900_000) + "|||F"),
        oru("1", "TX|1^A^L||" + "\\" * 200_000 + "||||||F"),
        oru("1", obx("1-1", "1", bounds="1" * 1_000_000)),
        oru("1", obx("1" + "-1" * 300_000, "9" * 1_000_000)),
    ],
    ids=["line ends", "trailers", "line ends before", "repetitions", "escapes", "range", "digits"],
)
def test_what_is_gigantic_takes_no_time(raw: bytes) -> None:
    began = time.process_time()
    for one in MESSAGES.split(raw):
        assert read(one).heading.control_id == "1"
    assert time.process_time() - began < 5


# --- whatever is sent


@settings(max_examples=tried(150), deadline=None)
@given(st.data())
def test_nothing_that_is_sent_raises_and_everything_is_answered(data: st.DataObject) -> None:
    base = bytearray(data.draw(st.sampled_from([oru("1"), adt("A40", "1", "MRG|7^^^H^MR"), oru("1", charset="1251")])))
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, max(len(base) - 1, 0)))
        base[at : at + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=6))
    for raw in MESSAGES.split(bytes(base)):
        reading = read(raw)
        text = MESSAGES.answered(Acknowledgement(Answer.ERROR, reading.heading, reading.faults), NOW)
        assert text.startswith("MSH|^~\\&|")
        assert "\rMSA|AE|" in text
        for group in reading.groups:
            for report in group.reports:
                exact_json.dumps(report.resource).encode()


@settings(max_examples=tried(60), deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_are_read_as_nothing(raw: bytes) -> None:
    assert read(raw).broken or not raw.find(b"MSH")


TIMES = ["20260301100000", "20260301110000", "20260301120000"]


@settings(max_examples=tried(60), deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(TIMES), st.sampled_from(["1-1", "2-2"]), st.integers(1, 9), st.sampled_from("PFCD")),
        min_size=2,
        max_size=5,
        unique_by=lambda one: (one[0], one[1]),
    ),
    st.randoms(use_true_random=False),
)
def test_reports_come_to_the_same_in_any_order(said: list[Any], random: Any) -> None:
    """Of each result the one that was sent last, whatever order the messages came in."""
    reports = [
        read(oru("1", obx(code, str(value), status), sent=at, obr=request(at))).groups[0].reports[0].resource
        for at, code, value, status in said
    ]
    expected = {code: (at, str(value), status) for at, code, value, status in sorted(said)}
    random.shuffle(reports)
    joined = reports[0]
    for one in reports[1:]:
        joined = merged(joined, one)
    alive = {ref["reference"][1:] for ref in joined.get("result", [])}
    found = {
        one["code"]["coding"][0]["code"]: str(one["valueQuantity"]["value"])
        for one in joined["contained"]
        if one["id"] in alive
    }
    assert found == {code: value for code, (_, value, status) in expected.items() if status != "D"}
