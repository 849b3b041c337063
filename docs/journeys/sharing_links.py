"""Links and copies: DOC-4, DOC-5.

A patient shares three sections with an insurer by a link and a passcode; the insurer reads them, the patient sees what
was read and takes the link back. Then the patient asks a clinic for copies, and gets them; and moves to another clinic,
whose doctor sees the card after the patient's own word alone.
"""

from __future__ import annotations

import secrets

from client import Person, System, now

DOCTOR = "Петров Пётр Петрович"
INSIDE = "Эозинофильный бронхит"


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.registrar, self.doctor = self.system.demo("registrar"), self.system.demo("doctor")
        members = self.system.call(200, "GET", "/me", who=self.doctor)["memberships"]
        (self.member,) = [one for one in members if one["role"] == "doctor"]
        self.clinic = str(self.member["organisation_id"])

    def told(self, who: Person, event: str) -> None:
        self.system.wait(lambda body: event in {n["event"] for n in body["items"]}, "/me/notices?limit=50", who)

    def records(self, patient: Person) -> None:
        """The doctor, with consent, writes a visit, a protocol and a result."""
        system, card = self.system, f"/patients/{patient.id}"
        form = {"organisation_id": self.clinic, "member_id": self.member["member_id"], "level": "full"}
        system.call(201, "POST", "/me/consents", form, patient)
        visit = {"occurred_at": now(), "doctor_name": DOCTOR, "reason": "Кашель"}
        protocol = {
            "occurred_at": now(),
            "doctor_name": DOCTOR,
            "examination": "Осмотр пульмонолога",
            "conclusion": INSIDE,
            "follow_up_plan": "Повторно через месяц",
        }
        result = {
            "occurred_at": now(),
            "laboratory": "Лаборатория № 1",
            "category": "blood",
            "panel": "Общий анализ крови",
            "values": [{"name": "Эозинофилы", "value": "9.7", "unit": "%"}],
        }
        for collection, body in (
            ("visits", visit),
            ("examination-protocols", protocol),
            ("laboratory-results", result),
        ):
            system.call(201, "POST", f"{card}/{collection}", body, self.doctor, headers=system.key())

    # --- DOC-4

    def link(self, patient: Person) -> None:
        system = self.system
        system.step("DOC-4: three sections for an insurer, for a week; address and passcode are told once")
        form = {
            "recipient": "insurer",
            "label": "Страховая, случай 17",
            "sections": ["visits", "protocols", "results"],
            "download": True,
            "openings": 2,
        }
        made = system.call(201, "POST", "/me/shares", form, patient, headers=system.key())
        share, secret, passcode = str(made["share_id"]), str(made["link"]).partition("#")[2], str(made["passcode"])
        system.show({name: made[name] for name in ("until", "openings", "state", "sections")})
        system.call(403, "POST", "/me/shares", form, self.doctor, headers=system.key())

        system.step("DOC-4: who has not the whole address learns nothing; who has it still needs the passcode")
        path = f"/shares/{share}/open"
        assert system.call(404, "POST", path, {"secret": "x" * 32, "passcode": passcode})["code"] == "share-unknown"
        wrong = system.call(401, "POST", path, {"secret": secret, "passcode": "НЕТ-НЕТ-7"})
        assert (wrong["code"], wrong["tries_left"]) == ("share-passcode", 4)
        token = str(system.call(200, "POST", path, {"secret": secret, "passcode": passcode.lower()})["share_token"])
        self.told(patient, "share_opened")

        system.step("DOC-4: the insurer sees what was shared, reads it, takes a document; and nothing beside it")
        held = system.call(200, "GET", f"/shares/{share}", who=token)
        system.show([kind["label"]["ru"] for kind in held["kinds"]])
        records = f"/shares/{share}/records"
        (protocol,) = system.call(200, "GET", f"{records}/examination-protocol", who=token)["items"]
        assert protocol["body"]["conclusion"] == INSIDE
        one = f"{records}/examination-protocol/{protocol['id']}"
        system.call(200, "GET", one, who=token)
        system.wait_for(f"/patients/{patient.id}/examination-protocols/{protocol['id']}/document", patient)
        assert bytes(system.wait_for(f"{one}/document", token).body).startswith(b"%PDF-")
        system.call(403, "GET", f"{records}/prescription", who=token)
        system.call(401, "GET", f"/patients/{patient.id}/visits", who=token)

        system.step("DOC-4: the patient sees each opening and what was read")
        lines = system.call(200, "GET", f"/me/shares/{share}/openings", who=patient)["items"]
        system.show([{name: line[name] for name in ("what", "kind", "network") if name in line} for line in lines])
        assert {line["what"] for line in lines} == {"wrong-passcode", "opened", "list", "read", "download"}

        system.step("DOC-4: taken back, it is closed to whoever has it open, and cannot be opened again")
        system.call(204, "DELETE", f"/me/shares/{share}", who=patient)
        assert system.call(410, "GET", one, who=token)["code"] == "share-closed"
        again = system.call(410, "POST", path, {"secret": secret, "passcode": passcode})
        assert again["code"] == "share-revoked"

    # --- DOC-5

    def step(self, patient: Person, case: str, decision: str) -> None:
        system, path = self.system, f"/cases/{patient.id}/{case}"
        tag = {"If-Match": system.call(200, "GET", path, who=self.registrar).etag}
        system.call(200, "POST", f"{path}/decision", {"decision": decision}, self.registrar, headers=tag)

    def copies(self, patient: Person) -> None:
        system = self.system
        system.step("DOC-5: copies are asked for; the clinic has thirty days")
        form = {"organisation_id": self.clinic, "what": "Выписки за последний год", "delivery": "pick-up"}
        body = {"kind": "copy-request", "form": form}
        case = str(system.call(201, "POST", "/me/cases", body, patient, headers=system.key())["case_id"])
        line = next(one for one in self.listed("copy-request") if one["case_id"] == case)
        system.show(line)

        system.step("DOC-5: the registrar takes it on, prepares, and has it ready; the patient hears of each step")
        for decision, event in (("accept", "case_accepted"), ("prepare", "case_preparing"), ("finish", "case_ready")):
            self.step(patient, case, decision)
            self.told(patient, event)
        shown = system.call(200, "GET", f"/me/cases/{case}", who=patient)
        system.show({name: shown[name] for name in ("state", "due", "overdue", "steps")})

        system.step("DOC-5: received; the case is closed and gone from the work list")
        closed = system.call(200, "POST", f"/me/cases/{case}/receipt", who=patient)
        assert closed["state"] == "received"
        assert case not in {one["case_id"] for one in self.listed("copy-request")}

    def listed(self, kind: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = self.system.call(
            200, "GET", f"/cases?kind={kind}&limit=100", who=self.registrar
        )["items"]
        return found

    def transfer(self, patient: Person) -> None:
        system = self.system
        system.step("DOC-5: a transfer to another organisation; staff there see nothing by it")
        admin = system.demo("administrator")
        oid = {"name": "Клиника переезда", "oid": f"1.2.643.5.1.13.13.12.2.77.{secrets.randbelow(10**9)}"}
        there = str(system.call(201, "POST", "/organisations", oid, admin)["organisation_id"])
        newcomer = system.register(last_name="Новиков", first_name="Игорь", middle_name="Олегович", sex="male")
        place = {
            "snils": newcomer.snils,
            "role": "doctor",
            "department": "therapy",
            "staff_number": "1",
            "position": "врач",
        }
        member = str(system.call(201, "POST", f"/organisations/{there}/staff", place, admin)["member_id"])
        system.sign_in(newcomer, "doctor")
        form = {
            "organisation_id": self.clinic,
            "to_organisation_id": there,
            "member_id": member,
            "reason": "moving",
            "sections": ["protocols"],
        }
        body = {"kind": "transfer", "form": form}
        case = str(system.call(201, "POST", "/me/cases", body, patient, headers=system.key())["case_id"])
        for decision in ("accept", "prepare", "send"):
            self.step(patient, case, decision)
        self.told(patient, "transfer_ready")
        card = f"/patients/{patient.id}"
        system.call(403, "GET", f"{card}/examination-protocols", who=newcomer)

        system.step("DOC-5: the new doctor's request waits for the patient, in the patient's own words")
        asked = next(
            one for one in system.call(200, "GET", "/me/consents", who=patient)["items"] if one["member"] == member
        )
        assert (asked["state"], asked["sections"]) == ("requested", ["protocols"])
        tag = {"If-Match": f'W/"{asked["version"]}"'}
        system.call(200, "PUT", f"/me/consents/{member}", {"state": "granted"}, patient, headers=tag)
        system.call(200, "GET", f"{card}/examination-protocols", who=newcomer)
        system.call(403, "GET", f"{card}/visits", who=newcomer)
        system.call(200, "POST", f"/me/cases/{case}/receipt", who=patient)


def main() -> None:
    story = Story()
    patient = story.system.with_card()
    story.records(patient)
    story.link(patient)
    story.copies(patient)
    story.transfer(patient)
    print("\nThe story of links and copies is told.")


if __name__ == "__main__":
    main()
