"""``python -m local.demo_partner URL FILE.json [ROLE]``: a partner of the demo hospital, to try things with.

The administrator registers its system; the file says who signs in, with the private key, and about which demo patient
and what else of the demo hospital. It is written anew each time, with another client. ROLE: ``clinical-system`` (the
default), ``laboratory``, ``pharmacy`` or ``insurer``.
"""

from __future__ import annotations

import argparse
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from chalicelib.domain.identifiers import oms_check_digit, snils_check_digits
from chalicelib.domain.identity import PersonId
from chalicelib.domain.partners import TYPES
from chalicelib.domain.resource_ids import ResourceId, card_resource_id
from local.demo import Api
from local.demo_people import ADMINISTRATOR, PATIENTS, STAFF, Person

WORDS: Mapping[str, list[str]] = {
    "clinical-system": ["hl7.write", "files.write", "scheduling.read", "scheduling.write", "card.read"],
    "laboratory": ["hl7.write", "files.write"],
    "pharmacy": ["prescription.verify", "prescription.dispense", "pharmacy-order.write"],
    "insurer": ["policy.verify", "payment.write", "card.read"],
}
"""Scopes that name no type of resource, by role; beside them it gets all types that its role may be given."""
DRUG = {"inn": "Лоратадин", "atc": "R06AX13", "form": "таблетки", "strength": "10 мг"}
NEAREST, FARTHEST = 60, 390
"""Days ahead: where in the demo hospital's schedule an outside system's time is tried."""
Known = dict[str, Any]


def made(url: str, role: str = "clinical-system") -> dict[str, Any]:
    """What PARTNER.json of the conformance kit says."""
    api = Api(url)
    api.call("POST", "/_local/limits")
    administrator = api.sign_in(ADMINISTRATOR, "administrator")
    person, policy = PATIENTS[0]
    patient = api.sign_in(person)
    card = str(api.call("GET", "/api/v1/me", None, patient)["person_id"])
    known = _person(card, person)
    key = ec.generate_private_key(ec.SECP256R1())
    organisation, name = _organisation(api, administrator, role)
    partner = {
        "name": name,
        "role": role,
        "organisation_id": organisation,
        "jwks": {"keys": [{**_public(key), "kid": "k1", "use": "sig", "alg": "ES256"}, *_encryption(role)]},
        "scopes": [*WORDS[role], *(f"system/{kind}.{letters}" for kind, letters in TYPES[role].items())],
    }
    client = api.post("/partners", partner, administrator)["client_id"]
    known |= {"organisation": organisation, "policy": policy + oms_check_digit(policy)}
    more: Mapping[str, Callable[[], Known]] = {
        "clinical-system": lambda: {**_consent(api, organisation, client, patient), **_schedule(api)},
        "pharmacy": lambda: _prescription(api, card),
        "insurer": lambda: _service(api, card),
    }
    known |= more.get(role, dict)()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return {"client_id": client, "role": role, "kid": "k1", "key": pem, "known": known}


def _public(key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    return dict(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True))


def _encryption(role: str) -> list[dict[str, Any]]:
    """To whom files of a bulk export are encrypted. The private half is thrown away: the kit opens none."""
    if role != "clinical-system":
        return []
    return [{**_public(ec.generate_private_key(ec.SECP256R1())), "kid": "e1", "use": "enc", "alg": "ECDH-ES"}]


def _person(card: str, person: Person) -> Known:
    names = ("last_name", "first_name", "middle_name", "birth_date")
    return {
        "patient": card_resource_id(card),
        "snils": person["snils"] + snils_check_digits(person["snils"]),
        "birth_date_hl7": person["birth_date"].replace("-", ""),
        **{name: person[name] for name in names},
    }


