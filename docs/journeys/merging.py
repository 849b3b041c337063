"""A clinic's patients and their cards: ACT-5, SPC-5, ACC-2, ID-1.

A registrar registers a patient, who is found when they come again and asked about when somebody looks alike; the
patient makes an account later and finds the card. Somebody with an account and a card that a clinic opened by passport
and policy asks for one; two registrars decide; every record is there under either id; the merge is undone.
"""

from __future__ import annotations

import secrets
import time
from typing import Any

from client import PDF, PDF_TYPE, Answer, Person, System, now

from chalicelib.domain.identifiers import snils_check_digits
from chalicelib.domain.merges import SETTLED

PROTOCOL = {
    "doctor_name": "Петров Пётр Петрович",
    "examination": "Осмотр терапевта",
    "follow_up_plan": "Повторный осмотр через неделю",
}


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.first = self.system.demo("registrar")
        self.second = self.another_registrar()
        self.doctor = self.system.demo("doctor")
        self.member = self.system.call(200, "GET", "/me", who=self.doctor)["memberships"][0]["member_id"]

    # --- pieces

    def another_registrar(self) -> Person:
        system, administrator = self.system, self.system.demo("administrator")
        (clinic, *_) = system.call(200, "GET", "/organisations", who=administrator)["items"]
        person = system.register(**stranger())
        form = {"snils": person.snils, "role": "registrar", "department": "reception", "position": "регистратор"}
        path = f"/organisations/{clinic['organisation_id']}/staff"
        member = system.call(201, "POST", path, form, administrator)["member_id"]
        return system.sign_in(person, "registrar", member_id=member)

    def desk(self, expected: int, form: dict[str, Any]) -> Answer:
        papers = {"consent_text_version": "2026-11", "consent_given": True}
        return self.system.call(
            expected, "POST", "/patients", {**form, **papers}, self.first, headers=self.system.key()
        )

    def granted(self, patient: Person) -> None:
        """The doctor asks, the patient grants."""
        self.system.call(201, "POST", f"/patients/{patient.id}/consent-requests", {}, self.doctor)
        tag = {"If-Match": 'W/"1"'}
        self.system.call(200, "PUT", f"/me/consents/{self.member}", {"state": "granted"}, patient, headers=tag)

    def on_paper(self, patient_id: str) -> None:
        """Who has no account consents on paper."""
        system, base = self.system, f"/patients/{patient_id}"
        scan = system.call(201, "POST", f"{base}/uploads", who=self.first, raw=PDF, content_type=PDF_TYPE)["upload_id"]
        system.wait(lambda body: body["items"][0]["state"] == "clean", f"{base}/uploads", self.first)
        text = system.call(200, "GET", "/texts/access-consent")
        body = {"member_id": self.member, "scans": [scan], "level": "full"}
        body |= {"consent_text_version": text["version"], "consent_text_sha256": text["texts"][0]["sha256"]}
        system.call(201, "POST", f"{base}/paper-consents", body, self.first)

    def write(self, patient_id: str, text: str) -> str:
        """Id of the record that the doctor writes."""
        body = {**PROTOCOL, "occurred_at": now(), "conclusion": text}
        path = f"/patients/{patient_id}/examination-protocols"
        return str(self.system.call(201, "POST", path, body, self.doctor, headers=self.system.key())["id"])

    def carry(self) -> None:
        """What the schedule does every minute, now."""
        self.system.call(200, "POST", "/_local/schedule/carry_merges", {})

    # --- steps

    def registered_once(self) -> dict[str, str]:
        system, patient = self.system, stranger()
        system.step("ACT-5: a registrar registers a patient; one id, a card, no account")
        made = self.desk(201, patient)
        system.show(made.body)
        system.step("ACT-5: the patient comes again with the same passport: found, and nobody is made")
        assert self.desk(200, patient).body == {"patient_id": made["patient_id"], "outcome": "exists"}
        system.step("ACT-5: somebody looks alike: the registrar is asked, and sees ids and no values")
        alike = {**patient, "snils": "", "passport_number": f"{secrets.randbelow(10**6):06d}"}
        asked = self.desk(409, alike)
        assert asked["code"] == "possible-duplicate"
        (candidate,) = asked["candidates"]
        assert candidate["patient_id"] == made["patient_id"]
        assert patient["last_name"] not in str(asked.body)
        system.show(asked.body)
        decision = {"answer": "different", "candidates": [candidate["patient_id"]], "reason": "namesake"}
        other = self.desk(201, {**alike, "phone": "", "decision": decision})
        assert other["patient_id"] != made["patient_id"]
        duplicates = system.call(200, "GET", f"/patients/{made['patient_id']}/duplicates", who=self.first)
        assert duplicates["items"] == []
        return {**patient, "id": str(made["patient_id"])}

    def claimed(self, patient: dict[str, str]) -> None:
        system = self.system
        system.step("ID-1, ACT-5: the patient registers an account and finds the card that the clinic opened")
        form = {name: value for name, value in patient.items() if name not in {"id", "oms"}}
        person = system.register(**form)
        assert person.id == patient["id"]
        system.sign_in(person)
        card = system.call(200, "GET", "/me/card", who=person)
        assert card["card"] == "active"
        system.step("ID-7, ACT-5: a telephone and known numbers open nothing: the identity is to be confirmed first")
        assert system.call(200, "GET", "/me", who=person)["level"] == 1
        for path in (f"/patients/{person.id}/visits", "/me/consents", "/me/journal"):
            assert system.call(403, "GET", path, who=person)["code"] == "assurance-level"

    def merged(self) -> tuple[Person, str, str, str]:
        system, looks = self.system, stranger()
        del looks["snils"]
        clinics = {**looks, "passport_number": f"{secrets.randbelow(10**6):06d}", "oms": system.policy(), "phone": ""}
        goes = str(self.desk(201, clinics)["patient_id"])
        stays = system.with_card(**looks)
        self.granted(stays)
        self.on_paper(goes)
        self.write(stays.id, "Острый бронхит")
        record = self.write(goes, "Отит")
        system.step("SPC-5: a person names a second card of theirs, with proof; nothing is told about it")
        body = {"kind": "card-merge", "form": {"oms": clinics["oms"]}, "documents": {"proof": [system.scan(stays)]}}
        case_id = system.call(201, "POST", "/me/cases", body, stays, headers=system.key())["case_id"]
        system.step("SPC-5: the registrar compares both cards without seeing their content, and approves the request")
        path = f"/cases/{stays.id}/{case_id}"
        shown = system.call(200, "GET", path, who=self.first)
        assert "Отит" not in str(shown.body)
        decision = {"decision": "approve"}
        system.call(200, "POST", f"{path}/decision", decision, self.first, headers={"If-Match": shown.etag})
        waiting = system.call(200, "GET", "/merges?limit=100", who=self.second)["items"]
        (merge_id,) = [line["merge_id"] for line in waiting if line["patient_id"] == stays.id]
        place = f"/patients/{stays.id}/merges/{merge_id}"
        compared = system.call(200, "GET", place, who=self.second)
        system.show(compared.body)
        decision = {"approve": True, "reason": "papers-compared"}
        tag = {"If-Match": compared.etag}
        system.step("SPC-5: who approved the request does not decide about the merge; a second registrar does")
        system.call(403, "POST", f"{place}/decision", decision, self.first, headers=tag)
        assert system.call(200, "POST", f"{place}/decision", decision, self.second, headers=tag)["state"] == "running"
        return stays, goes, place, record

    def carried(self, stays: Person, goes: str, place: str, record: str) -> None:
        system = self.system
        system.step("SPC-5: the records are carried over; the old id leads to the card that goes on")
        self.carry()
        assert system.call(200, "GET", place, who=self.second)["state"] == "running"  # a late write may still come
        time.sleep(SETTLED.total_seconds() + 1)
        self.carry()
        merged = system.call(200, "GET", place, who=self.second)
        assert (merged["state"], merged["counts"]["carried"]) == ("merged", 1)
        for patient_id in (stays.id, goes):
            path = f"/patients/{patient_id}/examination-protocols"
            found = system.call(200, "GET", f"{path}/{record}", who=self.doctor)
            assert found["body"]["conclusion"] == "Отит"
            assert len(system.call(200, "GET", path, who=self.doctor)["items"]) == 2  # noqa: PLR2004
        told = {notice["event"] for notice in system.call(200, "GET", "/me/notices?limit=50", who=stays)["items"]}
        assert "merge_approved" in told
        assert system.call(200, "GET", "/me/merges", who=stays)["items"][0]["state"] == "merged"

    def undone(self, stays: Person, goes: str, place: str, record: str) -> None:
        system = self.system
        system.step("SPC-5: the merge is undone: the record is on the first card no more, and on its own again")
        tag = {"If-Match": system.call(200, "GET", place, who=self.second).etag}
        system.call(200, "POST", f"{place}/undoing", {"reason": "other-person"}, self.second, headers=tag)
        self.carry()
        assert system.call(200, "GET", place, who=self.second)["state"] == "undone"
        path = f"/examination-protocols/{record}"
        system.call(404, "GET", f"/patients/{stays.id}{path}", who=self.doctor)
        system.step("SPC-5, ACC-2: consents of the card that was closed are not revived; they are given anew")
        system.call(403, "GET", f"/patients/{goes}{path}", who=self.doctor)
        self.on_paper(goes)
        assert system.call(200, "GET", f"/patients/{goes}{path}", who=self.doctor)["id"] == record


def stranger() -> dict[str, str]:
    """Somebody like nobody else: looks that two stories share would make look-alikes."""
    nine = str(secrets.randbelow(800_000_000) + 100_000_000)
    letters = "".join(secrets.choice("абвгдежзиклмнопрст") for _ in range(8))
    return {
        "last_name": letters.capitalize(),
        "first_name": secrets.choice(("Ева", "Мила", "Рада", "Злата")),
        "birth_date": f"19{30 + secrets.randbelow(60)}-0{1 + secrets.randbelow(9)}-{10 + secrets.randbelow(18)}",
        "sex": "female",
        "snils": nine + snils_check_digits(nine),
        "passport_series": "4710",
        "passport_number": f"{secrets.randbelow(10**6):06d}",
        "phone": f"+7926{secrets.randbelow(10**7):07d}",
    }


def main() -> None:
    story = Story()
    story.claimed(story.registered_once())
    found = story.merged()
    story.carried(*found)
    story.undone(*found)
    print("\nThe story is at its end.")


if __name__ == "__main__":
    main()
