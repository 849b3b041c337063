"""Second factors: ID-3, ID-4, ID-7, ID-8, SEC-3.

A person signs in by password and SMS, adds an authenticator app, a passkey and recovery codes, switches SMS off, uses
each of them, and meets every refusal on the way: no second factor, a code twice, a copied key, the last factor.
"""

from __future__ import annotations

import time
from typing import Any

import pyotp
from client import PASSWORD, Answer, System

from tests.authenticator import PRESENT, Authenticator


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.owner = self.system.sign_in(self.system.register())
        self.device = Authenticator(self.system.url)

    # --- pieces

    def begin(self, login: str = "", password: str = PASSWORD, expected: int = 200) -> Answer:
        given = {"login": login or self.owner.phone, "password": password}
        return self.system.call(expected, "POST", "/sessions", given)

    def answer(self, challenge: str, expected: int = 200, **given: Any) -> Answer:
        return self.system.call(expected, "POST", f"/sessions/{challenge}/factor", given)

    def by_passkey(self, device: Authenticator, expected: int = 200) -> dict[str, Any]:
        """Sign in with a passkey; the assertion that was given."""
        challenge = self.begin()["challenge_id"]
        asked = self.system.call(200, "POST", f"/sessions/{challenge}/passkey").body
        assertion = device.get(asked)
        done = self.answer(challenge, expected, factor="passkey", assertion=assertion)
        if expected == 200:  # noqa: PLR2004
            self.owner.token = str(done["access_token"])
        return assertion

    def mine(self) -> list[str]:
        return list(self.system.call(200, "GET", "/me", who=self.owner)["factors"])

    def told(self, event: str) -> None:
        self.system.wait(lambda body: event in {n["event"] for n in body["items"]}, "/me/notices?limit=50", self.owner)

    # --- steps

    def password(self) -> None:
        system = self.system
        system.step("ID-3: a password alone opens nothing; wrong and unknown look alike (SEC-3)")
        begun = self.begin()
        system.call(401, "GET", "/me", who=str(begun["challenge_id"]))
        self.answer(begun["challenge_id"], 401, factor="sms", code="000000")
        wrong = self.begin(password=PASSWORD[::-1], expected=401)
        unknown = self.begin(login="nobody@example.org", expected=401)
        assert {**wrong.body, "request_id": ""} == {**unknown.body, "request_id": ""}

    def app(self) -> pyotp.TOTP:
        system = self.system
        system.step("ID-3: an authenticator app is added; its codes are good once")
        made = system.call(201, "POST", "/me/totp", who=self.owner)
        app = pyotp.TOTP(str(made["secret"]))
        code = app.now()
        system.call(200, "POST", "/me/totp/confirm", {"code": code}, self.owner)
        challenge = self.begin()["challenge_id"]
        self.answer(challenge, 401, factor="totp", code=code)
        self.owner.token = str(
            self.answer(challenge, factor="totp", code=app.at(int(time.time()) + 30))["access_token"]
        )
        assert self.mine() == ["totp", "sms"]
        self.told("factor_added")
        return app

    def passkey(self) -> str:
        system = self.system
        system.step("ID-4, ID-7: a passkey is added, with user verification or not at all")
        careless = Authenticator(system.url)
        careless.flags = PRESENT
        asked = system.call(200, "POST", "/me/passkeys/options", who=self.owner).body
        given = {"credential": careless.create(asked), "name": "Ключ"}
        system.call(401, "POST", "/me/passkeys", given, self.owner)
        given = {"credential": self.device.create(asked), "name": "Телефон"}
        made = system.call(201, "POST", "/me/passkeys", given, self.owner)
        system.call(401, "POST", "/me/passkeys", given, self.owner)  # a challenge is good once
        system.show(made.body)
        system.step("ID-4: it signs in and steps up; another's key, another origin and a repeat do not")
        assertion = self.by_passkey(self.device)
        challenge = self.begin()["challenge_id"]
        self.answer(challenge, 401, factor="passkey", assertion=assertion)
        elsewhere = self.device.twin()
        elsewhere.origin = "https://evil.example"
        self.by_passkey(elsewhere, 401)
        self.by_passkey(Authenticator(system.url), 401)
        self.device.count = elsewhere.count
        asked = system.call(200, "POST", "/me/step-up/passkey", who=self.owner).body
        step_up = {"factor": "passkey", "assertion": self.device.get(asked)}
        self.owner.token = str(system.call(200, "POST", "/me/step-up", step_up, self.owner)["access_token"])
        return str(made["passkey_id"])

    def codes(self) -> None:
        system = self.system
        system.step("ID-8: ten recovery codes, shown once; each opens once, new ones end the old")
        old = system.call(201, "POST", "/me/recovery-codes", who=self.owner)["codes"]
        new = system.call(201, "POST", "/me/recovery-codes", who=self.owner)["codes"]
        challenge = self.begin()["challenge_id"]
        self.answer(challenge, 401, factor="recovery-code", code=old[0])
        self.owner.token = str(self.answer(challenge, factor="recovery-code", code=new[0])["access_token"])
        self.answer(self.begin()["challenge_id"], 401, factor="recovery-code", code=new[0])
        assert system.call(200, "GET", "/me/recovery-codes", who=self.owner)["left"] == len(new) - 1
        self.told("recovery_code_used")

    def last(self, passkey_id: str) -> None:
        system = self.system
        system.step("ID-3: SMS is switched off, and the last factor stays")
        shown = system.call(200, "PUT", "/me/sms-factor", {"enabled": False}, self.owner)
        assert shown["factors"] == ["passkey", "totp", "recovery-code"]
        system.call(409, "POST", f"/sessions/{self.begin()['challenge_id']}/sms")
        system.call(200, "DELETE", "/me/totp", who=self.owner)
        refused = system.call(409, "DELETE", f"/me/passkeys/{passkey_id}", who=self.owner)
        assert refused["code"] == "last-factor"
        self.told("factor_removed")

    def copied(self) -> None:
        system = self.system
        system.step(
            "ID-4: a copy of the key shows by its counter: the passkey is suspended, the owner told, SMS is back"
        )
        copy = self.device.twin()
        self.by_passkey(self.device)
        self.by_passkey(copy, 401)
        passkeys = system.call(200, "GET", "/me/passkeys", who=self.owner)["items"]
        assert [passkey["state"] for passkey in passkeys] == ["suspended"]
        assert self.mine() == ["recovery-code", "sms"]
        self.told("passkey_suspended")
        system.show(passkeys)


def walk() -> None:
    story = Story()
    story.password()
    story.app()
    passkey_id = story.passkey()
    story.codes()
    story.last(passkey_id)
    story.copied()
    print("\nThe story is complete.")


if __name__ == "__main__":
    walk()
