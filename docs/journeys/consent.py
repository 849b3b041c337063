"""Consent, emergency access, representatives: ACC-1, ACC-2, ACC-3, ACC-4, ACC-5, ACC-6, ACC-7, ACC-8.

A patient is asked, answers, narrows and takes back; shares a section unasked and closes the card to a clinic; a doctor
breaks the glass and a security officer decides on it; parents act for their child, and a doctor ends that for one.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from client import Answer, Person, System, now

DOCTOR = "Петров Пётр Петрович"


class Story:
    def __init__(self) -> None:
        self.system = System()
        system = self.system
        self.registrar = system.demo("registrar")
        self.doctor, self.nurse = system.demo("doctor"), system.demo("nurse")
        self.officer = system.demo("security-officer")
        (self.member,) = [m for m in self.membership(self.doctor) if m["role"] == "doctor"]

    # --- pieces

    def membership(self, who: Person) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.system.call(200, "GET", "/me", who=who)["memberships"]
        return found

    def with_card(self, **changes: str) -> Person:
        """Somebody new, signed in, whose card the one registrar has opened."""
        system, who = self.system, self.system.sign_in(self.system.register(**changes))
        made = system.call(201, "POST", "/me/card-application", system.activation(who), who)
        path = f"/applications/{who.id}/{made['application_id']}/decision"
        system.call(200, "POST", path, {"approve": True}, self.registrar, headers={"If-Match": 'W/"1"'})
        return who

    def answer(self, who: Person | str, version: int, **words: Any) -> Answer:
        path = f"/me/consents/{self.member['member_id']}"
        return self.system.call(200, "PUT", path, words, who, headers={"If-Match": f'W/"{version}"'})

    def told(self, who: Person, event: str) -> None:
        """Wait until a notice has come."""
        self.system.wait(lambda body: event in {n["event"] for n in body["items"]}, "/me/notices?limit=50", who)

    # --- steps

    def asked_and_answered(self, patient: Person) -> None:
        system, card = self.system, f"/patients/{patient.id}"
        system.step("ACC-1: the first access is refused and asks the patient; the card stays closed")
        refused = system.call(403, "GET", f"{card}/visits", who=self.doctor)
        assert refused["code"] == "consent-required"
        self.told(patient, "consent_requested")
        (asked,) = system.call(200, "GET", "/me/consents", who=patient)["items"]
        assert (asked["state"], asked["who"]["name"]) == ("requested", DOCTOR)
        system.show(asked["who"])

        system.step("ACC-3, ACC-4: limited consent to visits, for two weeks, for a second opinion")
        until = (datetime.now(UTC) + timedelta(days=14)).isoformat(timespec="seconds")
        said = {"state": "granted", "level": "limited", "sections": ["visits"], "purpose": "second-opinion"}
        granted = self.answer(patient, asked["version"], **said, valid_until=until)
        system.call(200, "GET", f"{card}/visits", who=self.doctor)
        system.call(403, "GET", f"{card}/examination-protocols", who=self.doctor)

        system.step("ACC-3: full consent: the doctor writes and sees it whole")
        full = self.answer(patient, granted["version"], state="granted", level="full", sections=[])
        visit = {"occurred_at": now(), "doctor_name": DOCTOR, "reason": "Кашель"}
        system.call(201, "POST", f"{card}/visits", visit, self.doctor, headers=system.key())
        (shown,) = system.call(200, "GET", f"{card}/visits", who=self.doctor)["items"]
        assert not shown["summary_only"]

        system.step("ACC-5: a nurse without consent sees nothing, and with it would not prescribe; a registrar neither")
        system.call(403, "GET", f"{card}/visits", who=self.nurse)
        system.call(403, "GET", f"{card}/visits", who=self.registrar)

        system.step("ACC-6: who may not, is refused, and the owner hears of it")
        self.told(patient, "access_refused")

        system.step("ACC-2: taken back, effective at once; the journal keeps every word and the text it was given to")
        self.answer(patient, full["version"], state="revoked")
        system.call(403, "GET", f"{card}/visits", who=self.doctor)
        lines = system.call(200, "GET", "/me/consent-journal", who=patient)["items"]
        assert [line["what"] for line in lines if line.get("member") == self.member["member_id"]] == [
            "revoked",
            "granted",
            "granted",
            "requested",
        ]
        system.show(lines[1])

    def of_own_accord(self, patient: Person) -> None:
        system, card = self.system, f"/patients/{patient.id}"
        system.step("ACC-4: the patient shares one section with a doctor of the directory, without being asked")
        found = system.call(200, "GET", "/directory/organisations", who=patient)["items"]
        clinic = self.member["organisation_id"]
        assert clinic in {organisation["organisation_id"] for organisation in found}
        form = {"organisation_id": clinic, "member_id": self.member["member_id"], "sections": ["visits"]}
        shared = system.call(201, "POST", "/me/consents", form, patient)
        system.show(shared.body)
        system.call(200, "GET", f"{card}/visits", who=self.doctor)
        system.call(403, "GET", f"{card}/overview", who=self.doctor)

        system.step("ACC-1: the card is closed to the clinic: no access, no new request")
        system.call(200, "PUT", f"/me/blocks/{clinic}", {"kind": "organisation"}, patient)
        system.call(403, "GET", f"{card}/visits", who=self.doctor)
        system.call(403, "POST", f"{card}/consent-requests", {}, self.doctor)
        consents = system.call(200, "GET", "/me/consents", who=patient)["items"]
        assert "granted" not in {consent["state"] for consent in consents}

    def in_an_emergency(self, patient: Person) -> None:
        system, card = self.system, f"/patients/{patient.id}"
        system.step("ACC-7: the doctor breaks the glass: an hour, with a reason; nothing leaves as a document")
        reason = {"reason": "unconscious", "words": "Доставлен бригадой, без сознания"}
        opened = system.call(201, "POST", f"{card}/emergency-access", reason, self.doctor)
        system.show(opened.body)
        (visit,) = system.call(200, "GET", f"{card}/visits", who=self.doctor)["items"]
        system.call(200, "GET", f"{card}/visits/{visit['id']}/history", who=self.doctor)
        system.call(403, "GET", f"{card}/visits/{visit['id']}/document", who=self.doctor)

        system.step("ACC-7: the patient hears of it on every channel and sees who and why")
        texts, letters = len(system.messages(patient.phone)), len(system.messages(patient.email))
        self.told(patient, "emergency_opened")
        (seen,) = system.call(200, "GET", "/me/emergencies", who=patient)["items"]
        assert (seen["name"], seen["words"]) == (DOCTOR, reason["words"])
        assert texts + letters > 0

        system.step("ACC-7: the security officer finds it unjustified; the patient is told")
        waiting = system.call(200, "GET", "/emergencies?limit=100", who=self.officer)["items"]
        assert opened["emergency_id"] in {item["id"] for item in waiting}
        place = f"/emergencies/{patient.id}/{opened['emergency_id']}"
        tag = system.call(200, "GET", place, who=self.officer).etag
        said = {"outcome": "unjustified", "words": "Пациент был в сознании, согласие не спросили"}
        system.call(200, "POST", f"{place}/decision", said, self.officer, headers={"If-Match": tag})
        self.told(patient, "emergency_unjustified")

    def for_a_child(self, mother: Person, father: Person) -> None:
        system = self.system
        system.step("ACC-8: a newborn is registered; both parents may act")
        child = self.newborn(mother, father)
        for parent in (mother, father):
            (ward,) = system.call(200, "GET", "/me/wards", who=parent)["items"]
            assert (ward["patient_id"], ward["kind"]) == (child, "parent")
        system.show(ward)

        system.step("ACC-8: the mother acts for the child, and for nobody else in that session")
        role = {"role": "representative", "patient_id": child}
        acting = str(system.call(200, "POST", "/me/role", role, mother)["access_token"])
        system.call(200, "GET", f"/patients/{child}/visits", who=acting)
        system.call(404, "GET", f"/patients/{mother.id}/visits", who=acting)
        system.call(403, "GET", "/me", who=acting)
        system.call(403, "PUT", f"/me/representatives/{father.id}", {"level": "full"}, acting)

        system.step("ACC-8: a doctor asks, and the mother answers for the child")
        system.call(403, "GET", f"/patients/{child}/visits", who=self.doctor)
        mother.token = str(system.call(200, "POST", "/me/role", {"role": "patient"}, acting)["access_token"])
        self.told(mother, "consent_requested")
        acting = str(system.call(200, "POST", "/me/role", role, mother)["access_token"])
        self.answer(acting, 1, state="granted")
        system.call(200, "GET", f"/patients/{child}/visits", who=self.doctor)
        line = system.call(200, "GET", "/me/consent-journal", who=acting)["items"][0]
        assert (line["by"], line["by_role"]) == (mother.id, "representative")

        system.step("ACC-8: for the child's safety the doctor ends the father's representation; its sessions stop")
        father_acts = str(system.call(200, "POST", "/me/role", role, father)["access_token"])
        system.call(200, "GET", f"/patients/{child}/visits", who=father_acts)
        form = {"reason": "safeguarding", "words": "Опасения за безопасность ребёнка"}
        place = f"/patients/{child}/representatives/{father.id}/restriction"
        system.call(200, "POST", place, form, self.doctor, headers={"If-Match": 'W/"1"'})
        system.call(401, "GET", f"/patients/{child}/visits", who=father_acts)
        known = system.call(200, "GET", f"/patients/{child}/representatives", who=self.doctor)["items"]
        system.show([{name: one[name] for name in ("kind", "state", "live")} for one in known])

    def newborn(self, mother: Person, father: Person) -> str:
        """Registered from the mother's cabinet with the father's word; the child's id."""
        system = self.system
        form = {
            "last_name": "Журавлёв",
            "first_name": "Лев",
            "middle_name": "Романович",
            "birth_date": (datetime.now(UTC).date() - timedelta(days=5)).isoformat(),
            "sex": "male",
            "birth_certificate": f"II-АБ № {secrets.randbelow(1_000_000):06d}",
            "other_parent": {"snils": father.snils, "birth_date": father.form["birth_date"]},
        }
        scan = {"birth-certificate": [system.scan(mother)]}
        body = {"kind": "newborn", "form": form, "documents": scan}
        case = str(system.call(201, "POST", "/me/cases", body, mother, headers=system.key())["case_id"])
        self.told(father, "case_agreement_asked")
        system.call(200, "POST", f"/me/case-requests/{mother.id}/{case}", {"agree": True}, father)
        path = f"/cases/{mother.id}/{case}"
        tag = {"If-Match": system.call(200, "GET", path, who=self.registrar).etag}
        system.call(200, "POST", f"{path}/decision", {"decision": "approve"}, self.registrar, headers=tag)
        (ward,) = system.call(200, "GET", "/me/wards", who=mother)["items"]
        return str(ward["patient_id"])


def main() -> None:
    story = Story()
    patient = story.with_card()
    story.asked_and_answered(patient)
    story.of_own_accord(patient)
    story.in_an_emergency(patient)
    mother = story.with_card()
    father = story.with_card(first_name="Роман", middle_name="Ильич", sex="male")
    story.for_a_child(mother, father)
    print("\nThe story of consent is told.")


if __name__ == "__main__":
    main()
