"""Single sign-on and confirmation by an identity provider as pure rules (ID-6, ID-7).

Terms: a *provider* proves people's identity to us (OpenID Connect Core 1.0). A *flow* is one journey of a browser to
a provider and back. Its ``state`` travels through browser and provider; its ``binding`` stays with the client that
began, and whoever ends a flow must show both. Of both only hashes are stored, and the two other secrets of the
protocol are made from the two when they are needed, so that a reader of the table can finish no flow.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.assurance import Channel
from chalicelib.domain.identifiers import normal_passport_number, normal_passport_series, normal_snils
from chalicelib.domain.listed import entries_of
from chalicelib.domain.names import same_name
from chalicelib.domain.secrets import hash_secret, same_secret
from chalicelib.errors import InvalidFieldsError

FLOW_SECONDS = 600  # a person may have to find a password at the provider
LEASE_SECONDS = 25  # longer than all calls to a provider together (interop/oidc.py), shorter than patience
MOST_ANSWERS = 5  # to one flow: a provider that was down may be asked again

SIGN_IN = "sign-in"
CONFIRM = "confirm"

KINDS: Mapping[str, Channel] = {"state": Channel.OIDC, "bank": Channel.BANK}
"""Kind of a provider, and as what its word about an identity counts."""

RESERVED = frozenset({"providers", "callback", "signature"})
"""Names that are paths of their own below ``/sign-in/``."""

_NAME = re.compile(r"[a-z][a-z0-9-]{1,30}")
_CLAIMS = ("verified", "snils", "last_name", "first_name", "birth_date")
_OPTIONAL_CLAIMS = ("middle_name", "passport")
_DOTTED_DATE = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Provider:
    """One entry of the setting ``identity_providers``.

    ``claims`` maps our names to the provider's. The claim behind ``verified`` must be true for the SNILS to count;
    mapped to an empty text, the provider is known to give verified numbers only. ``confirms``: its word raises the
    level of assurance, else it only opens sessions. ``hosts``: further hosts on which its document may place its
    endpoints. ``userinfo``: its claims are read there and not in the ID token alone.
    """

    name: str
    kind: str
    issuer: str
    client_id: str
    title: Mapping[str, str]
    scopes: tuple[str, ...]
    claims: Mapping[str, str]
    confirms: bool = True
    userinfo: bool = False
    hosts: tuple[str, ...] = ()

    @property
    def channel(self) -> Channel:
        return KINDS[self.kind]

    def shown(self) -> dict[str, Any]:
        return {"name": self.name, "kind": self.kind, "title": dict(self.title), "confirms": self.confirms}


def providers_of(setting: str) -> dict[str, Provider]:
    """The providers of the setting, by name. Raises ValueError that says which entry is wrong and how."""
    found = entries_of("identity_providers", setting, _provider, _checked)
    if len({p.name for p in found}) != len(found) or len({p.issuer for p in found}) != len(found):
        raise ValueError("identity_providers: each name and each issuer once")
    return {provider.name: provider for provider in found}


def _provider(entry: Any) -> Provider:
    return Provider(**{**entry, "scopes": tuple(entry["scopes"]), "hosts": tuple(entry.get("hosts", ()))})


def _checked(made: Any) -> dict[str, bool]:
    """Each field, and whether it can be used: a setting may hold anything."""
    claims = made.claims
    return {
        "name": bool(_NAME.fullmatch(made.name)) and made.name not in RESERVED,
        "kind": made.kind in KINDS,
        "issuer": made.issuer.startswith(("https://", "http://")) and not set("#?") & set(made.issuer),
        "client_id": isinstance(made.client_id, str) and bool(made.client_id),
        "title": {"ru", "en"} <= set(made.title),
        "scopes": "openid" in made.scopes,
        "claims": set(_CLAIMS) <= set(claims) <= {*_CLAIMS, *_OPTIONAL_CLAIMS}
        and all(isinstance(claim, str) and (claim or name == "verified") for name, claim in claims.items()),
        "confirms": isinstance(made.confirms, bool),
        "userinfo": isinstance(made.userinfo, bool),
        "hosts": all(isinstance(host, str) for host in made.hosts),
    }


# --- one flow


def verifier_of(binding: str, state: str) -> str:
    """``code_verifier`` of PKCE (RFC 7636): 43 characters that nobody without both halves can make."""
    return _made("verifier", binding, state)


def challenge_of(verifier: str) -> str:
    """``code_challenge`` by S256 (RFC 7636, section 4.2)."""
    return _base64(hashlib.sha256(verifier.encode()).digest())


def nonce_of(binding: str, state: str) -> str:
    """``nonce``: ties an ID token to the one flow (OpenID Connect Core 1.0, section 3.1.2.1)."""
    return _made("nonce", binding, state)


def new_flow(
    provider: Provider, purpose: str, binding: str, now: datetime, *, person: str = "", session: str = ""
) -> dict[str, Any]:
    """OIDC row of a flow that begins; ``person`` and ``session`` when somebody signed in begins it."""
    until = int(now.timestamp()) + FLOW_SECONDS
    return {
        "provider": provider.name,
        "purpose": purpose,
        "person": person,
        "session": session,
        "binding": hash_secret(binding),
        "answers": 0,
        "leased_until": 0,
        "ver": 1,
        "ends_at": until,
        "expires": until,
    }


def flow_defect(
    row: Mapping[str, Any] | None,
    provider: Provider,
    purpose: str,
    binding: str,
    now: datetime,
    *,
    person: str = "",
    session: str = "",
) -> str:
    """Why an answer does not belong to a flow, as a reason for the audit entry; empty when it does.

    A flow belongs to one provider, one purpose, one browser and, where somebody was signed in, one session.
    """
    if row is None or int(row["ends_at"]) <= now.timestamp() or int(row["answers"]) >= MOST_ANSWERS:
        return "flow"
    if not same_secret(str(row["binding"]), binding) or (row["person"], row["session"]) != (person, session):
        return "another-browser"
    if (row["provider"], row["purpose"]) != (provider.name, purpose):
        return "mix-up"
    return ""


# --- what the browser and the provider say


@dataclass(frozen=True, slots=True)
class Brought:
    """What a browser brought back (``issuer``: RFC 9207, or empty) and the binding that its client kept."""

    code: str
    state: str
    issuer: str
    binding: str


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a provider vouches for, each in its normal form; empty what it does not say, or does not verify."""

    subject: str
    snils: str
    last_name: str
    first_name: str
    birth_date: str
    passport: str


