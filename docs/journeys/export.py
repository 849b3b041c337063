"""Exports and large files: DOC-1, DOC-2, RX-6.

A patient orders the whole card as a PDF with contents, bookmarks and a code to verify by, and an extract in English for
a purpose; a doctor orders a section; somebody brings a study of some megabytes in parts and takes it back in ranges.
"""

from __future__ import annotations

import hashlib
import io
import json
from base64 import b64encode
from typing import Any

from client import Person, System, now
from pypdf import PdfReader

OCTETS = "application/octet-stream"
RANGE = 4 * 1024 * 1024


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.patient = self.system.with_card()
        self.doctor = self.system.demo("doctor")

    # --- pieces

    def order(self, who: Person, **order: Any) -> Any:
        """Order an export of the patient's card and wait until it is ready."""
        path = f"/patients/{self.patient.id}/exports"
        made = self.system.call(202, "POST", path, order, who, headers=self.system.key())
        return self.system.wait(
            lambda body: body["state"] not in {"requested", "making"}, f"/me/exports/{made['export_id']}", who
        )

    def file(self, who: Person, path: str, size: int) -> bytes:
        """A file, range by range."""
        found = b""
        while len(found) < size:
            wanted = {"Range": f"bytes={len(found)}-{len(found) + RANGE - 1}", "Accept": OCTETS}
            status = 200 if size <= RANGE else 206
            found += self.system.call(status, "GET", path, who=who, headers=wanted).body
        return found

    def download(self, who: Person, state: Any) -> bytes:
        data = self.file(who, f"/me/exports/{state['export_id']}/file", state["size"])
        assert hashlib.sha256(data).hexdigest() == state["sha256"]
        return data

    # --- steps

    def card(self) -> None:
        system, path = self.system, f"/patients/{self.patient.id}"
        system.step("The card holds what a doctor and the patient wrote")
        self.consent("full")
        protocol = {
            "occurred_at": "2026-03-01T10:00:00+03:00",
            "doctor_name": "Петров Пётр Петрович",
            "examination": "Осмотр терапевта",
            "conclusion": "Острый бронхит",
            "follow_up_plan": "Повторный осмотр через неделю",
        }
        system.call(201, "POST", f"{path}/examination-protocols", protocol, self.doctor, headers=system.key())
        allergy = {"occurred_at": "2025-02-01T10:00:00+03:00", "substance": "Пыльца", "category": "environment"}
        system.call(201, "POST", f"{path}/allergies", allergy, self.patient, headers=system.key())

    def consent(self, level: str) -> None:
        system = self.system
        system.call(201, "POST", f"/patients/{self.patient.id}/consent-requests", {"level": level}, self.doctor)
        self.answer({"state": "granted", "level": level})

    def answer(self, words: dict[str, str]) -> None:
        """The patient answers the one doctor who asked."""
        (asked,) = self.system.call(200, "GET", "/me/consents", who=self.patient)["items"]
        tag = {"If-Match": f'W/"{asked["version"]}"'}
        self.system.call(200, "PUT", f"/me/consents/{asked['member']}", words, self.patient, headers=tag)

    def whole_card(self) -> None:
        system = self.system
        system.step("DOC-1: the patient orders the whole card; it is made in the background")
        state = self.order(self.patient)
        system.show(state.body)
        document = PdfReader(io.BytesIO(self.download(self.patient, state)), strict=True)
        first = document.pages[0].extract_text()
        assert "Содержание" in first
        assert "Острый бронхит" in "".join(page.extract_text() for page in document.pages)
        system.show([mark["/Title"] for mark in document.outline if isinstance(mark, dict)])

        system.step("DOC-1: a machine reads the same as JSON, earlier versions too")
        found = json.loads(self.download(self.patient, self.order(self.patient, format="json", versions="all")))
        system.show({"format": found["format"], "records": [record["kind"] for record in found["records"]]})

    def extract(self) -> None:
        system = self.system
        system.step("DOC-1: an extract of one section for a purpose, in English")
        state = self.order(self.patient, sections=["protocols"], purpose="Second opinion", language="en")
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(self.download(self.patient, state))).pages]
        assert "Extract from the medical card" in pages[0]
        assert "Пыльца" not in "".join(pages)

        system.step("DOC-1, ACC-3: the doctor exports what the full consent opens; the patient is told")
        state = self.order(self.doctor, sections=["protocols"])
        self.download(self.doctor, state)
        system.wait(lambda body: "card_exported" in {n["event"] for n in body["items"]}, "/me/notices", self.patient)

        system.step("ACC-4: consent ends, and the finished export is closed to the doctor")
        self.answer({"state": "revoked", "level": "full"})
        closed = {"Accept": OCTETS}
        refused = system.call(403, "GET", f"/me/exports/{state['export_id']}/file", who=self.doctor, headers=closed)
        system.show(refused.body)

    def large_file(self) -> None:
        system, size = self.system, 9 * 1024 * 1024 + 5
        system.step("DOC-2: a study of nine megabytes comes in parts; one is sent twice")
        head = bytes(128) + b"DICM" + b"\x02\0\0\0UL\x04\0\x64\0\0\0"
        data = head + bytes(size - len(head))
        said = {"type": "application/dicom", "size": size, "sha256": hashlib.sha256(data).hexdigest()}
        made = system.call(201, "POST", "/me/files", said, self.patient)
        path, length = f"/me/files/{made['file_id']}", made["part_size"]
        for number in (3, 1, 1, 2):
            part = data[(number - 1) * length : number * length]
            digest = b64encode(hashlib.sha256(part).digest()).decode()
            headers = {"Content-Digest": f"sha-256=:{digest}:"}
            system.call(
                200,
                "PUT",
                f"{path}/parts/{number}",
                who=self.patient,
                raw=part,
                content_type=OCTETS,
                headers=headers,
            )
        system.call(200, "POST", f"{path}/completion", who=self.patient)
        system.show(system.wait(lambda body: body["state"] == "clean", path, self.patient).body)
        assert self.file(self.patient, f"{path}/content", size) == data

        system.step("DOC-2: what is larger than 100 MiB, or empty, is refused at the beginning")
        for wrong, status in ((100 * 1024 * 1024 + 1, 413), (0, 422)):
            refused = system.call(status, "POST", "/me/files", {**said, "size": wrong}, self.patient)
            system.show(refused.body)


def main() -> None:
    story = Story()
    story.card()
    story.whole_card()
    story.extract()
    story.large_file()
    print(f"\nThe story is told to its end, {now()}.")


if __name__ == "__main__":
    main()
