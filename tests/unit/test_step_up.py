"""What needs a fresh second factor, as a table (ID-3; design section 7), held against the routes."""

from __future__ import annotations

import pytest

import app  # noqa: F401  # registers every route
from chalicelib.domain.identity import Role
from chalicelib.handlers.endpoints import ENDPOINTS, Endpoint

NEEDED: dict[str, set[str]] = {
    "signing": {"prescription-create", "prescription-replace", "prescription-revoke"},
    "consent": {
        "consent-answer",
        "consent-grant",
        "result-send",
        "share-create",
        "representation-grant",
        "representation-end",
    },
    "breaking the glass": {"emergency-open", "emergency-decide"},
    "trust": {"trust-propose", "trust-approve", "trust-remove"},
    "password": {"password-change"},
    "export": {"journal-request", "journal-download", "audit-search"},
    "second factors": {
        "passkey-options",
        "passkey-add",
        "passkey-delete",
        "totp-begin",
        "totp-confirm",
        "totp-remove",
        "recovery-codes-make",
        "sms-factor-set",
    },
    "identity desk": {
        "desk-look-up",
        "desk-confirm",
        "recovery-open",
        "recovery-approve",
        "recovery-issue",
    },
    "the account": {"password-change", "session-unblock", "ticket-unblock"},
    "administration": {
        "desk-four-eyes",
        "organisation-create",
        "staff-add",
        "staff-remove",
        "partner-register",
        "partner-revoke",
        "erasure-propose",
        "erasure-decide",
        "erasure-withdraw",
        "finding-resolve",
    },
}
"""Why, and which operations. Every change that administrators alone make needs it besides, named here or not."""

NOT_NEEDED = {
    "passkey-rename",  # a name opens nothing
    "erasure-withdraw-own",  # stops what cannot be undone: that must be easy
    "load-decide",  # a word on a proposal: no schedule changes by it
    "session-end",
    "session-end-others",
    "session-sign-out",
}


def by_name() -> dict[str, Endpoint]:
    return {entry.operation: entry for entry in ENDPOINTS}


@pytest.mark.requirement("ID-3", "SEC-3")
@pytest.mark.parametrize("why", sorted(NEEDED))
def test_what_needs_a_fresh_second_factor_asks_for_it(why):
    routes = by_name()
    assert [name for name in sorted(NEEDED[why]) if not routes[name].step_up] == []


@pytest.mark.requirement("ID-3", "SEC-3")
def test_every_change_by_administrators_needs_a_fresh_second_factor():
    alone = frozenset({Role.ADMINISTRATOR})
    lax = [e.operation for e in ENDPOINTS if e.roles == alone and e.method != "GET" and not e.step_up]
    assert set(lax) <= NOT_NEEDED


def test_what_stops_something_needs_none():
    routes = by_name()
    assert [name for name in sorted(NOT_NEEDED) if routes[name].step_up] == []
