"""Client of chains of pharmacies (RX-7). The contract that a chain, or a gateway before it, keeps to, in JSON:

    POST <url>/stock                        {"region", "drugs": [{"line", "inn", "atc", "form", "strength", "packs"}]}
        200 {"offers": [{"pharmacy_id", "name", "address", "drugs": [{"line", "packs", "price"}]}]}
    POST <url>/orders                       {"order_id", "kind", "pharmacy_id", "drugs", "delivery", "loyalty_number"}
    GET  <url>/orders/<order_id>
    POST <url>/orders/<order_id>/cancellation
        200 {"order_id", "state", "number", "text"}; ``state`` as in domain/pharmacy_orders.py; ``number`` grows with
        each change of the order

Posting twice is as good as once. With ``auth`` signed, each call carries ``Authorization: Bearer`` and a JWT of ours
(ES256; iss, sub: client id, aud: the chain's url, 60 seconds) that the chain checks by our published keys. An answer
that breaks the contract is not believed in any part of it.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal, InvalidOperation
from typing import Any

from chalicelib.domain.pharmacies import Chain
from chalicelib.domain.pharmacy_orders import Standing, State
from chalicelib.errors import MedkartaError, PharmacyAnswerError, PharmacyUnavailableError
from chalicelib.interop.web import NoAnswer, Reply, Web
from chalicelib.ports import Clock, Signer
from chalicelib.ports.pharmacies import Offer, Order, Stocked

OK = 200
BROKEN = 500
TOKEN_SECONDS = 60
MOST_OFFERS = 50
MOST_PACKS = 10_000
MOST_TEXT = 300
LARGEST_NUMBER = 10**9
DRUG = ("line", "inn", "atc", "trade_name", "form", "strength", "packs")
"""What a chain is told of a drug: no directions, which belong to the patient."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]|[\ud800-\udfff]")


class HttpPharmacies:
    """Implements ``ports.pharmacies.Pharmacies``."""

    def __init__(self, chains: Mapping[str, Chain], signer: Signer, clock: Clock, web: Web | None = None) -> None:
        self._chains = chains
        self._signer = signer
        self._clock = clock
        self._web = web or Web()

    def stock(
        self, chains: Sequence[str], drugs: Sequence[Mapping[str, Any]], region: str
    ) -> Mapping[str, Sequence[Offer] | None]:
        """See ``ports/pharmacies.py``."""
        if not chains:
            return {}
        asked = {"region": region, "drugs": [_told(drug) for drug in drugs]}
        lines = {int(drug["line"]) for drug in drugs}

        def ask(name: str) -> Sequence[Offer] | None:
            try:
                return _offers(self._called(name, "/stock", asked), lines)
            except MedkartaError:
                return None

        with ThreadPoolExecutor(max_workers=len(chains)) as pool:
            return dict(zip(chains, pool.map(ask, chains), strict=True))

    def place(self, chain: str, order: Order) -> Standing:
        """See ``ports/pharmacies.py``."""
        told: dict[str, Any] = {
            "order_id": order.order_id,
            "kind": order.kind,
            "pharmacy_id": order.pharmacy_id,
            "drugs": [_told(drug) for drug in order.drugs],
        }
        if order.delivery:
            told["delivery"] = dict(order.delivery)
        if order.loyalty:
            told["loyalty_number"] = order.loyalty
        return _standing(self._called(chain, "/orders", told), order.order_id)

    def standing(self, chain: str, order_id: str) -> Standing:
        """See ``ports/pharmacies.py``."""
        return _standing(self._called(chain, f"/orders/{order_id}", None), order_id)

    def cancel(self, chain: str, order_id: str) -> Standing:
        """See ``ports/pharmacies.py``."""
        return _standing(self._called(chain, f"/orders/{order_id}/cancellation", {}), order_id)

    def _called(self, name: str, path: str, document: Mapping[str, Any] | None) -> dict[str, Any]:
        chain = self._chains.get(name)
        if chain is None:  # it was connected when the order was made
            raise PharmacyUnavailableError
        url, headers = chain.url.rstrip("/") + path, self._headers(chain)
        try:
            reply = self._web.get(url, headers) if document is None else self._web.post_json(url, document, headers)
        except NoAnswer:
            raise PharmacyUnavailableError from None
        return _read(reply)

    def _headers(self, chain: Chain) -> dict[str, str]:
        if chain.auth == "none":
            return {}
        now = int(self._clock().timestamp())
        claims = {"iss": chain.client_id, "sub": chain.client_id, "aud": chain.url, "jti": secrets.token_hex(16)}
        token = self._signer.issue({**claims, "iat": now, "exp": now + TOKEN_SECONDS}, purpose="oidc-client")
        return {"Authorization": f"Bearer {token}"}


def _told(drug: Mapping[str, Any]) -> dict[str, Any]:
    return {name: drug[name] for name in DRUG if drug.get(name)}


def _read(reply: Reply) -> dict[str, Any]:
    if reply.status != OK:
        raise PharmacyUnavailableError if reply.status >= BROKEN else PharmacyAnswerError
    try:
        said = json.loads(reply.body)
    except (ValueError, RecursionError):
        raise PharmacyAnswerError from None
    if not isinstance(said, dict):
        raise PharmacyAnswerError
    return said


def _standing(said: Mapping[str, Any], order_id: str) -> Standing:
    number = said.get("number")
    if said.get("order_id") != order_id or type(number) is not int or not 0 < number <= LARGEST_NUMBER:
        raise PharmacyAnswerError
    try:
        return Standing(State(said["state"]), number, _text(said.get("text", "")))
    except (KeyError, ValueError):
        raise PharmacyAnswerError from None


def _offers(said: Mapping[str, Any], lines: set[int]) -> list[Offer]:
    """Raises PharmacyAnswerError: also for a line that nobody asked about."""
    try:
        found = said["offers"]
        if not isinstance(found, list):
            raise PharmacyAnswerError
        return [_offer(one, lines) for one in found[:MOST_OFFERS]]
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation):
        raise PharmacyAnswerError from None


def _offer(said: Mapping[str, Any], lines: set[int]) -> Offer:
    drugs = tuple(_stocked(drug, lines) for drug in said["drugs"])
    if not _ID.fullmatch(said["pharmacy_id"]) or len({one.line for one in drugs}) != len(drugs):
        raise PharmacyAnswerError
    return Offer(said["pharmacy_id"], _text(said["name"]), _text(said["address"]), drugs)


def _stocked(said: Mapping[str, Any], lines: set[int]) -> Stocked:
    line, packs, price = said["line"], said["packs"], said.get("price", "")
    if type(line) is not int or line not in lines or type(packs) is not int or not 0 <= packs <= MOST_PACKS:
        raise PharmacyAnswerError
    if price != "":
        amount = Decimal(price) if isinstance(price, str) else Decimal(-1)
        if not amount.is_finite() or not 0 <= amount < LARGEST_NUMBER:
            raise PharmacyAnswerError
        price = format(amount.quantize(Decimal("0.01")), "f")
    return Stocked(line, packs, price)


def _text(said: Any) -> str:
    """A text for people: short, on one line."""
    if not isinstance(said, str):
        raise PharmacyAnswerError
    return _CONTROL.sub(" ", said)[:MOST_TEXT]
