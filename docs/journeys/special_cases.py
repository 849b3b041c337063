"""Special cases: SPC-1, SPC-2, SPC-4, SPC-6, SPC-7, ACC-8, ID-1.

A newborn is registered from a parent's cabinet with the other parent's word, or with a court's decision in its place; a
name changes and its history stays; a foreign citizen's account lasts as long as the stay; a card is suspended.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from client import Answer, Person, System

TODAY = datetime.now(UTC).date()


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.registrar = self.system.demo("registrar")

    # --- pieces

    def with_card(self, **changes: str) -> Person:
        """Somebody new, signed in, whose card the one registrar has opened."""
        system, who = self.system, self.system.sign_in(self.system.register(**changes))
        made = system.call(201, "POST", "/me/card-application", system.activation(who), who)
        path = f"/applications/{who.id}/{made['application_id']}/decision"
        system.call(200, "POST", path, {"approve": True}, self.registrar, headers={"If-Match": 'W/"1"'})
        return who

    def file(self, who: Person, kind: str, form: dict[str, Any], *slots: str) -> str:
        """File a case with one scan in each of the named slots; its id."""
        documents = {slot: [self.system.scan(who)] for slot in slots}
        body = {"kind": kind, "form": form, "documents": documents}
        return str(self.system.call(201, "POST", "/me/cases", body, who, headers=self.system.key())["case_id"])

    def decide(self, who: Person, case_id: str, decision: str = "approve", expected: int = 200) -> Answer:
        """The registrar looks at the case and decides; what stood beside the form."""
        path = f"/cases/{who.id}/{case_id}"
        shown = self.system.call(200, "GET", path, who=self.registrar)
        tag = {"If-Match": shown.etag}
        self.system.call(expected, "POST", f"{path}/decision", {"decision": decision}, self.registrar, headers=tag)
        return shown

    def told(self, who: Person, event: str) -> None:
        """Wait until a notice has come."""
        self.system.wait(lambda body: event in {n["event"] for n in body["items"]}, "/me/notices?limit=50", who)

    # --- steps

    def newborns(self, mother: Person, father: Person) -> None:
        system = self.system
        system.step("SPC-1: the mother files for the newborn; the father is asked, and staff see nothing yet")
        other = {"snils": father.snils, "birth_date": father.form["birth_date"]}
        case_id = self.file(mother, "newborn", newborn("Лев", other_parent=other), "birth-certificate")
        self.told(father, "case_agreement_asked")
        (asked,) = system.call(200, "GET", "/me/case-requests", who=father)["items"]
        system.show(asked["told"])

        system.step("SPC-1: he agrees, the registrar approves: a card, a family, a plan of vaccinations")
        system.call(200, "POST", f"/me/case-requests/{mother.id}/{case_id}", {"agree": True}, father)
        beside = self.decide(mother, case_id)["beside"]
        assert (len(beside["parents"]), beside["findings"]) == (2, [])
        for parent in (mother, father):
            (child,) = system.call(200, "GET", "/me/family", who=parent)["items"]
            assert (child["person"]["first_name"], child["card"], child["acting"]) == ("Лев", "active", True)
            self.told(parent, "newborn_registered")
        system.show(child)

        system.step("ACC-8: the father reads the plan as the child's representative, and not as himself")
        plan = f"/patients/{child['patient_id']}/vaccination-plan"
        system.call(404, "GET", plan, who=father)
        acting = system.call(
            200, "POST", "/me/role", {"role": "representative", "patient_id": child["patient_id"]}, father
        )
        doses = system.call(200, "GET", plan, who=str(acting["access_token"]))["doses"]
        assert {"hepatitis-b-v1", "tuberculosis-v", "measles-v"} <= {dose["id"] for dose in doses}
        system.show(doses[:2])
        back = system.call(200, "POST", "/me/role", {"role": "patient"}, str(acting["access_token"]))
        father.token = str(back["access_token"])

        system.step("SPC-2: for the second child the father does not answer; a court's decision stands in for him")
        waiting = self.file(mother, "newborn", newborn("Глеб", other_parent=other), "birth-certificate")
        paper = {
            "basis": "court-decision",
            "kind": "parent",
            "number": "2-17/2026",
            "authority": "Тверской районный суд города Москвы",
            "issued_on": (TODAY - timedelta(days=30)).isoformat(),
            "for_case": waiting,
        }
        permission = self.file(mother, "minor-permission", paper, "decision")
        self.decide(mother, permission)
        self.decide(mother, waiting)
        names = {c["person"]["first_name"] for c in system.call(200, "GET", "/me/family", who=mother)["items"]}
        assert names == {"Лев", "Глеб"}

    def new_name(self, who: Person) -> None:
        system = self.system
        system.step("SPC-4: a new name and passport; the registrar sees old beside new")
        form = {
            "reason": "marriage",
            "last_name": "Синицына",
            "passport_series": "4526",
            "passport_number": f"{secrets.randbelow(1_000_000):06d}",
            "passport_issued_on": TODAY.isoformat(),
            "birth_date": who.form["birth_date"],
        }
        beside = self.decide(who, self.file(who, "profile-change", form, "passport"))["beside"]
        system.show([row for row in beside["fields"] if row["differs"]])
        assert system.call(200, "GET", "/me", who=who)["profile"]["last_name"] == "Синицына"
        (earlier,) = system.call(200, "GET", "/me/profile-history", who=who)["items"]
        assert earlier["profile"]["last_name"] == who.form["last_name"]
        self.told(who, "profile_changed")

        system.step("SPC-4: with another birth date it is another person's document")
        wrong = {**form, "last_name": "Чижова", "birth_date": "1980-01-01"}
        body = {"kind": "profile-change", "form": wrong, "documents": {"passport": [system.scan(who)]}}
        refused = system.call(422, "POST", "/me/cases", body, who, headers=system.key())
        assert refused["fields"][0]["code"] == "birth-date-differs"

    def foreigner(self) -> None:
        system = self.system
        system.step(
            "SPC-6, ID-1: a foreign citizen registers with the passport they have, and files the migration card"
        )
        passport = f"FA{secrets.randbelow(10**7):07d}"
        papers = {"document_kind": "foreign", "citizenship": "UZ", "foreign_passport": passport}
        names = {"last_name": "Каримов", "first_name": "Умид", "middle_name": "Рустамович", "sex": "male"}
        guest = system.sign_in(system.register(**papers, **names))
        stay = {
            "citizenship": "UZ",
            "foreign_passport": passport,
            "stay_from": TODAY.isoformat(),
            "stay_until": (TODAY + timedelta(days=90)).isoformat(),
        }

        system.step("SPC-6: the registry does not know one card, and is away for another: nothing is approved")
        for ending, status, code in (("0001", 409, "stay-unconfirmed"), ("0002", 503, "registry-unavailable")):
            bad = self.file(
                guest, "foreign-citizen", {**stay, "migration_card": "4612123" + ending}, "migration-card", "passport"
            )
            shown = self.decide(guest, bad, expected=status)
            system.show({"registry": shown["beside"]["registry"], "answer": code})
            self.decide(guest, bad, "refuse")

        system.step("SPC-6: a confirmed stay opens the card; some functions stay closed")
        card = {"migration_card": f"4612{secrets.randbelow(10**3):03d}{1000 + secrets.randbelow(9000)}"}
        good = self.file(guest, "foreign-citizen", {**stay, **card}, "migration-card", "passport")
        assert self.decide(guest, good)["beside"]["registry"] == "confirmed"
        assert system.call(200, "GET", "/me/card", who=guest)["card"] == "active"
        refused = system.call(403, "POST", "/me/card-application", system.activation(guest), guest)
        assert refused["code"] == "limited-account"

    def suspension(self, who: Person) -> None:
        system = self.system
        system.step("SPC-7: a card is suspended: reading goes on, entries do not")
        system.call(200, "PUT", "/me/card/suspension", {"reason": "Уезжаю на год"}, who)
        allergies = f"/patients/{who.id}/allergies"
        system.call(200, "GET", allergies, who=who)
        entry = {"occurred_at": f"{TODAY}T00:00:00+00:00", "substance": "Пыльца", "category": "environment"}
        refused = system.call(403, "POST", allergies, entry, who, headers=system.key())
        assert refused["code"] == "card-state"

        system.step("SPC-7: the registrar lifts it on an application; the history says so")
        lift = {"reason": "заявление № 7"}
        system.call(200, "POST", f"/suspended-cards/{who.id}/lift", lift, self.registrar)
        lines = system.call(200, "GET", "/me/card/suspensions", who=who)["items"]
        assert [(line["step"], line["role"]) for line in lines] == [("lift", "registrar"), ("suspend", "patient")]
        system.show(lines)
        self.told(who, "card_resumed")


def newborn(name: str, **more: Any) -> dict[str, Any]:
    return {
        "last_name": "Журавлёв",
        "first_name": name,
        "birth_date": TODAY.isoformat(),
        "sex": "male",
        "birth_certificate": f"II-АБ № {secrets.randbelow(1_000_000):06d}",
        **more,
    }


def main() -> None:
    story = Story()
    mother = story.with_card()
    father = story.with_card(last_name="Журавлёв", first_name="Борис", middle_name="Ильич", sex="male")
    story.newborns(mother, father)
    story.new_name(mother)
    story.foreigner()
    story.suspension(father)
    print("\nThe story is told to its end.")


if __name__ == "__main__":
    main()
