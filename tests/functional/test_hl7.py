"""Messages of HL7 v2 through the front door (PRT-2)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.functional.front import Front, Person, Reply
from tests.functional.test_gathering import EVENT
from tests.hl7_world import adt, obx, oru, request

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.requirement("PRT-2")]

PATH = "/api/v1/hl7"
HL7 = "application/hl7-v2"


@dataclass
class Town:
    front: Front
    patient: Person
    registrar: Person
    laboratory: str
    client: str

    def send(self, raw: bytes, kind: str = HL7, accept: str = HL7) -> Reply:
        token = self.front.fresh(self.laboratory)
        return self.front.call("POST", PATH, raw=raw, token=token, Content_Type=kind, Accept=accept)

    def pid(self, number: str = "", born: str = "19870412") -> str:
        numbers = number or f"{self.patient.snils}^^^SNILS~M5^^^LAB1^MR"
        return f"PID|1||{numbers}||Журавлёва^Ксения^Аркадьевна||{born}|F"

    def results(self) -> list[dict]:
        path = f"/api/v1/patients/{self.patient.id}/laboratory-results"
        found: list[dict] = self.front.ok("GET", path, token=self.front.fresh(self.patient.token))["items"]
        return found

    def office(self, method: str, path: str, body: object = None, **headers: str) -> Reply:
        return self.front.call(method, PATH + path, body, token=self.front.fresh(self.registrar.token), **headers)


@pytest.fixture(scope="module")
def town(front: Front) -> Town:
    clinic = front.organisation("Поликлиника с лабораторией")
    token, client = front.partner("laboratory", clinic, ["hl7.write"], "Лаборатория")
    return Town(front, front.patient(), front.staff("registrar", clinic), token, client)


@pytest.mark.parametrize("charset", ["UNICODE UTF-8", "WINDOWS-1251"])
def test_a_result_arrives_and_the_patient_reads_it(town: Town, charset: str) -> None:
    control = f"f-{charset[:3]}"
    test = obx("718-7", "145.0", bounds="130-160")
    answer = town.send(oru(control, test, pid=town.pid(), charset=charset))
    assert (answer.status, answer.headers["content-type"]) == (200, f"{HL7}; charset=utf-8")
    assert f"MSA|AA|{control}|" in answer.raw.decode()
    (result,) = town.results()
    assert (result["body"]["values"][0]["name"], result["body"]["values"][0]["value"]) == ("Показатель 718-7", "145.0")
    assert result["source"] == "connected"
    assert "resource" not in result["body"]
    town.front.pump()


def test_a_batch_is_answered_message_by_message(town: Town) -> None:
    second = oru("b-2", obx("789-8", "4.9", "C"), pid=town.pid(), sent="20260301130000")
    body = b"BHS|^~\\&|LIS\r" + oru("b-1", pid=town.pid()) + second + b"BTS|2\r"
    text = town.send(body).raw.decode()
    assert text.startswith("BHS|")
    assert [line for line in text.split("\r") if line.startswith("MSA")] == ["MSA|AA|b-1|", "MSA|AA|b-2|"]
    (result,) = town.results()
    assert result["version"] > 1


def test_what_matches_nobody_is_bound_by_a_registrar(town: Town) -> None:
    assert "|W|unmatched^" in town.send(oru("u-1", pid=town.pid("Z9^^^LAB1^MR"))).raw.decode()
    (entry,) = town.office("GET", "/unmatched").body["items"]
    shown = town.office("GET", f"/unmatched/{entry['id']}")
    assert shown.body["patient"]["first_name"] == "Ксения"
    path, body = f"/unmatched/{entry['id']}/binding", {"patient_id": town.patient.id}
    assert town.office("POST", path, body, If_Match=shown.headers["etag"]).status == 404  # no patient of the clinic
    made: dict[str, object] = {
        "last_name": "Журавлёва",
        "first_name": "Ксения",
        "middle_name": "Аркадьевна",
        "birth_date": "1987-04-12",
        "sex": "female",
        "snils": town.patient.snils,
        "language": "ru",
    }
    made |= {"consent_text_version": "2026-11", "consent_given": True}
    registered = town.front.call(
        "POST",
        "/api/v1/patients",
        made,
        token=town.front.fresh(town.registrar.token),
        Idempotency_Key=town.front.key(),
    )
    assert registered.status < 300, registered.raw
    assert town.office("POST", path, body, If_Match=shown.headers["etag"]).body["state"] == "done"
    assert town.office("GET", "/unmatched").body["items"] == []


def test_what_cannot_be_read_is_answered_and_waits(town: Town) -> None:
    answer = town.send(b"\x00\xff nothing")
    assert answer.status == 200
    assert "MSA|AE|" in answer.raw.decode()
    (entry,) = town.office("GET", "/unmatched").body["items"]
    done = town.office("POST", f"/unmatched/{entry['id']}/rejection", {"reason": "unreadable"}, If_Match='W/"1"')
    assert done.body["state"] == "rejected"


def test_other_types_and_other_scopes_are_refused(town: Town) -> None:
    assert town.send(oru("x"), "text/plain").status == 415
    assert town.send(oru("any"), accept="*/*").headers["content-type"].startswith("x-application/hl7-v2+er7")
    token, _ = town.front.partner("clinical-system", town.front.organisation("Чужая"), ["scheduling.read"], "МИС")
    assert town.front.call("POST", PATH, raw=oru("x"), token=token, Content_Type=HL7).status == 403


def test_a_file_in_the_drop_is_taken_and_answered_beside_it(town: Town) -> None:
    from chalicelib.bootstrap import aws, services
    from chalicelib.handlers.events import gather

    bucket, name = services().settings.quarantine_bucket, f"{town.client}/day-1.hl7"
    body = oru("d-1", obx("2345-7", "5.1"), pid=town.pid(), obr=request("20260301120000", number="9"))
    aws("s3").put_object(Bucket=bucket, Key=f"hl7/{name}", Body=body)
    assert gather(EVENT, None)["files_taken"] == 1
    answer = aws("s3").get_object(Bucket=bucket, Key=f"hl7-answers/{name}.ack")["Body"].read().decode()
    assert "MSA|AA|d-1|" in answer
    assert [one["body"]["values"][0]["value"] for one in town.results()].count("5.1") == 1
    assert gather(EVENT, None)["files_taken"] == 0


def test_whom_a_hospital_admits_gets_a_card(town: Town) -> None:
    front = town.front
    token, _ = front.partner("clinical-system", front.organisation("Больница"), ["hl7.write"], "МИС больницы")
    pid = "PID|1||X5^^^HOSP^MR||Сидоров^Пётр^Ильич||19700101|M"
    for raw in (adt("A04", "h-1", pid=pid), adt("A03", "h-2", sent="20260301150000", pid=pid)):
        answer = front.call("POST", PATH, raw=raw, token=front.fresh(token), Content_Type=HL7, Accept=HL7)
        assert "MSA|AA|" in answer.raw.decode()
        assert "ERR|" not in answer.raw.decode()
