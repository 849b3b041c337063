"""Whose card is meant, and the search for patients: among the cards that the caller may see, and no others.

Who may see no card of somebody learns nothing of them: a number that is known and one that is not have one answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chalicelib.domain.identity import OWNERS, Actor, PatientId, PersonId, Role
from chalicelib.domain.resource_ids import card_resource_id, patient_of
from chalicelib.domain.resource_search.asking import Asked
from chalicelib.domain.resource_search.matching import Around, Clause, matches
from chalicelib.domain.resource_search.ordering import ordered
from chalicelib.domain.resource_search.values import Pointer, Token, Value
from chalicelib.errors import MedkartaError, SearchTooCostlyError
from chalicelib.ports import keys
from chalicelib.ports.access_rows import consent_of
from chalicelib.ports.resources import Resource
from chalicelib.ports.tables import Item, Store
from chalicelib.records.resource_search import RESOURCE_SEARCH
from chalicelib.services.resource_search.included import Including, wanted_kinds
from chalicelib.services.resource_search.results import Found
from chalicelib.services.resource_search.views import Tools, consented, patient_open, seen

NOBODY = PersonId("")
READ = 50
"""Patients whose data one request opens: each is an access, with an entry of its own."""
SERVER = 500


class People:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def meant(self, actor: Actor, value: Value) -> PatientId:
        """Whom a value of ``patient=`` or ``patient.identifier=`` means; NOBODY for whom the caller cannot see.

        Who is named by id is not looked at here: the gate does.
        """
        if isinstance(value, Pointer):
            return patient_of(value.id) or NOBODY
        if isinstance(value, Token) and value.code:
            found = self._t.subjects.by_identifier(actor, value.system or "", value.code)
            if found is not None and self._visible(actor, found):
                return found
        return NOBODY

    def search(self, actor: Actor, asked: Asked, after: Item | None) -> Found:
        ids = [one for one in asked.clauses if one.parameter.name == "_id" and not one.modifier]
        numbers = [one for one in asked.clauses if one.parameter.name == "identifier" and not one.modifier]
        others = [one for one in asked.clauses if one not in numbers]
        further: Item | None = None
        if ids:
            named = [patient_of(value.code) or NOBODY for value in ids[0].values if isinstance(value, Token)]
            candidates: Sequence[PatientId] = [one for one in named if one and self._visible(actor, one)]
            others = [*others, *numbers]
        elif numbers:
            candidates = [self.meant(actor, value) for value in numbers[0].values]
            others = [*others, *numbers[1:]]
        elif _own(actor):
            candidates = [actor.card_id]
        else:
            candidates, further = self._listed(actor, after, min(asked.count, READ))
        return self._found(actor, asked, others, candidates, further, after)

    def _found(
        self,
        actor: Actor,
        asked: Asked,
        clauses: Sequence[Clause],
        candidates: Sequence[PatientId],
        further: Item | None,
        after: Item | None,
    ) -> Found:
        around = Around(self._t.clock(), self._t.base)
        read = self._read(actor, [*dict.fromkeys(one for one in candidates if one)][:READ])
        hits = [one for one in read if all(matches(one, clause, around) for clause in clauses)]
        if (asked.orders or asked.total) and (further is not None or after is not None):
            raise SearchTooCostlyError
        if asked.orders:
            hits = [dict(one) for one in ordered(hits, asked.orders)]
        found = Found(hits, total=len(hits) if asked.total else None, after=further)
        if len(hits) == 1 and asked.reverse and (kinds := wanted_kinds(self._t, actor, asked)):
            card = patient_of(str(hits[0]["id"])) or NOBODY
            view = seen(self._t, actor, card, RESOURCE_SEARCH, kinds)
            found.included, found.partial = Including(self._t, actor, view, asked).of(hits)
        elif asked.reverse or asked.includes:
            found.included, found.partial = Including(self._t, actor, None, asked).of(hits)
        return found

    def _read(self, actor: Actor, candidates: Sequence[PatientId]) -> Iterator[Resource]:
        for one in candidates:
            if not patient_open(self._t, actor, one):
                continue
            try:
                yield self._t.reader.read(actor, "Patient", card_resource_id(one))
            except MedkartaError as error:
                if error.status >= SERVER:
                    raise

    # --- who may be seen

    def _visible(self, actor: Actor, patient_id: PatientId) -> bool:
        """By rows, without asking the gate: it would tell the patient of an attempt that a search is not."""
        if _own(actor):
            return actor.card_id == patient_id
        client = actor.person_id
        wanted = [keys.delivered_to(client, patient_id), keys.delivered_patient(client, patient_id)]
        rows = self._t.tables.get_many(wanted) if actor.is_partner else {}
        return bool(rows) or consented(self._t, actor, patient_id)

    def _listed(self, actor: Actor, after: Item | None, limit: int) -> tuple[list[PatientId], Item | None]:
        """A page of them, list by list: who answered the caller, whom it delivered, to whom it delivered."""
        lists = [(keys.grantee(actor.grantee_id, "").pk, keys.patient(""))] if actor.grantee_id else []
        if actor.is_partner:
            brought = keys.delivered_patients(actor.person_id)
            lists += [(brought, keys.DELIVERED_PATIENTS), (brought, keys.DELIVERED_TO)]
        number = int(after["list"]) if after else 0
        start = after.get("at") if after else None
        while number < len(lists):
            pk, prefix = lists[number]
            page = self._t.tables.query(Store.CARD, pk, prefix, limit=limit, after=start)
            found = [PersonId(str(row["sk"]).removeprefix(prefix)) for row in page.items]
            if page.after is not None:
                return self._once(actor, found, number), {"list": number, "at": dict(page.after)}
            number, start = number + 1, None
            if found:
                return self._once(actor, found, number - 1), {"list": number} if number < len(lists) else None
        return [], None

    def _once(self, actor: Actor, found: Sequence[PatientId], number: int) -> list[PatientId]:
        """Without those whose consent has ended, and without those that an earlier list has."""
        consents = self._t.tables.get_many([keys.consent(one, actor.grantee_id) for one in found])
        now = self._t.clock()
        live = {
            one
            for one in found
            if (consent := consent_of(consents.get(keys.consent(one, actor.grantee_id)))) and consent.live(now)
        }
        if number == 0:
            return [one for one in found if one in live]
        there = self._t.tables.get_many([keys.delivered_patient(actor.person_id, one) for one in found])
        known = {one for one in found if number > 1 and keys.delivered_patient(actor.person_id, one) in there}
        return [one for one in found if one not in live | known]


def _own(actor: Actor) -> bool:
    return actor.role in OWNERS or actor.role is Role.APPLICATION
