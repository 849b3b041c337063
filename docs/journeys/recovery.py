"""Identity desk, recovery and suspicious activity: ID-7, ID-8, ID-9, ID-11, SPC-3.

Somebody lost telephone and password: an operator compares the passport, a second one approves, a temporary code is
printed, the person sets a new password and telephone, and every earlier session is dead. Another recovery is stopped
by the owner, one because of a theft is not. Then a session that behaves like a script is stopped and released, a
token turns up on another device, a password is guessed, a sign-in is reported, and a security officer works the
tickets.
"""

from __future__ import annotations

import secrets
from typing import Any

from client import PASSWORD, Person, System

NEW_PASSWORD = "Zhuravl-v-nebe-9"  # noqa: S105  # of somebody who does not exist
REFUSALS = 60  # domain/suspicion.py
UNAUTHORIZED, FORBIDDEN, NOT_FOUND, CONFLICT, TOO_MANY = 401, 403, 404, 409, 429


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.first, self.second = (self.system.demo("identity-operator", n) for n in range(2))
        self.owner = self.system.sign_in(self.system.register())
        self.officer = self.system_officer()

    def system_officer(self) -> Person:
        """A security officer of the system, whom its administrator appoints."""
        system = self.system
        admin, person = system.demo("administrator"), system.register(last_name="Стражев", sex="male")
        form = {"snils": person.snils, "role": "security-officer", "department": "security", "position": "officer"}
        system.call(201, "POST", "/organisations/system/staff", form, admin)
        return system.sign_in(person, "security-officer")

    # --- pieces

    def papers(self, **changes: str) -> dict[str, str]:
        names = ("snils", "passport_series", "passport_number", "birth_date")
        return {**{name: self.owner.form[name] for name in names}, **changes}

    def look_up(self) -> str:
        return str(self.system.call(200, "POST", "/desk/look-ups", self.papers(), self.first)["look_up_id"])

    def open_(self, reason: str) -> str:
        body = {"look_up_id": self.look_up(), "reason": reason}
        return str(self.system.call(201, "POST", "/desk/recoveries", body, self.first)["recovery_id"])

    def told(self, event: str, who: Person) -> None:
        self.system.wait(lambda body: event in {n["event"] for n in body["items"]}, "/me/notices?limit=50", who)

    def enter(self, person: Person, headers: dict[str, str] | None = None, password: str = PASSWORD) -> str:
        """A session of somebody; ``headers`` go with each call of the sign-in."""
        system = self.system
        login = {"login": person.phone, "password": password}
        challenge = system.call(200, "POST", "/sessions", login, headers=headers)["challenge_id"]
        system.call(202, "POST", f"/sessions/{challenge}/sms", headers=headers)
        answer = {"factor": "sms", "code": system.code(person.phone)}
        done = system.call(200, "POST", f"/sessions/{challenge}/factor", answer, headers=headers)
        person.token = str(done["access_token"])
        return str(done["session_id"])

    # --- steps

    def compare(self) -> None:
        system = self.system
        system.step("ID-7: all four numbers of the passport fit, or the person is unknown; the owner hears of it")
        wrong = system.call(NOT_FOUND, "POST", "/desk/look-ups", self.papers(passport_number="000000"), self.first)
        nobody = self.papers(snils=system.register().snils, passport_number="000000")
        unknown = system.call(NOT_FOUND, "POST", "/desk/look-ups", nobody, self.first)
        assert {**wrong.body, "request_id": ""} == {**unknown.body, "request_id": ""}
        self.told("desk_refused", self.owner)
        system.call(FORBIDDEN, "POST", "/desk/look-ups", self.papers(), self.owner)

    def confirm(self) -> None:
        system = self.system
        system.step("ID-7: identity confirmed in person gives the highest level")
        system.call(200, "POST", "/desk/confirmations", {"look_up_id": self.look_up()}, self.first)
        assert system.call(200, "GET", "/me", who=self.owner)["level"] == 3  # noqa: PLR2004
        system.call(NOT_FOUND, "POST", "/desk/confirmations", {"look_up_id": "unknown"}, self.first)

    def recover(self) -> None:
        system, old_phone, old_token = self.system, self.owner.phone, self.owner.token
        system.step("ID-8: a recovery is opened; nobody alone, nobody twice, a second operator approves")
        recovery_id = self.open_("lost-both")
        path = f"/desk/recoveries/{recovery_id}"
        again = {"look_up_id": self.look_up(), "reason": "lost-both"}
        system.call(CONFLICT, "POST", "/desk/recoveries", again, self.first)
        system.call(CONFLICT, "POST", f"{path}/code", who=self.first)
        system.call(FORBIDDEN, "POST", f"{path}/approval", who=self.first)
        system.call(200, "POST", f"{path}/approval", who=self.second)
        code = str(system.call(200, "POST", f"{path}/code", who=self.first)["code"])
        system.call(CONFLICT, "POST", f"{path}/code", who=self.first)
        print(f"   printed: {recovery_id} / {code[:3]}…")
        for event in ("recovery_opened", "recovery_approved", "recovery_code_issued"):
            self.told(event, self.owner)

        system.step("SPC-3: the person gives the code, a new password and a new telephone")
        self.owner.phone = f"+7926{secrets.randbelow(10_000_000):07d}"
        given = {"code": code, "password": NEW_PASSWORD, "phone": self.owner.phone}
        system.call(UNAUTHORIZED, "POST", f"/recoveries/{recovery_id}", {**given, "code": "AAAAA-AAAAA"})
        weak = system.call(422, "POST", f"/recoveries/{recovery_id}", {**given, "password": "weak"})
        assert {problem["field"] for problem in weak["fields"]} == {"/password"}
        handle = system.call(200, "POST", f"/recoveries/{recovery_id}", given)["handle"]
        system.call(UNAUTHORIZED, "POST", f"/recoveries/{recovery_id}", given)
        answer = {"handle": handle, "code": system.code(self.owner.phone)}
        system.call(200, "POST", f"/recoveries/{recovery_id}/completion", answer)
        system.call(UNAUTHORIZED, "POST", f"/recoveries/{recovery_id}/completion", answer)

        system.step("ID-9: every earlier session is dead; the old password and the old telephone open nothing")
        assert system.call(UNAUTHORIZED, "GET", "/me", who=old_token)["code"] == "session-ended"
        for login, password in ((old_phone, NEW_PASSWORD), (self.owner.phone, PASSWORD)):
            system.call(UNAUTHORIZED, "POST", "/sessions", {"login": login, "password": password})
        self.enter(self.owner, password=NEW_PASSWORD)
        assert system.call(200, "GET", "/me", who=self.owner)["factors"] == ["sms"]
        self.told("recovery_completed", self.owner)
        before = [text for text in system.messages(old_phone) if "безопасности" in text]
        print(f"   messages to the old telephone: {len(before)}")
        assert before

    def stop(self) -> None:
        system = self.system
        system.step("ID-8: the owner stops a recovery: the code dies, an officer gets a ticket")
        recovery_id = self.open_("lost-phone")
        stopped = system.call(200, "DELETE", "/me/recoveries/current", who=self.owner)
        system.call(CONFLICT, "POST", f"/desk/recoveries/{recovery_id}/approval", who=self.second)
        system.call(NOT_FOUND, "DELETE", "/me/recoveries/current", who=self.owner)
        self.told("ticket_waiting", self.officer)
        path = f"/tickets/{stopped['ticket_id']}"
        ticket = system.call(200, "GET", path, who=self.officer)
        taken = system.call(200, "POST", path, {"step": "take"}, self.officer, headers={"If-Match": ticket.etag})
        closing = {"step": "close", "outcome": "confirmed", "words": "Оператор опрошен, код не выдавался."}
        system.call(200, "POST", path, closing, self.officer, headers={"If-Match": taken.etag})
        mine = system.call(200, "GET", "/me/tickets", who=self.owner)["items"]
        assert mine[0]["answer"] == closing["words"]
        system.show(mine[0])

    def steal(self) -> None:
        """Who holds the stolen telephone has a session, the password and the codes, and cannot stop the owner."""
        system = self.system
        system.step(
            "ID-8: a stolen telephone: two operators, everybody out at the approval, nobody in until it is over"
        )
        recovery_id = self.open_("stolen")
        path = f"/desk/recoveries/{recovery_id}"
        system.call(FORBIDDEN, "DELETE", "/me/recoveries/current", who=self.owner)
        system.call(CONFLICT, "POST", f"{path}/code", who=self.first)
        system.call(200, "POST", f"{path}/approval", who=self.second)
        assert system.call(UNAUTHORIZED, "GET", "/me", who=self.owner)["code"] == "session-ended"
        login = {"login": self.owner.phone, "password": NEW_PASSWORD}
        challenge = system.call(200, "POST", "/sessions", login)["challenge_id"]
        system.call(202, "POST", f"/sessions/{challenge}/sms")
        answer = {"factor": "sms", "code": system.code(self.owner.phone)}
        system.call(UNAUTHORIZED, "POST", f"/sessions/{challenge}/factor", answer)
        self.told("ticket_waiting", self.officer)
        system.call(200, "POST", f"{path}/cancellation", who=self.second)
        self.enter(self.owner, password=NEW_PASSWORD)
        self.told("stolen_recovery_approved", self.owner)

    def script(self) -> None:
        system, thief = self.system, self.system.register()
        system.step("ID-11: a session that is refused like a script is stopped, its owner told, and released by them")
        blocked = self.enter(thief)
        for _ in range(REFUSALS + 1):
            self.refused(thief)
        assert system.call(UNAUTHORIZED, "GET", "/me", who=thief)["code"] == "session-blocked"
        stopped = thief.token
        self.enter(thief)
        self.told("session_blocked", thief)
        system.call(204, "POST", f"/me/sessions/{blocked}/unblock", who=thief)
        system.call(200, "GET", "/me", who=stopped)

    def refused(self, who: Person) -> None:
        """A card that is not theirs: refused, and looks like an unknown one."""
        self.system.call(NOT_FOUND, "GET", f"/patients/{self.owner.id}/visits", who=who)

    def replay(self) -> None:
        system, person = self.system, self.system.register()
        system.step("ID-9, ID-11: a token on another device than the one that signed in stops the session")
        own, other = {"X-Device-ID": secrets.token_hex(8)}, {"X-Device-ID": secrets.token_hex(8)}
        self.enter(person, own)
        system.call(200, "GET", "/me", who=person, headers=own)
        assert system.call(UNAUTHORIZED, "GET", "/me", who=person, headers=other)["code"] == "session-blocked"
        assert system.call(UNAUTHORIZED, "GET", "/me", who=person, headers=own)["code"] == "session-blocked"

    def guess(self) -> None:
        system, person = self.system, self.system.register()
        system.step("ID-11: a guessed password locks for a while, the owner is told and not locked out of a session")
        self.enter(person)
        wrong = {"login": person.phone, "password": "Ne-tot-parol-1"}
        for _ in range(5):
            system.call(UNAUTHORIZED, "POST", "/sessions", wrong)
        system.call(TOO_MANY, "POST", "/sessions", wrong)
        self.told("password_guessed", person)

        system.step("ID-11: the journal of sign-ins; it was not me")
        lines = system.call(200, "GET", "/me/sign-ins", who=person)["items"]
        assert [line["outcome"] for line in lines] == ["locked", *["refused"] * 5, "entered"]
        system.show(lines[0])
        line = lines[-1]["sign_in_id"]
        assert system.call(200, "POST", f"/me/sign-ins/{line}/report", who=person)["session_ended"]
        assert system.call(UNAUTHORIZED, "GET", "/me", who=person)["code"] == "session-ended"

    def write(self) -> None:
        system = self.system
        system.step("ID-11: a person writes to the security service; another's officer does not see it")
        made = system.call(201, "POST", "/me/tickets", {"text": "Пришёл код, которого я не просил"}, self.owner)
        path = f"/tickets/{made['ticket_id']}"
        assert system.call(200, "GET", path, who=self.officer)["text"] == "Пришёл код, которого я не просил"
        system.call(NOT_FOUND, "GET", path, who=system.demo("security-officer"))

    def tell(self) -> None:
        steps: tuple[Any, ...] = (
            self.compare,
            self.confirm,
            self.recover,
            self.stop,
            self.steal,
            self.script,
            self.replay,
            self.guess,
            self.write,
        )
        for step in steps:
            step()
        print("\nall as it should be")


if __name__ == "__main__":
    Story().tell()
