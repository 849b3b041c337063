"""Whose a login at a provider is: one login, one person; one person, one login at a provider."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain import single_sign_on as rules
from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.single_sign_on import Provider, Vouched
from chalicelib.ports import BlindIndex, Clock, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Put, Tables, Write
from chalicelib.services.gate import Gate

MOST_MERGES = 5  # of accounts one into the next; more are nobody's


@dataclass(frozen=True, slots=True)
class Login:
    """A login as it is known here: its keyed tag, and to whom it is linked."""

    tag: str
    person_id: PersonId | None

    def contradicts(self, owner: PersonId | None, link: Item) -> bool:
        """``link``: the row of the owner's link to this provider, empty when there is none."""
        another = self.person_id is not None and self.person_id != owner
        otherwise = owner is not None and bool(link) and link["tags"][keys.SUBJECT] != self.tag
        return another or otherwise


class Logins:
    def __init__(self, gate: Gate, tables: Tables, index: BlindIndex, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._index = index
        self._clock = clock

    def found(self, provider: Provider, vouched: Vouched) -> tuple[Login, PersonId | None]:
        """The login, and whose the verified number is. An account that went into another one is the other one."""
        tag = self._index.tag(keys.SUBJECT, rules.subject_text(provider, vouched.subject))
        login = keys.blind_index(keys.SUBJECT, tag)
        number = keys.blind_index("snils", self._index.tag("snils", vouched.snils))
        rows = self._tables.get_many([login, number])
        owner = PersonId(rows[number]["person"]) if number in rows else None
        linked = PersonId(rows[login]["person"]) if login in rows else None
        if linked is not None and linked != owner:
            linked = self._present(linked)
        return Login(tag, linked), owner

    def linking(self, provider: Provider, login: Login, person_id: PersonId) -> list[Write]:
        """Nothing when they are linked; the account's owner is told of the first time."""
        if login.person_id is not None:
            return []
        now = self._clock()
        row: Item = {"provider": provider.name, "tags": {keys.SUBJECT: login.tag}, "at": stamp(now)}
        return [
            Put(keys.blind_index(keys.SUBJECT, login.tag), {"person": person_id}),
            Put(keys.link(person_id, provider.name), row),
            happened(person_id, self._gate.new_id(), "provider_linked", now),
        ]

    def _present(self, person_id: PersonId) -> PersonId:
        """Who a merged account is now (SPC-5). The link stays where it is, so that a merge can be undone."""
        for _ in range(MOST_MERGES):
            profile = self._tables.get(keys.profile(person_id)) or {}
            if profile.get("state") != "merged":
                break
            person_id = PersonId(profile["merged_into"])
        return person_id
