"""Single sign-on and confirmation of identity by a provider outside (ID-6, ID-7); the rules: domain/single_sign_on.py.

    begin    a flow: where the browser goes, and the binding that its client keeps
    finish   the flow is leased (one answer at a time), the code exchanged, the ID token checked; then, in one
             transaction, the flow ends and what it was for begins or is refused

A sign-in finds the account by the SNILS that the provider verified, never by e-mail, telephone or name, and stands
where a password would: the second factor follows (ID-3). While a provider is down, nothing is used up.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping

from chalicelib.domain import single_sign_on as rules
from chalicelib.domain.assurance import evidence
from chalicelib.domain.factors import enrolled
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.sessions import CHALLENGE_SECONDS, task_for
from chalicelib.domain.single_sign_on import CONFIRM, SIGN_IN, Brought, Provider, Vouched
from chalicelib.errors import (
    ConflictError,
    IdentityConflictError,
    IdentityMismatchError,
    IdentityUnverifiedError,
    NoAccountError,
    NotFoundError,
    WrongStateError,
)
from chalicelib.ports import BlindIndex, Clock, Event, Sealed, Vault, keys
from chalicelib.ports.identity_providers import IdentityProviders
from chalicelib.ports.rows import challenge, happened
from chalicelib.ports.tables import Item, Tables, Update
from chalicelib.services.gate import Gate
from chalicelib.services.single_sign_on.flows import Flow, Flows
from chalicelib.services.single_sign_on.logins import Login, Logins

TASK = "sign-in"


class SingleSignOnService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        index: BlindIndex,
        outside: IdentityProviders,
        providers: Mapping[str, Provider],
        clock: Clock,
        public_url: str,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._providers = providers
        self._clock = clock
        self._flows = Flows(gate, tables, outside, clock, public_url)
        self._logins = Logins(gate, tables, index, clock)

    def providers(self) -> list[Item]:
        return [provider.shown() for provider in self._providers.values()]

    # --- sign-in

    def begin(self, provider_name: str) -> Item:
        """Where the browser goes. NotFoundError for an unknown provider, ProviderUnavailableError."""
        started, put = self._flows.started(self._provider(provider_name), SIGN_IN)
        self._tables.commit([put])
        return started

    def finish(self, caller: Actor, provider_name: str, brought: Brought) -> Item:
        """A challenge for the second factor, as after a password.

        Raises CredentialsError for an answer that does not belong to this flow or fails a check, NoAccountError,
        IdentityUnverifiedError, IdentityConflictError, ProviderUnavailableError (repeat it), WrongStateError while
        another answer to the same flow is being checked.
        """
        provider = self._provider(provider_name)
        flow = self._flows.leased(task_for(TASK, caller), provider, SIGN_IN, brought)
        vouched = self._flows.redeemed(flow, brought)
        if not vouched.snils:
            self._flows.refuse(flow, "identity-unverified", IdentityUnverifiedError())
        try:
            return self._challenge(flow, vouched)
        except IdentityConflictError:
            raise
        except ConflictError:  # the login was linked at the same moment: look again
            return self._challenge(flow, vouched)

    def _challenge(self, flow: Flow, vouched: Vouched) -> Item:
        login, owner = self._logins.found(flow.provider, vouched)
        wanted = [keys.profile(owner), keys.credentials(owner), keys.link(owner, flow.provider.name)] if owner else []
        rows = self._tables.get_many(wanted)
        profile, credentials, link = (rows.get(key, {}) for key in wanted) if owner else ({}, {}, {})
        if profile.get("state") != "active":  # the same as unknown, also for a login that was theirs
            login = Login(login.tag, None if login.person_id == owner else login.person_id)
            owner = None
        self._check_link(flow, login, owner, link)
        if owner is None:
            self._flows.refuse(flow, "no-account", NoAccountError())
        challenge_id, now = secrets.token_hex(16), self._clock()
        writes = [
            flow.over,
            challenge(challenge_id, owner, f"oidc:{flow.provider.name}", now, profile),
            *self._logins.linking(flow.provider, login, owner),
        ]
        self._gate.commit([self._gate.stage(flow.event(owner))], writes)
        return {"challenge_id": challenge_id, "factors": enrolled(credentials), "expires_in": CHALLENGE_SECONDS}

    # --- confirmation of identity

    def begin_confirmation(self, actor: Actor, provider_name: str) -> Item:
        """As ``begin``, for who is signed in; the same session must end it."""
        provider = self._provider(provider_name)
        if not provider.confirms:
            raise WrongStateError("this provider opens sessions only")
        started, put = self._flows.started(provider, CONFIRM, actor)
        event = Event(
            actor,
            "identity-confirmation:begin",
            actor.person_id,
            resource_type="link",
            resource_id=provider.name,
            details={"provider": provider.name},
        )
        self._gate.commit([self._gate.stage(event)], [put])
        return started

    def finish_confirmation(self, actor: Actor, provider_name: str, brought: Brought) -> Item:
        """Raise the level when the provider knows the same person. Raises as ``finish``; IdentityMismatchError."""
        flow = self._flows.leased(actor, self._provider(provider_name), CONFIRM, brought, actor)
        vouched = self._flows.redeemed(flow, brought)
        if not vouched.snils:
            self._flows.refuse(flow, "identity-unverified", IdentityUnverifiedError(), told="provider_mismatch")
        person_id, name = actor.person_id, flow.provider.name
        rows = self._tables.get_many([keys.profile(person_id), keys.link(person_id, name)])
        row = rows[keys.profile(person_id)]
        profile = self._opened(actor, row)
        differing = " ".join(rules.differing(vouched, profile))
        if differing:
            error = IdentityMismatchError(extra={"differing": differing})
            self._flows.refuse(flow, "identity-mismatch", error, told="provider_mismatch", differing=differing)
        login, _ = self._logins.found(flow.provider, vouched)
        self._check_link(flow, login, person_id, rows.get(keys.link(person_id, name), {}))
        channel, now = flow.provider.channel, self._clock()
        # The profile that was compared, and no other: its version is that of what is sealed in it.
        compared = {"state": "active", "ver": int(row["ver"])}
        writes = [
            flow.over,
            Update(keys.profile(person_id), evidence(channel, now), expect=compared),
            *self._logins.linking(flow.provider, login, person_id),
            happened(person_id, self._gate.new_id(), "provider_confirmed", now),
        ]
        said = {"channel": channel.value, "passport": rules.passport_said(vouched, profile)}
        self._gate.commit([self._gate.stage(flow.event(person_id, **said))], writes)
        return {"confirmed": True, "channel": channel.value}

    def _opened(self, actor: Actor, row: Item) -> dict[str, str]:
        permit = self._gate.permit_private(
            actor, actor.person_id, "profile", "profile", "identity-confirmation:compare"
        )
        text = self._vault.open(permit, Sealed.of("profile", row))
        opened: dict[str, str] = json.loads(text)
        return opened

    # --- pieces

    def _provider(self, name: str) -> Provider:
        provider = self._providers.get(name)
        if provider is None:
            raise NotFoundError
        return provider

    def _check_link(self, flow: Flow, login: Login, owner: PersonId | None, link: Item) -> None:
        """Both people are told of a contradiction."""
        if login.contradicts(owner, link):
            people = [person for person in dict.fromkeys((owner, login.person_id)) if person]
            self._flows.refuse(flow, "identity-conflict", IdentityConflictError(), people, told="provider_conflict")