def vouched_of(provider: Provider, claims: Mapping[str, Any]) -> Vouched:
    """Claims of a checked ID token (and of userinfo) as an identity."""
    said = {name: claims.get(claim) for name, claim in provider.claims.items() if claim}
    verified = not provider.claims["verified"] or said["verified"] is True
    texts = {name: value.strip() for name, value in said.items() if isinstance(value, str)}
    return Vouched(
        subject=str(claims["sub"]),
        snils=_snils(texts.get("snils", "")) if verified else "",
        last_name=texts.get("last_name", ""),
        first_name=texts.get("first_name", ""),
        birth_date=_date(texts.get("birth_date", "")),
        passport=_passport(texts.get("passport", "")),
    )


def differing(vouched: Vouched, profile: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the fields in which a profile is not what the provider says; what it does not say differs too.

    Another SNILS is another person: then nothing more is compared.
    """
    if not vouched.snils or vouched.snils != profile.get("snils"):
        return ("snils",)
    pairs = [(name, getattr(vouched, name), profile.get(name, "")) for name in ("last_name", "first_name")]
    found = [name for name, said, own in pairs if not said or not same_name(said, own)]
    if not vouched.birth_date or vouched.birth_date != profile.get("birth_date"):
        found.append("birth_date")
    return tuple(found)


def passport_said(vouched: Vouched, profile: Mapping[str, str]) -> str:
    """``same``, ``other`` or ``unsaid``: for the entry alone, since people change passports and remain themselves."""
    if not vouched.passport:
        return "unsaid"
    own = f"{profile.get('passport_series', '')}{profile.get('passport_number', '')}"
    return "same" if vouched.passport == own else "other"


def subject_text(provider: Provider, subject: str) -> str:
    """What the blind index tags: a subject is unique within its issuer only."""
    return f"{provider.issuer} {subject}"


def _snils(text: str) -> str:
    """Empty for what is no SNILS, and for early numbers without check digits: those are for the identity desk."""
    try:
        return normal_snils(text)
    except InvalidFieldsError:
        return ""


def _passport(text: str) -> str:
    digits = "".join(c for c in text if c.isascii() and c.isdecimal())
    try:
        return normal_passport_series(digits[:4]) + normal_passport_number(digits[4:])
    except InvalidFieldsError:
        return ""


def _date(text: str) -> str:
    """ISO 8601; state providers write ``31.12.1980``."""
    dotted = _DOTTED_DATE.fullmatch(text)
    if dotted:
        return f"{dotted[3]}-{dotted[2]}-{dotted[1]}"
    return text if _ISO_DATE.fullmatch(text) else ""


def _made(what: str, binding: str, state: str) -> str:
    return _base64(hmac.digest(binding.encode("utf-8", "surrogatepass"), f"{what}\0{state}".encode(), "sha256"))


def _base64(digest: bytes) -> str:
    return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
