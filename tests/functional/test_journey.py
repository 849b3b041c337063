"""The whole story through the front door (docs/journey.sh tells the same one to a running system)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.texts import CODE, NOTICES
from tests.functional import paper
from tests.functional.front import Front
from tests.functional.story import DRUG, FINDINGS, PROTOCOL, RESULT, Story, sms_to, told

pytestmark = pytest.mark.xdist_group("story")


@pytest.fixture(scope="module")
def story(front: Front) -> Story:
    return told(front)


def outcome(story: Story, *names: str) -> list[tuple[int, str]]:
    """Status and code of some replies."""
    return [(story[name].status, story[name].body.get("code", "")) for name in names]


@pytest.mark.requirement("ID-7", "ACT-1", "ACT-2", "ACT-5")
def test_a_card_opens_when_the_registrar_has_seen_the_papers(story: Story) -> None:
    assert outcome(story, "closed") == [(403, "card-state")]
    assert story["applied"].status == 201
    assert "Златоустова" in str(story["application"].body)
    assert story["decided"].status == 200
    assert "card_opened" in {notice["event"] for notice in story["inbox"].body["items"]}


@pytest.mark.requirement("ACC-1")
def test_the_first_access_asks_and_opens_nothing(story: Story) -> None:
    assert story["found"].body["patient_id"] == story.patient.id
    assert outcome(story, "first access", "second access") == [(403, "consent-required")] * 2
    asked = story["asked"].body["items"]
    assert len(asked) == 1  # asked once, however often the door was tried
    assert asked[0]["state"] == "requested"
    assert asked[0]["who"]["name"] == "Петров Пётр Петрович"
    assert asked[0]["who"]["organisation"] == "Клиника «Астра»"


@pytest.mark.requirement("REC-3")
def test_a_protocol_is_there_once_however_often_it_is_sent(story: Story) -> None:
    first, again = story["protocol"], story["protocol again"]
    assert (first.status, again.status) == (201, 201)
    assert first.body["id"] == again.body["id"]
    assert again.headers["idempotent-replay"] == "true"
    assert "idempotent-replay" not in first.headers
    assert story["first version"].headers["etag"] == 'W/"1"'
    shown = story["first version"].body["body"]
    assert {name: shown[name] for name in PROTOCOL if name not in {"occurred_at", "diagnoses"}} == {
        name: value for name, value in PROTOCOL.items() if name not in {"occurred_at", "diagnoses"}
    }


@pytest.mark.requirement("REC-4")
def test_an_amendment_keeps_the_earlier_version(story: Story) -> None:
    assert story["amended"].headers["etag"] == 'W/"2"'
    newest, first = story["history"].body["items"]
    assert (newest["version"], first["version"]) == (2, 1)
    assert newest["body"]["findings"] == FINDINGS
    assert first["body"].get("findings") is None
    assert "findings" in str(newest["changed"])
    assert newest["author"]["person"] == story.doctor.id


@pytest.mark.requirement("REC-4")
def test_an_amendment_names_the_version_it_stands_on(story: Story) -> None:
    assert outcome(story, "amended late", "amended blindly") == [(412, "stale-version"), (428, "version-required")]
    assert story["amended late"].body["version"] == 2


@pytest.mark.requirement("REC-5")
def test_values_are_read_against_their_range(story: Story) -> None:
    value = story["result"].body["body"]["values"][0]
    assert (value["value"], value["interpretation"]) == ("9.7", "H")


@pytest.mark.requirement("DOC-1")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("protocol", [PROTOCOL["conclusion"], PROTOCOL["follow_up_plan"], FINDINGS, "J45.0"]),
        ("result", ["Общий анализ крови", "Эозинофилы", "9.7", RESULT["laboratory"]]),
        ("prescription", ["Будесонид", DRUG["dosage"], "107-1/у"]),
    ],
)
def test_the_paper_says_what_the_record_says(story: Story, name: str, words: list[str]) -> None:
    reply = story[f"paper of {name}"]
    assert (reply.status, reply.headers["content-type"]) == (200, "application/pdf")
    assert reply.raw.startswith(b"%PDF-")
    text = paper.read_text(reply.raw)
    for word in [*words, "Златоустова Милолика Святогоровна", "Клиника «Астра»"]:
        assert word in text, (word, text)


@pytest.mark.requirement("RX-2", "RX-6", "DOC-1")
def test_the_code_on_the_paper_is_the_records_code(story: Story) -> None:
    assert story.qr in paper.scanned(story["paper of prescription"].raw)  # beside the code that verifies the paper
    for word in ("Златоустова", story.patient.snils, "J45"):
        assert word not in story.qr


@pytest.mark.requirement("RX-1", "RX-2")
def test_a_prescription_is_the_patients_at_once_and_its_code_theirs_alone(story: Story) -> None:
    assert story["prescription"].body["id"] == story["prescription again"].body["id"]
    assert outcome(story, "unprinted") == [(404, "not-found")]
    assert story["prescription as patient"].status == 200
    assert "qr" not in story["prescription as doctor"].body["body"]
    assert story.qr not in story["prescription"].raw.decode()


@pytest.mark.requirement("RX-2", "PRT-3")
def test_a_pharmacy_sees_what_it_needs_and_nobodys_name(story: Story) -> None:
    seen = story["verified"].body
    [drug] = seen["drugs"]
    assert (seen["state"], seen["valid"], seen["signature"], drug["remaining"]) == ("active", True, "valid", 3)
    assert drug["inn"] == "Будесонид"
    text = story["verified"].raw.decode()
    for word in ("Златоустова", story.patient.snils, story.patient.id, "астма"):
        assert word not in text


@pytest.mark.requirement("RX-3")
def test_of_two_pharmacies_one_is_first(story: Story) -> None:
    assert story["verified"].headers["etag"] == story["verified too"].headers["etag"]
    assert (story["dispensed"].status, story["dispensed"].body["remaining"]) == (200, [2])
    assert story["dispensed again"].body == story["dispensed"].body
    assert outcome(story, "dispensed late") == [(409, "dispensing-conflict")]
    assert story["dispensed late"].body["remaining"] == [2]


@pytest.mark.requirement("RX-4")
def test_a_revoked_code_is_dead_at_once(story: Story) -> None:
    assert story["revoked"].status == 200
    assert (story["verified after"].body["state"], story["verified after"].body["valid"]) == ("revoked", False)
    assert outcome(story, "dispensed after") == [(409, "wrong-state")]


@pytest.mark.requirement("ACC-2")
def test_a_consent_taken_back_holds_from_the_next_request(story: Story) -> None:
    assert story["still open"].status == 200
    assert story["taken back"].body["state"] == "revoked"
    assert outcome(story, "shut out") == [(403, "consent-required")]
    assert [line["what"] for line in story["journal"].body["items"]] == [
        "revoked",
        "granted",
        "requested",
        "processing-agreed",
    ]
    assert story["journal"].body["items"][1]["text_version"] == "2026-11"


@pytest.mark.requirement("MSG-2", "REC-3", "REC-5")
def test_the_inbox_tells_everything_once(story: Story) -> None:
    events = sorted(notice["event"] for notice in story["inbox"].body["items"])
    # Protocol, its amendment, result, prescription; the shut-out doctor asks for nothing a second time.
    told_of = ["card_opened", "consent_requested", "prescription_dispensed", "prescription_revoked"]
    assert [e for e in events if e not in {"new_record", "access_refused"}] == told_of
    assert events.count("new_record") == 4
    assert events.count("access_refused") == 1


@pytest.mark.requirement("MSG-2", "SEC-3")
def test_sms_are_few_and_say_nothing_medical(story: Story) -> None:
    texts = sms_to(story.patient.phone)
    code = CODE.ru.partition("{code}")[0]
    outside = {notice.outside.ru for notice in NOTICES.values()}
    codes, news = [t for t in texts if t.startswith(code)], [t for t in texts if t in outside]
    assert len(codes) + len(news) == len(texts)
    assert len(codes) == 2  # registration, sign-in
    assert len(news) == 4  # card opened, consent asked for, dispensed, refused


@pytest.mark.requirement("REC-1")
def test_the_overview_is_made_of_the_records(story: Story) -> None:
    shown: dict[str, Any] = story["overview"].body
    assert shown["person"]["last_name"] == "Златоустова"
    assert shown["person"]["oms_policy"] == story.oms
    assert shown["current_medication"] == []  # revoked
