"""Single sign-on and confirmation of identity by a provider outside (ID-6, ID-7); the rules: domain/single_sign_on.py.

    begin    a flow: where the browser goes, and the binding that its client keeps
    finish   the flow is leased (one answer at a time), the code exchanged, the ID token checked; then, in one
             transaction, the flow ends and what it was for begins or is refused

A sign-in finds the account by the SNILS that the provider verified, never by e-mail, telephone or name, and stands
where a password would: the second factor follows (ID-3). While a provider is down, nothing is used up.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from chalicelib.domain import single_sign_on as rules
from chalicelib.domain.assurance import evidence
from chalicelib.domain.factors import enrolled
from chalicelib.domain.identity import SYS, Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.secrets import hash_secret
from chalicelib.domain.sessions import CHALLENGE_SECONDS, task_for
from chalicelib.domain.single_sign_on import CONFIRM, SIGN_IN, Brought, Provider, Vouched
from chalicelib.errors import (
    ConflictError,
    CredentialsError,
    ErasedError,
    IdentityConflictError,
    IdentityMismatchError,
    IdentityUnverifiedError,
    MedkartaError,
    NoAccountError,
    NotFoundError,
    UnavailableError,
    WrongStateError,
)
from chalicelib.ports import BlindIndex, Clock, Event, Sealed, Vault, keys
from chalicelib.ports.identity_providers import AuthenticationAnswer, AuthenticationRequest, IdentityProviders
from chalicelib.ports.rows import challenge, happened
from chalicelib.ports.tables import Delete, Item, Key, Put, Tables, Update, Write
from chalicelib.services.gate import Gate

TASK = "sign-in"
CALLBACK = "/api/v1/sign-in/callback"
"""The one ``redirect_uri``, below the public address."""


@dataclass(frozen=True, slots=True)
class _Flow:
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


@dataclass(frozen=True, slots=True)
class _Login:
    """The login at the provider: its keyed tag, and whose it is here."""

    tag: str
    person_id: PersonId | None


class SingleSignOnService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        index: BlindIndex,
        identity_providers: IdentityProviders,
        providers: Mapping[str, Provider],
        clock: Clock,
        public_url: str,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._index = index
        self._outside = identity_providers
        self._providers = providers
        self._clock = clock
        self._redirect_uri = public_url + CALLBACK

    def providers(self) -> list[Item]:
        return [provider.shown() for provider in self._providers.values()]

    # --- sign-in

    def begin(self, provider_name: str) -> Item:
        """Where the browser goes. NotFoundError for an unknown provider, ProviderUnavailableError."""
        started, put = self._started(self._provider(provider_name), SIGN_IN)
        self._tables.commit([put])
        return started

    def finish(self, caller: Actor, provider_name: str, brought: Brought) -> Item:
        """A challenge for the second factor, as after a password.

        Raises CredentialsError for an answer that does not belong to this flow or fails a check, NoAccountError,
        IdentityUnverifiedError, IdentityConflictError, ProviderUnavailableError (repeat it), WrongStateError while
        another answer to the same flow is being checked.
        """
        provider = self._provider(provider_name)
        flow = self._leased(task_for(TASK, caller), provider, SIGN_IN, brought)
        vouched = self._redeemed(flow, brought)
        if not vouched.snils:
            self._refuse(flow, "identity-unverified", IdentityUnverifiedError())
        try:
            return self._challenge(flow, vouched)
        except IdentityConflictError:
            raise
        except ConflictError:  # the login was linked at the same moment: look again
            return self._challenge(flow, vouched)

    def _challenge(self, flow: _Flow, vouched: Vouched) -> Item:
        login, owner = self._login(flow.provider, vouched), self._owner(vouched.snils)
        wanted = [keys.profile(owner), keys.credentials(owner), keys.link(owner, flow.provider.name)] if owner else []
        rows = self._tables.get_many(wanted)
        profile, credentials, link = (rows.get(key, {}) for key in wanted) if owner else ({}, {}, {})
        if profile.get("state") != "active":  # the same as unknown, also for a login that was theirs
            login = _Login(login.tag, None if login.person_id == owner else login.person_id)
            owner = None
        self._check_link(flow, login, owner, link)
        if owner is None:
            self._refuse(flow, "no-account", NoAccountError())
        challenge_id, now = secrets.token_hex(16), self._clock()
        writes = [
            flow.over,
            challenge(challenge_id, owner, f"oidc:{flow.provider.name}", now, profile),
            *self._linking(flow, login, owner),
        ]
        self._gate.commit([self._gate.stage(flow.event(owner))], writes)
        return {"challenge_id": challenge_id, "factors": enrolled(credentials), "expires_in": CHALLENGE_SECONDS}

    # --- confirmation of identity

    def begin_confirmation(self, actor: Actor, provider_name: str) -> Item:
        """As ``begin``, for who is signed in; the same session must end it."""
        provider = self._provider(provider_name)
        if not provider.confirms:
            raise WrongStateError("this provider opens sessions only")
        started, put = self._started(provider, CONFIRM, actor)
        event = Event(
            actor, "identity-confirmation:begin", actor.person_id, details={"provider": provider.name, "for": "level"}
        )
        self._gate.commit([self._gate.stage(event)], [put])
        return started

    def finish_confirmation(self, actor: Actor, provider_name: str, brought: Brought) -> Item:
        """Raise the level when the provider knows the same person. Raises as ``finish``; IdentityMismatchError."""
        flow = self._leased(actor, self._provider(provider_name), CONFIRM, brought, actor)
        vouched = self._redeemed(flow, brought)
        if not vouched.snils:
            self._refuse(flow, "identity-unverified", IdentityUnverifiedError(), told="provider_mismatch")
        person_id, name = actor.person_id, flow.provider.name
        rows = self._tables.get_many([keys.profile(person_id), keys.link(person_id, name)])
        profile = self._opened(actor, rows[keys.profile(person_id)])
        differing = " ".join(rules.differing(vouched, profile))
        if differing:
            error = IdentityMismatchError(extra={"differing": differing})
            self._refuse(flow, "identity-mismatch", error, told="provider_mismatch", differing=differing)
        login = self._login(flow.provider, vouched)
        self._check_link(flow, login, person_id, rows.get(keys.link(person_id, name), {}))
        channel, now = flow.provider.channel, self._clock()
        writes = [
            flow.over,
            # The profile that was compared, and no other: its version is that of what is sealed in it.
            Update(
                keys.profile(person_id),
                evidence(channel, now),
                expect={"state": "active", "ver": int(rows[keys.profile(person_id)]["ver"])},
            ),
            *self._linking(flow, login, person_id),
            happened(person_id, self._gate.new_id(), "provider_confirmed", now),
        ]
        said = {"channel": channel.value, "passport": rules.passport_said(vouched, profile)}
        self._gate.commit([self._gate.stage(flow.event(person_id, **said))], writes)
        return {"confirmed": True, "channel": channel.value}

    def _opened(self, actor: Actor, row: Item) -> dict[str, str]:
        permit = self._gate.permit_private(
            actor, actor.person_id, "profile", "profile", "identity-confirmation:compare"
        )
        text = self._vault.open(permit, Sealed("profile", int(row["ver"]), bytes(row["sealed"])))
        opened: dict[str, str] = json.loads(text)
        return opened

    # --- links

    def _login(self, provider: Provider, vouched: Vouched) -> _Login:
        tag = self._index.tag(keys.SUBJECT, rules.subject_text(provider, vouched.subject))
        row = self._tables.get(keys.blind_index(keys.SUBJECT, tag))
        return _Login(tag, PersonId(row["person"]) if row else None)

    def _owner(self, snils: str) -> PersonId | None:
        row = self._tables.get(keys.blind_index("snils", self._index.tag("snils", snils)))
        return PersonId(row["person"]) if row else None

    def _check_link(self, flow: _Flow, login: _Login, owner: PersonId | None, link: Item) -> None:
        """One login, one person; one person, one login at a provider. Both people are told of a contradiction."""
        another = login.person_id is not None and login.person_id != owner
        otherwise = owner is not None and bool(link) and link["tags"][keys.SUBJECT] != login.tag
        if another or otherwise:
            people = [person for person in dict.fromkeys((owner, login.person_id)) if person]
            self._refuse(flow, "identity-conflict", IdentityConflictError(), people, told="provider_conflict")

    def _linking(self, flow: _Flow, login: _Login, person_id: PersonId) -> list[Write]:
        """Nothing when they are linked; the account's owner is told of the first time."""
        if login.person_id is not None:
            return []
        now, name = self._clock(), flow.provider.name
        row: Item = {"provider": name, "tags": {keys.SUBJECT: login.tag}, "at": stamp(now)}
        return [
            Put(keys.blind_index(keys.SUBJECT, login.tag), {"person": person_id}),
            Put(keys.link(person_id, name), row),
            happened(person_id, self._gate.new_id(), "provider_linked", now),
        ]

    # --- flows

    def _provider(self, name: str) -> Provider:
        provider = self._providers.get(name)
        if provider is None:
            raise NotFoundError
        return provider

    def _started(self, provider: Provider, purpose: str, actor: Actor | None = None) -> tuple[Item, Write]:
        state, binding = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        request = AuthenticationRequest(
            state=state,
            nonce=rules.nonce_of(binding, state),
            challenge=rules.challenge_of(rules.verifier_of(binding, state)),
            redirect_uri=self._redirect_uri,
        )
        url = self._outside.authorization_url(provider, request)
        row = rules.new_flow(provider, purpose, binding, self._clock(), **_whose(actor))
        started = {"authorization_url": url, "handle": state, "binding": binding, "expires_in": rules.FLOW_SECONDS}
        return started, Put(keys.flow(hash_secret(state)), row)

    def _leased(
        self, actor: Actor, provider: Provider, purpose: str, brought: Brought, owner: Actor | None = None
    ) -> _Flow:
        """The flow that an answer belongs to, for this answer alone. Raises CredentialsError, WrongStateError."""
        key, now = keys.flow(hash_secret(brought.state)), self._clock()
        row = self._tables.get(key)
        action = "sign-on:finish" if purpose == SIGN_IN else "identity-confirmation:finish"
        subject = owner.person_id if owner else SYS
        flow = _Flow(actor, subject, action, provider, key, int(row["ver"]) + 1 if row else 0)
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

    def _redeemed(self, flow: _Flow, brought: Brought) -> Vouched:
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
            self._refuse(flow, proof.defect, CredentialsError(), failed=proof.detail)
        return rules.vouched_of(flow.provider, proof.claims)

    def _refuse(
        self,
        flow: _Flow,
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


def _whose(actor: Actor | None) -> dict[str, str]:
    return {"person": actor.person_id, "session": actor.session_id} if actor else {}
