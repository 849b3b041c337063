"""What a route declares, and what a view gets and gives: the words of handlers; http.py makes them work.

``ENDPOINTS`` is the list of all routes: the OpenAPI document, the role matrix test and docs are made from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from chalicelib.domain.identity import STAFF_ROLES, Actor, Role
from chalicelib.errors import FieldProblem, InvalidFieldsError, MedkartaError
from chalicelib.handlers.headers import etag, replay
from chalicelib.handlers.routing import of_fhir

JSON = "application/json"
FHIR_JSON = "application/fhir+json"
FORM = "application/x-www-form-urlencoded"
MAX_BODY = 256 * 1024  # a record is text; files take another way (DOC-2)

HUMANS = frozenset({Role.PATIENT, *STAFF_ROLES})
ANY_SESSION = HUMANS | {Role.REPRESENTATIVE}
"""For what belongs to the session itself. A representative's session reaches nothing else of the own account."""
EVERYONE = frozenset(Role)


class Door(StrEnum):
    """Who checks the caller: nobody, the wrapper, or the gate with the card at hand."""

    PUBLIC = "public"
    SIGNED_IN = "signed-in"
    CARD = "card"
    SHARE = "share"
    """The gate too, for whoever opened the link that the path names."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route as declared: what OpenAPI, the matrix test and the docs need to know."""

    method: str
    path: str
    operation: str
    summary: str
    door: Door
    roles: frozenset[Role]
    body: str = ""
    response: str = ""
    status: int = 200
    content_type: str = JSON
    accepts: tuple[str, ...] = ()
    """Media types of a raw body in place of a model: a file. The view gets a ``File``."""
    max_body: int = MAX_BODY
    answer_type: str = JSON
    idempotent: bool = False
    if_match: bool = False
    ranges: bool = False
    """The answer is a file that is given in ranges (RFC 9110, 14)."""
    digest: bool = False
    """The body's SHA-256 comes beside it (RFC 9530)."""
    step_up: bool = False
    scope: str = ""
    right: str = ""
    """What a representative needs to call it (domain/representation.py); a route of a card leaves that to the gate."""
    level: int = 0
    """How sure the identity of the caller has to be (domain/assurance.py, NEEDED); 0: a session is enough."""
    query: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    open_query: bool = False
    """Parameters that are not declared are ignored: where another system's answer comes in (RFC 6749, 4.1.2)."""
    errors: tuple[type[MedkartaError], ...] = ()
    letter: str = ""
    """Below ``/fhir``: what a partner's or an application's scope must let it do to the type that the path names, one
    of ``cruds`` (domain/smart.py). "" where the service asks for itself, type by type.
    """
    function: str = "api_handler"
    """The Lambda function that answers: the same code under another role (infra/assemble.py)."""

    @property
    def fhir(self) -> bool:
        """Bodies, answers and errors in FHIR's form; parameters that are not declared are the service's to judge."""
        return of_fhir(self.path)


ENDPOINTS: list[Endpoint] = []


@dataclass(frozen=True, slots=True)
class File:
    """A raw body, and the type that the client says it has."""

    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """One checked request, as a view gets it. ``body`` is the validated model, a ``File``, or None."""

    actor: Actor
    body: Any = None
    query: Mapping[str, str] = field(default_factory=dict)
    idempotency_key: str = ""
    if_match: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Below ``/fhir``: every value of each parameter, in the order in which they came."""
    asked_for: str = ""
    """The id of a patient as it stood in the path, when the card goes on under another one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a view may return instead of a plain dict."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def versioned(made: Any, status: int = 200, *, repeated: bool = False) -> Answer:
    """Of what has a ``version``, which the ETag says. ``repeated``: the same request took effect before."""
    return Answer(made, status, etag(made["version"]) | replay(repeated=repeated))


def whole_number(call: Call, name: str, default: int, highest: int) -> int:
    """A query parameter between 1 and ``highest``."""
    text = call.query.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= highest):  # noqa: PLR2004
        raise InvalidFieldsError(fields=(FieldProblem("?" + name, "range", f"a number from 1 to {highest}"),))
    return int(text)


def language_of(call: Call) -> str:
    """Language of texts, ``ru`` or ``en``, by Accept-Language."""
    return "en" if call.headers.get("accept-language", "").lower().startswith("en") else "ru"
