"""Templates of doctors' entries: UX-3.

    python docs/journeys/templates.py [http://localhost:8000]

A doctor writes a template and shares it with the department; the head of the hospital publishes it. It is filled in for
the demo patient, is refused while it has gaps, and becomes a signed protocol when they are filled in.
"""

from __future__ import annotations

from typing import Any

from client import Person, System, now

from chalicelib.domain.identifiers import snils_check_digits
from local.demo_people import HEAD

FOUND, MADE, WRONG = 200, 201, 422
BASE = "/entry-templates"
BODY = {
    "examination": "Осмотр терапевта",
    "complaints": "[[жалобы]]",
    "findings": "{{age}}. Аллергии: {{allergies}}. Принимает: {{medication}}. {{vital-sign:pulse}}.",
    "conclusion": "[[заключение]]",
    "follow_up_plan": "Повторный осмотр через месяц",
}
ANSWERS = {"complaints": "Жалоб нет", "conclusion": "Состояние стабильное"}


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.doctor, self.patient = self.system.demo("doctor"), self.system.demo("patient")

    def walk(self) -> None:
        template = self.kept()
        self.published(template)
        draft = self.filled(template)
        self.signed(draft)

    def kept(self) -> dict[str, Any]:
        system = self.system
        system.step("A doctor writes a template; what looks like data of a person is refused")
        form = {"name": "Осмотр при гипертонии", "kind": "examination-protocol", "specialty": "therapy"}
        wrong = {**form, "body": {**BODY, "complaints": "Звонить +7 916 000-00-11"}}
        refused = system.call(WRONG, "POST", BASE, wrong, self.doctor, headers=system.key())
        system.show(refused["fields"])
        made = system.call(MADE, "POST", BASE, {**form, "body": BODY}, self.doctor, headers=system.key())
        system.show({name: made[name] for name in ("name", "scope", "version")})
        return dict(made.body)

    def published(self, template: dict[str, Any]) -> None:
        system, path = self.system, f"{BASE}/{template['id']}"
        system.step("It goes to the department, and the head of the hospital publishes it: others find it")
        self.put(f"{path}/scope", {"scope": "department"}, self.doctor, 1)
        snils = HEAD["snils"] + snils_check_digits(HEAD["snils"])
        head = system.sign_in(Person(HEAD["phone"], HEAD["email"], snils), "administrator")
        self.put(f"{path}/scope", {"scope": "organisation"}, head, 2)
        asked = {"scope": "organisation", "text": "гипертонии"}
        found = system.call(FOUND, "POST", f"{BASE}/search", asked, system.demo("doctor", 1))
        assert template["id"] in [one["id"] for one in found["items"]]
        versions = system.call(FOUND, "GET", f"{path}/versions", who=self.doctor)
        system.show([(one["version"], one["change"]) for one in versions["items"]])

    def filled(self, template: dict[str, Any]) -> dict[str, Any]:
        system = self.system
        system.step("It is filled in for the patient: every value says where it is from, the rest are gaps")
        draft = system.call(FOUND, "GET", f"/entry-template-drafts/{self.patient.id}/{template['id']}", who=self.doctor)
        system.show(draft["body"]["findings"])
        system.show([(one["label"], one["value"], one["date"]) for one in draft["sources"]])
        system.show([(one["label"], one["why"]) for one in draft["unfilled"]])
        return dict(draft["body"])

    def signed(self, draft: dict[str, Any]) -> None:
        system, path = self.system, f"/patients/{self.patient.id}/examination-protocols"
        system.step("A protocol with a gap is refused, at each field that has one")
        body = {**draft, "occurred_at": now(), "doctor_name": "Петров Пётр Петрович"}
        refused = system.call(WRONG, "POST", path, body, self.doctor, headers=system.key())
        assert refused["code"] == "gaps-left", refused.body
        system.show([one["field"] for one in refused["fields"]])

        system.step("The doctor fills the gaps in: the protocol is stored, and its document issued and signed")
        findings = str(body["findings"])
        while "[[" in findings:
            before, _, rest = findings.partition("[[")
            findings = f"{before}уточнено на приёме{rest.partition(']]')[2]}"
        body |= {**ANSWERS, "findings": findings}
        made = system.call(MADE, "POST", path, body, self.doctor, headers=system.key())
        document = system.wait_for(f"{path}/{made['id']}/document", self.doctor)
        assert document.body[:5] == b"%PDF-"
        print(f"   {len(document.body)} bytes of a signed document")

    def put(self, path: str, body: Any, who: Person, version: int) -> None:
        self.system.call(FOUND, "PUT", path, body, who, headers={"If-Match": f'W/"{version}"'})


if __name__ == "__main__":
    Story().walk()