def _organisation(api: Api, administrator: str, role: str) -> tuple[str, str]:
    """A clinical system is the demo hospital's own, for it is to reach its schedules; others are somebody else's."""
    if role == "clinical-system":
        registrar = api.sign_in(_staff("registrar"), "registrar")
        held = api.call("GET", "/api/v1/me", None, registrar)["memberships"]
        return next(str(one["organisation_id"]) for one in held if one["role"] == "registrar"), "МИС поликлиники"
    number = secrets.randbelow(10**9)
    form = {"name": f"Организация-партнёр {number}", "oid": f"1.2.643.5.1.13.13.12.2.77.{number}"}
    return str(api.post("/organisations", form, administrator)["organisation_id"]), form["name"]


def _staff(role: str) -> Person:
    return next(person for person, held, *_ in STAFF if held == role)


def _consent(api: Api, organisation: str, client: str, patient: str) -> Known:
    """The patient lets the system read everything: what others wrote is read by consent alone."""
    api.post("/me/consents", {"organisation_id": organisation, "client_id": client, "level": "full"}, patient)
    return {"consented": "yes", "bulk": "yes"}


def _schedule(api: Api) -> Known:
    """A schedule, and two times in it that nobody has."""
    registrar = api.sign_in(_staff("registrar"), "registrar")
    found = api.call("GET", "/api/v1/schedules?specialty=therapy", None, registrar)["items"]
    day = datetime.now(UTC).replace(hour=7, minute=0, second=0, microsecond=0)
    first = day + timedelta(days=NEAREST + secrets.randbelow(FARTHEST - NEAREST), minutes=secrets.randbelow(120))
    times = [first, first + timedelta(minutes=20), first + timedelta(hours=2), first + timedelta(hours=2, minutes=20)]
    names = ("busy_start", "busy_end", "moved_start", "moved_end")
    return {"schedule": found[0]["schedule_id"], **{n: t.isoformat() for n, t in zip(names, times, strict=True)}}


def _prescription(api: Api, card: str) -> Known:
    """A prescription of two packs that nobody has dispensed, as the patient shows it; warnings are answered."""
    person = _staff("doctor")
    doctor = api.sign_in(person, "doctor")
    place = f"/patients/{card}/prescriptions"
    found = api.post(f"{place}/checks", {"drugs": [{name: DRUG[name] for name in ("inn", "atc")}]}, doctor)["warnings"]
    body: Known = {
        "occurred_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "doctor_name": " ".join(person[part] for part in ("last_name", "first_name", "middle_name")),
        "form": "107-1/у",
        "validity": "60d",
        "drugs": [{**DRUG, "dosage": "по 1 таблетке 1 раз в день", "packs": 2}],
    }
    if found:
        keys = [one["key"] for one in found]
        body["override"] = {"reason": "tolerated-before", "text": "Проба набора проверок", "warnings": keys}
    record = api.post(place, body, doctor, Idempotency_Key=secrets.token_hex(16))["id"]
    shown = api.call("GET", f"/api/v1{place}/{record}", None, api.sign_in(PATIENTS[0][0]))
    return {"code": str(shown["body"]["qr"])}


def _service(api: Api, card: str) -> Known:
    """A visit that an insurer pays for."""
    visits = api.call("GET", f"/api/v1/patients/{card}/visits", None, api.sign_in(PATIENTS[0][0]))["items"]
    return {"service": f"Encounter/{ResourceId(PersonId(card), 'visit', str(visits[0]['id']))}"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.demo_partner", description=__doc__)
    parser.add_argument("url", metavar="URL")
    parser.add_argument("place", type=Path, metavar="FILE.json")
    parser.add_argument("role", nargs="?", default="clinical-system", choices=sorted(WORDS), metavar="ROLE")
    options = parser.parse_args()
    options.place.parent.mkdir(parents=True, exist_ok=True)
    options.place.touch(mode=0o600)
    found = made(options.url.rstrip("/"), options.role)
    options.place.write_text(json.dumps(found, ensure_ascii=False, indent=2), encoding="utf-8")
    print(f"{options.place}: a partner ({options.role}) and what it may name")


if __name__ == "__main__":
    main()
