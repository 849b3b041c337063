"""A number in a chain's loyalty programme, and the consent that it is passed on to that chain with an order (RX-7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.pharmacies import Chain
from chalicelib.errors import ConflictError, NotFoundError, StaleVersionError, WrongStateError
from chalicelib.ports import Clock, Event, PatientKeys, Vault, keys, plaintext
from chalicelib.ports.tables import Expect, Item, Put, Store, Tables, Update, every_row
from chalicelib.services.gate import Gate

GIVEN, WITHDRAWN = "given", "withdrawn"
KIND = "loyalty"


class LoyaltyService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        patient_keys: PatientKeys,
        chains: Mapping[str, Chain],
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._chains = chains
        self._clock = clock

    def chains(self, actor: Actor, language: str) -> list[dict[str, Any]]:
        """Every chain that is connected, with the consent about its loyalty programme; the number stays sealed."""
        patient_id = PersonId(actor.card_id)
        self._gate.record(Event(actor, "loyalty:list", patient_id))
        rows = every_row(self._tables, Store.CARD, keys.patient(patient_id), keys.LOYALTIES)
        held = {str(row["chain"]): row for row in rows}
        return [self._shown(chain, held.get(name), language) for name, chain in self._chains.items()]

    def give(self, actor: Actor, name: str, number: str, language: str) -> dict[str, Any]:
        """Consent that the number goes to this chain with orders that ask for it; another number takes its place.

        Raises NotFoundError for a chain that is not connected, WrongStateError for one without a programme.
        """
        chain, patient_id = self._chain(name), PersonId(actor.card_id)
        if not chain.loyalty:
            raise WrongStateError("this chain has no loyalty programme")
        old = self._tables.get(keys.loyalty(patient_id, name))
        version = int(old["ver"]) + 1 if old else 1
        staged = self._gate.stage_private(actor, patient_id, KIND, name, "loyalty:give", resource_version=version)
        row: Item = {
            "chain": name,
            "state": GIVEN,
            "since": stamp(self._clock()),
            "ver": version,
            "sealed": self._vault.seal(staged.seal_with, version, plaintext({"number": number})),
        }
        expect = {"ver": version - 1} if old else Expect.ABSENT
        try:
            self._gate.commit(
                [staged], [Put(keys.loyalty(patient_id, name), row, expect), self._keys.alive(patient_id)]
            )
        except ConflictError as error:
            if error.index == 0:
                raise StaleVersionError from None
            raise
        return self._shown(chain, row, language)

    def withdraw(self, actor: Actor, name: str) -> None:
        """The number is removed; orders that were not told to the chain yet go without it. Repeatable."""
        patient_id = PersonId(actor.card_id)
        row = self._tables.get(keys.loyalty(patient_id, name))
        if row is None:
            raise NotFoundError
        if row["state"] == WITHDRAWN:
            return
        event = Event(actor, "loyalty:withdraw", patient_id, resource_type=KIND, resource_id=name)
        change = Update(
            keys.loyalty(patient_id, name),
            {"state": WITHDRAWN, "since": stamp(self._clock())},
            {"ver": 1},
            remove=("sealed",),
            expect={"ver": int(row["ver"])},
        )
        try:
            self._gate.commit([self._gate.stage(event)], [change])
        except ConflictError:
            raise StaleVersionError from None

    def _chain(self, name: str) -> Chain:
        if name not in self._chains:
            raise NotFoundError
        return self._chains[name]

    @staticmethod
    def _shown(chain: Chain, row: Item | None, language: str) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "name": chain.name,
            "title": chain.title["en" if language == "en" else "ru"],
            "has_loyalty": chain.loyalty,
            "loyalty": row["state"] if row else "none",
        }
        return {**shown, "loyalty_since": row["since"]} if row else shown
