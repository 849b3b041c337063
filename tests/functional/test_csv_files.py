"""Exports of other record systems through the front door and the drop (PRT-9)."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import pytest

from tests.functional.front import Front, Person
from tests.functional.test_gathering import EVENT

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.requirement("PRT-9")]

CSV = "text/csv"
HEADER = "№ заказа;СНИЛС;ФИО;Дата рождения;Показатель;Результат;Ед. изм.;Норма;Дата взятия"


@dataclass
class Town:
    front: Front
    patient: Person
    registrar: Person
    clinic: str
    token: str
    client: str

    def row(self, order: str, test: str, value: str, snils: str = "") -> str:
        who = f"{snils or self.patient.snils};Журавлёва Ксения Аркадьевна;12.04.1987"
        return f"{order};{who};{test};{value};ммоль/л;3,9-6,1;25.02.2026 08:10"

    def file(self, *rows: str) -> bytes:
        return "\r\n".join([HEADER, *rows, ""]).encode("cp1251")

    def results(self) -> dict[str, str]:
        path = f"/api/v1/patients/{self.patient.id}/laboratory-results"
        found = self.front.ok("GET", path, token=self.front.fresh(self.patient.token))["items"]
        return {one["name"]: one.get("value") or one["text"] for item in found for one in item["body"]["values"]}


@pytest.fixture(scope="module")
def town(front: Front) -> Town:
    clinic = front.organisation("Клиника с выгрузками")
    token, client = front.partner("clinical-system", clinic, ["files.write"], "МИС")
    return Town(front, front.patient(), front.staff("registrar", clinic), clinic, token, client)


def lines(answer: bytes) -> list[list[str]]:
    return [one[:3] for one in csv.reader(io.StringIO(answer.decode("utf-8-sig")), delimiter=";")][1:]


def test_an_export_is_answered_row_by_row(town: Town) -> None:
    front = town.front
    raw = town.file(
        town.row("1", "Глюкоза", "4,8"), town.row("1", "Калий", ""), town.row("2", "Натрий", "140", "08765430300")
    )
    for _ in range(2):
        token = front.fresh(town.token)
        answer = front.call("POST", "/api/v1/files", raw=raw, token=token, Content_Type=CSV, Accept=CSV)
        assert (answer.status, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
        assert lines(answer.raw) == [["2", "taken", ""], ["3", "refused", "row-empty"], ["4", "waits", "unmatched"]]
    assert town.results() == {"Глюкоза": "4.8"}
    (entry,) = front.ok("GET", "/api/v1/hl7/unmatched", token=front.fresh(town.registrar.token))["items"]
    path = f"/api/v1/hl7/unmatched/{entry['id']}"
    shown = front.ok("GET", path, token=front.fresh(town.registrar.token))
    assert entry["kind"] == "CSV^laboratory-results"
    assert "Натрий" in shown["text"]
    assert "Глюкоза" not in shown["text"]


def test_a_file_of_the_drop_is_taken_and_answered_beside_it(town: Town) -> None:
    from chalicelib.bootstrap import aws, services
    from chalicelib.handlers.events import gather

    bucket, name = services().settings.quarantine_bucket, f"{town.client}/day.csv"
    body = town.file(town.row("1", "Глюкоза", "5,4"), town.row("3", "Кальций", "2,3"))
    aws("s3").put_object(Bucket=bucket, Key=f"csv/{name}", Body=body)
    assert gather(EVENT, None)["files_taken"] == 1
    answer = aws("s3").get_object(Bucket=bucket, Key=f"csv-answers/{name}.answers.csv")["Body"].read()
    assert lines(answer) == [["2", "taken", ""], ["3", "taken", ""]]
    assert town.results() == {"Глюкоза": "5.4", "Кальций": "2.3"}
    assert gather(EVENT, None)["files_taken"] == 0


def test_other_scopes_and_types_are_refused(town: Town) -> None:
    front = town.front
    token, _ = front.partner("laboratory", front.organisation("Другая"), ["hl7.write"], "ЛИС")
    raw = town.file(town.row("1", "Глюкоза", "4,8"))
    assert front.call("POST", "/api/v1/files", raw=raw, token=token, Content_Type=CSV).status == 403
    refused = front.call("POST", "/api/v1/files", raw=raw, token=front.fresh(town.token), Content_Type="text/plain")
    assert refused.status == 415
    plain = front.call("POST", "/api/v1/files", raw=raw, token=front.fresh(town.token), Content_Type=CSV, Accept="*/*")
    assert plain.headers["content-type"] == "text/plain; charset=utf-8"
