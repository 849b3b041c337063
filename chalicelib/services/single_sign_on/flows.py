"""The life of one flow: begun, leased for one answer at a time, redeemed at the provider, over."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from chalicelib.domain import single_sign_on as rules
from chalicelib.domain.identity import SYS, Actor, PersonId
from chalicelib.domain.secrets import hash_secret
from chalicelib.domain.single_sign_on import SIGN_IN, Brought, Provider, Vouched
from chalicelib.errors import (
    ConflictError,
    CredentialsError,
    ErasedError,
    MedkartaError,
    UnavailableError,
    WrongStateError,
)
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.identity_providers import AuthenticationAnswer, AuthenticationRequest, IdentityProviders
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Delete, Item, Key, Put, Tables, Update, Write
from chalicelib.services.gate import Gate

CALLBACK = "/api/v1/sign-in/callback"
"""The one ``redirect_uri``, below the public address."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow that is being answered, and in whose name its entries are."""

    actor: Actor
    subject: PersonId
    action: str
    provider: Provider
    key: Key
    version: int

    def event(self, subject: PersonId, outcome: str = "success", reason: str = "", **details: str) -> Event:
        return Event(
            self.actor,
            self.action,
            subject,
            outcome,
            resource_type="link",
            resource_id=self.provider.name,
            reason=reason,
            details={"provider": self.provider.name, **details},
        )

    @property
    def over(self) -> Write:
        return Delete(self.key, {"ver": self.version})


class Flows:
    def __init__(self, gate: Gate, tables: Tables, outside: IdentityProviders, clock: Clock, public_url: str) -> None:
        self._gate = gate
        self._tables = tables
        self._outside = outside
        self._clock = clock
        self._redirect_uri = public_url + CALLBACK

    def started(self, provider: Provider, purpose: str, owner: Actor | None = None) -> tuple[Item, Write]:
        """What the client gets, and the row to store. Raises ProviderUnavailableError."""
        state, binding = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        request = AuthenticationRequest(
            state=state,
            nonce=rules.nonce_of(binding, state),
            challenge=rules.challenge_of(rules.verifier_of(binding, state)),
            redirect_uri=self._redirect_uri,
        )
        url = self._outside.authorization_url(provider, request)
        row = rules.new_flow(provider, purpose, binding, self._clock(), **_whose(owner))
        started = {"authorization_url": url, "handle": state, "binding": binding, "expires_in": rules.FLOW_SECONDS}
        return started, Put(keys.flow(hash_secret(state)), row)

    def leased(
        self, actor: Actor, provider: Provider, purpose: str, brought: Brought, owner: Actor | None = None
    ) -> Flow:
        """The flow that an answer belongs to, for this answer alone. Raises CredentialsError, WrongStateError."""
        key, now = keys.flow(hash_secret(brought.state)), self._clock()
        row = self._tables.get(key)
        action = "sign-on:finish" if purpose == SIGN_IN else "identity-confirmation:finish"
        subject = owner.person_id if owner else SYS
        flow = Flow(actor, subject, action, provider, key, int(row["ver"]) + 1 if row else 0)
        defect = rules.flow_defect(row, provider, purpose, brought.binding, now, **_whose(owner))
        if defect or row is None:
            # The flow stays: who has only its state must not be able to end it for its owner.
            self._gate.record(flow.event(subject, "denied", defect))
            raise CredentialsError
        if int(row["leased_until"]) > now.timestamp():
            raise WrongStateError("another answer to this is being checked")
        change: Item = {"leased_until": int(now.timestamp()) + rules.LEASE_SECONDS}
        try:
            self._tables.commit([Update(key, change, {"ver": 1, "answers": 1}, expect={"ver": row["ver"]})])
        except ConflictError:
            raise WrongStateError("another answer to this is being checked") from None
        return flow

    def redeemed(self, flow: Flow, brought: Brought) -> Vouched:
        """What the provider vouches for. Raises CredentialsError; ProviderUnavailableError with nothing used up."""
        answer = AuthenticationAnswer(
            code=brought.code,
            issuer=brought.issuer,
            verifier=rules.verifier_of(brought.binding, brought.state),
            nonce=rules.nonce_of(brought.binding, brought.state),
            redirect_uri=self._redirect_uri,
        )
        try:
            proof = self._outside.redeem(flow.provider, answer)
        except UnavailableError:
            with contextlib.suppress(MedkartaError):  # else the lease ends by itself
                self._tables.commit([Update(flow.key, {"leased_until": 0}, expect={"ver": flow.version})])
            raise
        if proof.defect:
            self.refuse(flow, proof.defect, CredentialsError(), failed=proof.detail)
        return rules.vouched_of(flow.provider, proof.claims)

    def refuse(
        self,
        flow: Flow,
        reason: str,
        error: MedkartaError,
        people: Sequence[PersonId] = (),
        told: str = "",
        **details: str,
    ) -> NoReturn:
        """End the flow with its entry, in the chain of everybody whom it concerns, and tell them."""
        concerned = list(people) or [flow.subject]
        said = {name: text for name, text in details.items() if text}
        events = [flow.event(person, "denied", reason, **said) for person in concerned]
        notices = [happened(p, self._gate.new_id(), told, self._clock()) for p in concerned if told and p != SYS]
        try:
            self._gate.commit([self._gate.stage(event) for event in events], [flow.over, *notices])
        except (ConflictError, ErasedError):
            for event in events:
                self._gate.record(event)
        raise error


def _whose(owner: Actor | None) -> dict[str, str]:
    return {"person": owner.person_id, "session": owner.session_id} if owner else {}
