"""Recognition of scans: UX-3.

A clinic prints a protocol; the patient brings the paper to another one, where it is scanned into their card, read into
a draft, compared value by value and entered. Where Tesseract is not installed the story shows what is said then.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from client import Person, System

from local.scans import PDF, PDF_TYPE

AT = (datetime.now(UTC) - timedelta(days=3)).isoformat(timespec="minutes")
PROTOCOL: dict[str, Any] = {
    "occurred_at": AT,
    "doctor_name": "Сидорова Анна Ильинична",
    "examination": "Осмотр кардиолога",
    "complaints": "Головная боль по утрам, слабость",
    "findings": "Состояние удовлетворительное, АД 150/90",
    "conclusion": "Гипертоническая болезнь II стадии",
    "follow_up_plan": "Контроль давления ежедневно, повторный приём через 2 недели",
    "diagnoses": [{"code": "I10", "text": "Эссенциальная гипертензия", "role": "main"}],
}
KIND = "examination-protocol"


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.who = self.system.with_card()
        self.base = f"/patients/{self.who.id}"
        self.doctor = self.system.demo("doctor")
        system = self.system
        system.call(201, "POST", f"{self.base}/consent-requests", {"level": "full"}, self.doctor)
        (asked,) = system.call(200, "GET", "/me/consents", who=self.who)["items"]
        path, tag = f"/me/consents/{asked['member']}", {"If-Match": f'W/"{asked["version"]}"'}
        system.call(200, "PUT", path, {"state": "granted", "level": "full"}, self.who, headers=tag)
        self.scans = f"/recognitions/{self.who.id}/{KIND}"

    def post(self, expected: int, path: str, body: Any, who: Person | None = None) -> Any:
        return self.system.call(expected, "POST", path, body, who or self.doctor, headers=self.system.key()).body

    def paper(self) -> bytes:
        """A protocol as it was printed elsewhere."""
        record = self.post(201, f"{self.base}/examination-protocols", PROTOCOL)
        path = f"{self.base}/examination-protocols/{record['id']}/document"
        headers = {"Accept": "application/pdf"}
        self.system.wait_for(path, self.doctor)
        return bytes(self.system.call(200, "GET", path, who=self.doctor, headers=headers).body)

    def document(self, data: bytes, title: str) -> dict[str, str]:
        """A scan that hangs on a document of the card."""
        files = f"{self.base}/attached-documents/files"
        made = self.system.call(201, "POST", files, who=self.doctor, raw=data, content_type=PDF_TYPE)["upload_id"]
        self.system.wait(lambda body: body["state"] == "clean", f"{files}/{made}", self.doctor)
        now = datetime.now(UTC).isoformat()
        body = {"occurred_at": now, "title": title, "category": "other"}
        body["attachments"] = [{"upload_id": made, "title": title}]  # type: ignore[assignment]
        return {"document": self.post(201, f"{self.base}/attached-documents", body)["id"], "upload_id": made}

    def read(self, scan: dict[str, str]) -> dict[str, Any]:
        handed = self.post(202, self.scans, scan)
        place = f"{self.scans}/{handed['id']}"
        found = self.system.wait(lambda body: body["state"] != "waiting", place, self.doctor)
        return {**found.body, "place": place}

    # --- steps

    def handed_over(self) -> None:
        system = self.system
        system.step("UX-3: a paper from another clinic lies in the card as a scan, and is read into a draft")
        self.draft = self.read(self.document(self.paper(), "Протокол на бумаге"))
        fields = self.draft["draft"]["fields"]
        system.show([(one["field"], one["value"][:40], one["confidence"], one["box"]) for one in fields])
        assert self.draft["draft"]["body"]["conclusion"].startswith("Гипертоническая болезнь")

        system.step("UX-3: the page lies beside it, and nothing is in the card yet")
        headers = {"Accept": "image/jpeg"}
        page = system.call(200, "GET", f"{self.draft['place']}/page?number=1", who=self.doctor, headers=headers).body
        assert page.startswith(b"\xff\xd8\xff")
        assert len(system.call(200, "GET", f"{self.base}/examination-protocols", who=self.doctor)["items"]) == 1

    def confirmed(self) -> None:
        system = self.system
        system.step("UX-3: each part is compared by a person; one that was not is named")
        body = {**self.draft["draft"]["body"], "examination": "Осмотр кардиолога", "diagnoses": PROTOCOL["diagnoses"]}
        body["occurred_at"] = AT  # corrected by hand, as the code of the diagnosis
        parts = [f"/{name}" for name in body if name != "diagnoses"] + ["/diagnoses/0"]
        path = f"{self.draft['place']}/confirmation"
        refused = self.post(422, path, {"body": body, "confirmed": parts[1:]})
        system.show(refused["fields"])

        system.step("UX-3: confirmed, it is a record as any other, with a link to the scan and where each part is from")
        record = self.post(201, path, {"body": body, "confirmed": parts})
        again = self.post(409, path, {"body": body, "confirmed": parts})
        read = system.call(200, "GET", f"{self.base}/examination-protocols/{record['id']}", who=self.doctor)
        system.show((read["body"]["related"], read["provenance"]["parts"], again["code"]))
        assert read["body"]["related"] == [{"kind": "attached-document", "id": self.draft["document"]}]

    def refused(self) -> None:
        system = self.system
        system.step("UX-3: an empty page says why it was not read, and stays in the list")
        failed = self.read(self.document(PDF, "Пустой лист"))
        system.show(failed["fault"])
        assert failed["fault"]["code"] == "recognition-blank"
        (newest, *_) = system.call(200, "GET", self.scans, who=self.doctor)["items"]
        assert newest["fault"]["code"] == "recognition-blank"

    def walk(self) -> None:
        self.system.step("UX-3: what this installation can read")
        offer = self.system.call(200, "GET", "/recognition-settings", who=self.doctor).body
        self.system.show(offer)
        if offer["available"]:
            self.handed_over()
            self.confirmed()
            self.refused()
        else:
            missing = self.post(409, self.scans, self.document(PDF, "Лист"))
            assert missing["code"] == "recognition-missing"
        print("\nDone.", flush=True)


if __name__ == "__main__":
    Story().walk()
