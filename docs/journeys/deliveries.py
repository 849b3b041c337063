"""Notices outside: MSG-2.

A person chooses what goes outside of the cabinet: by which channels, for which topics, when not. In quiet hours a
notice waits, one about security does not; the cabinet says what became of each. They find what is unread and read it.
"""

from __future__ import annotations

from client import Person, System

QUIET_ALL_DAY = {"from": "00:00", "until": "23:59"}


class Story:
    def __init__(self) -> None:
        self.system = System()

    def wishes(self, person: Person) -> None:
        system = self.system
        system.step("Their own zone; visits by SMS alone, news by nothing; quiet at any hour")
        wishes = {"zone": "Asia/Omsk", "quiet": QUIET_ALL_DAY, "topics": {"visits": ["sms"], "news": []}}
        shown = system.call(200, "PATCH", "/me", wishes, person).body
        system.show({name: shown[name] for name in ("zone", "quiet", "topics", "channels")})
        system.call(422, "PATCH", "/me", {"zone": "Moon/Crater"}, person)
        system.step("What is about security cannot be switched off")
        system.call(422, "PATCH", "/me", {"topics": {"security": []}}, person)

    def alarm(self, person: Person) -> None:
        system = self.system
        system.step("They add recovery codes: that is told at once, for all the quiet")
        system.call(201, "POST", "/me/recovery-codes", None, person)
        sent = {"sent", "delivered"}
        path = "/me/deliveries?limit=50"
        seen = system.wait(
            lambda body: {one["channel"] for one in body["items"] if one["state"] in sent} >= {"sms", "email"},
            path,
            person,
        )
        system.show([{k: one[k] for k in ("event", "channel", "state")} for one in seen["items"]])

    def inbox(self, person: Person) -> None:
        system = self.system
        system.step("How many are unread; those about security; all of them read")
        count = system.call(200, "GET", "/me/inbox", who=person).body
        unread = system.call(200, "GET", "/me/notices?unread=true&topic=security", who=person)["items"]
        system.show({**count, "security": [one["title"] for one in unread]})
        newest = system.call(200, "GET", "/me/notices?limit=1", who=person)["items"][0]["id"]
        system.call(200, "POST", "/me/inbox/read", {"newest": newest}, person)
        assert system.call(200, "GET", "/me/inbox", who=person).body == {"unread": 0, "more": False}


def main() -> None:
    story = Story()
    person = story.system.sign_in(story.system.register())
    story.wishes(person)
    story.alarm(person)
    story.inbox(person)
    print("\nThe story of notices outside is told.")


if __name__ == "__main__":
    main()
