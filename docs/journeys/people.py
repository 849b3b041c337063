"""People without accounts: ACT-5, ACC-1, ACC-2, ID-7, ID-8, SPC-1.

A patient whom a clinic registered signs a consent on paper; the registrar records it with its scan, and the doctor
reads. The patient makes an account later: it opens nothing until an operator has seen the passport; then the consent on
paper is there, with its scan, and is revoked. A child of 14, whom a telephone does not make the owner of the card,
comes to the identity desk with a passport and leaves with an account.
"""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from typing import Any

from client import PASSWORD, PATIENCE, PDF, PDF_TYPE, Answer, Person, System
from merging import stranger

STRONG = 3


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.registrar = self.system.demo("registrar")
        self.doctor = self.system.demo("doctor")
        self.member = self.system.call(200, "GET", "/me", who=self.doctor)["memberships"][0]["member_id"]
        self.first, self.second = (self.system.demo("identity-operator", n) for n in range(2))

    # --- pieces

    def registered(self, **changes: str) -> dict[str, str]:
        patient = stranger() | changes
        papers = {"consent_text_version": "2026-11", "consent_given": True}
        system = self.system
        made = system.call(201, "POST", "/patients", {**patient, **papers}, self.registrar, headers=system.key())
        return {**patient, "id": str(made["patient_id"])}

    def paper(self, patient: dict[str, str], scan: str, expected: int = 201, **changes: Any) -> Answer:
        text = self.system.call(200, "GET", "/texts/access-consent")
        body = {
            "member_id": self.member,
            "scans": [scan],
            "level": "full",
            "consent_text_version": text["version"],
            "consent_text_sha256": text["texts"][0]["sha256"],
            **changes,
        }
        return self.system.call(expected, "POST", f"/patients/{patient['id']}/paper-consents", body, self.registrar)

    def checked(self, patient: dict[str, str]) -> str:
        """A scan that the registrar took, as soon as it was looked into."""
        path = f"/patients/{patient['id']}/uploads"
        made = self.system.call(201, "POST", path, who=self.registrar, raw=PDF, content_type=PDF_TYPE)
        self.system.wait(lambda body: body["items"][0]["state"] == "clean", path, self.registrar)
        return str(made["upload_id"])

    def heard(self, phone: str, words: str) -> None:
        until = time.monotonic() + PATIENCE
        while not any(words in text for text in self.system.messages(phone)):
            assert time.monotonic() < until, "no message came"
            time.sleep(0.3)

    def compared(self, patient: dict[str, str]) -> str:
        names = ("snils", "passport_series", "passport_number", "birth_date")
        papers = {name: patient[name] for name in names}
        return str(self.system.call(200, "POST", "/desk/look-ups", papers, self.first)["look_up_id"])

    # --- steps

    def on_paper(self) -> dict[str, str]:
        system, patient = self.system, self.registered()
        visits = f"/patients/{patient['id']}/visits"
        system.step("ACT-5: a patient without an account cannot answer a request of a doctor")
        system.call(403, "GET", visits, who=self.doctor)
        system.step("ACC-1, ACC-2: the registrar records the consent that the patient signed on paper, with its scan")
        scan = self.checked(patient)
        too_long = {"valid_until": f"{datetime.now(UTC).year + 1}-12-31T00:00:00Z"}
        self.paper(patient, scan, 422, **too_long)
        system.show(self.paper(patient, scan).body)
        system.call(200, "GET", visits, who=self.doctor)
        self.paper(patient, scan, 422)  # one paper, one consent
        system.step("ACC-2: the telephone that the clinic wrote down hears of it")
        self.heard(patient["phone"], "на бумаге")
        return patient

    def claimed(self, patient: dict[str, str]) -> None:
        system = self.system
        system.step("ID-7, ACT-5: who knows the numbers and holds the telephone has an account, and sees nothing")
        person = system.register(**{name: value for name, value in patient.items() if name != "id"})
        assert person.id == patient["id"]
        system.sign_in(person)
        assert system.call(200, "GET", "/me", who=person)["level"] == 1
        for path in (f"/patients/{person.id}/visits", "/me/consents", "/me/journal"):
            assert system.call(403, "GET", path, who=person)["code"] == "assurance-level"
        self.paper(patient, "none", 409)  # who has an account answers there

        system.step("ID-7, ACC-2: the passport at the desk opens the card; the consent on paper is seen and revoked")
        confirmation = {"look_up_id": self.compared(patient)}
        system.call(200, "POST", "/desk/confirmations", confirmation, self.first)
        assert system.call(200, "GET", "/me", who=person)["level"] == STRONG
        (consent,) = system.call(200, "GET", "/me/consents", who=person)["items"]
        assert consent["on_paper"] is True
        sheet = f"/me/uploads/{consent['scans'][0]}"
        assert system.call(200, "GET", sheet, who=person, headers={"Accept": PDF_TYPE}).body == PDF
        tag = {"If-Match": f'W/"{consent["version"]}"'}
        system.call(200, "PUT", f"/me/consents/{self.member}", {"state": "revoked"}, person, headers=tag)
        system.call(403, "GET", f"/patients/{person.id}/visits", who=self.doctor)
        lines = system.call(200, "GET", "/me/consent-journal", who=person)["items"]
        assert [line["what"] for line in lines][:2] == ["revoked", "on-paper"]

    def fourteen(self) -> None:
        system, born = self.system, datetime.now(UTC).date().replace(day=1)
        child = self.registered(birth_date=born.replace(year=born.year - 14).isoformat(), last_name="Юнина")
        system.step("SPC-1: no telephone makes anybody the owner of a child's card")
        form = {name: value for name, value in child.items() if name != "id"}
        email = f"young{secrets.token_hex(5)}@example.org"
        form |= {"email": email, "password": PASSWORD, "language": "ru"}
        made = system.call(202, "POST", "/registrations", form)
        codes = {"phone_code": system.code(form["phone"]), "email_code": system.code(email)}
        system.call(409, "POST", f"/registrations/{made['registration_id']}/confirm", codes)

        system.step("SPC-1, ID-8: at 14 the child comes with the passport: an operator compares, a second one approves")
        names = ("last_name", "first_name", "birth_date", "snils", "passport_series", "passport_number", "phone")
        body = {**{name: child[name] for name in names}, "email": email}
        system.call(404, "POST", "/desk/first-accounts", {**body, "first_name": "Вера"}, self.first)
        opened = system.call(201, "POST", "/desk/first-accounts", body, self.first)
        assert opened["person_id"] == child["id"]
        path = f"/desk/recoveries/{opened['recovery_id']}"
        system.call(403, "POST", f"{path}/approval", who=self.first)
        system.call(200, "POST", f"{path}/approval", who=self.second)
        code = system.call(200, "POST", f"{path}/code", who=self.first)["code"]

        system.step("SPC-1: the printed code, a password of their own, the SMS: an account at the highest level")
        redemption = f"/recoveries/{opened['recovery_id']}"
        handle = system.call(200, "POST", redemption, {"code": code, "password": PASSWORD})["handle"]
        answer = {"handle": handle, "code": system.code(child["phone"])}
        system.call(200, "POST", f"{redemption}/completion", answer)
        person = Person(child["phone"], email, child["snils"], form, child["id"])
        system.sign_in(person)
        assert system.call(200, "GET", "/me", who=person)["level"] == STRONG
        system.call(200, "GET", f"/patients/{person.id}/visits", who=person)


def main() -> None:
    story = Story()
    story.claimed(story.on_paper())
    story.fourteen()
    print("\nThe story is at its end.")


if __name__ == "__main__":
    main()
