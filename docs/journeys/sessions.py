"""An account, the portal's session and sealed bodies: ID-1, ID-2, ID-3, ID-9, ID-10, ID-12.

A person registers; an identifier that breaks its rule is named, and a wrong code makes no account. A browser gets a
cookie and no token; what another site sends is refused by the server; a client sends an RSA key, gets a session key
back, and its bodies travel as JWE.
"""

from __future__ import annotations

import json
import secrets
import time
from base64 import urlsafe_b64decode

from client import PASSWORD, Answer, Person, System

from chalicelib.crypto.session_cipher import JoseSessionCipher

WRONG = {
    "last_name": "Журавлёва",
    "first_name": "Ксения",
    "birth_date": "1987-04-12",
    "sex": "female",
    "snils": "112-233-445 96",
    "passport_series": "45",
    "passport_number": "123456",
    "phone": "12345",
    "email": "nobody",
    "password": "password",
    "language": "ru",
}
PORTAL = {"X-Requested-By": "portal", "Sec-Fetch-Site": "same-origin"}


def main() -> None:
    system = System()
    anna = an_account(system)
    cookie = in_a_browser(system, anna)
    sealed_bodies(system, anna, {"Cookie": cookie})
    print("\nThe story is complete.")


def an_account(system: System) -> Person:
    system.step("A form with a wrong SNILS and a weak password is refused, each field by name")
    refused = system.call(422, "POST", "/registrations", WRONG)
    system.show([(problem["field"], problem["code"]) for problem in refused["fields"]])

    system.step("She registers; with a wrong code there is no account, with both codes there is")
    form = {**WRONG, **system.form()}
    begun = system.call(202, "POST", "/registrations", form)
    wrong = {"phone_code": "000000", "email_code": "000000"}
    system.show(system.call(401, "POST", f"/registrations/{begun['registration_id']}/confirm", wrong)["code"])
    system.call(401, "POST", "/sessions", {"login": form["phone"], "password": PASSWORD})
    anna = system.confirm(begun["registration_id"], form)
    system.show({"person_id": anna.id})
    return anna


def in_a_browser(system: System, anna: Person) -> str:
    system.step("A browser signs in: password, second factor, and a cookie in place of tokens")
    cookie = sign_in_as_portal(system, anna)
    system.show({"cookie": cookie.partition("=")[0]})

    system.step("The cookie opens her account")
    me = system.call(200, "GET", "/me", headers={"Cookie": cookie})
    system.show({"person_id": me["person_id"], "level": me["level"], "factors": me["factors"]})

    system.step("What another site makes her browser send is refused, and nothing changes")
    elsewhere = {"Cookie": cookie, "X-Requested-By": "portal", "Sec-Fetch-Site": "cross-site"}
    refused = system.call(403, "PATCH", "/me", {"language": "en"}, headers=elsewhere)
    system.show({"code": refused["code"]})
    bare = {"Cookie": cookie}
    system.call(403, "PATCH", "/me", {"language": "en"}, headers=bare)
    assert system.call(200, "GET", "/me", headers=bare)["language"] == "ru"

    system.step("Without a second factor no token of any kind is given")
    begun = system.call(200, "POST", "/sessions", {"login": anna.phone, "password": PASSWORD})
    assert set(begun.body) & {"access_token", "refresh_token"} == set()
    wrong = {"factor": "sms", "code": "000000", "role": "patient"}
    system.show(system.call(401, "POST", f"/sessions/{begun['challenge_id']}/factor", wrong)["code"])

    system.step("A role that she does not hold is refused")
    system.show(system.call(403, "POST", "/me/role", {"role": "doctor"}, headers=PORTAL | bare)["code"])
    return cookie


def sealed_bodies(system: System, anna: Person, bare: dict[str, str]) -> None:
    system.step("Another client sends an RSA key and gets the session key under RSA-OAEP-256")
    system.sign_in(anna)
    kid, key = session_key(system, anna)
    system.show({"kid": kid, "bits": len(key) * 8})

    system.step("Request and answer travel as JWE dir / A256GCM")
    cipher = JoseSessionCipher()
    compact = cipher.seal(header(kid, "PATCH /api/v1/me"), json.dumps({"language": "en"}).encode(), key)
    reply = sealed(system, 200, anna, compact)
    opened, content = cipher.open(reply.body.decode(), key)
    system.show({"header": opened, "language": json.loads(content)["language"]})

    system.step("The same body again is refused, and so is one that was sealed for another path")
    _, content = cipher.open(sealed(system, 409, anna, compact).body.decode(), key)
    system.show(json.loads(content)["code"])
    elsewhere_sealed = cipher.seal(header(kid, "PATCH /api/v1/other"), b'{"language": "ru"}', key)
    _, content = cipher.open(sealed(system, 400, anna, elsewhere_sealed).body.decode(), key)
    system.show(json.loads(content)["code"])

    system.step("Signed out: cookie and key are dead at once")
    system.call(204, "POST", "/sessions/sign-out", headers=PORTAL | bare)
    system.call(401, "GET", "/me", headers=bare)
    system.call(204, "POST", "/sessions/sign-out", who=anna)
    sealed(system, 401, anna, cipher.seal(header(kid, "PATCH /api/v1/me"), b"{}", key))


def sign_in_as_portal(system: System, person: Person) -> str:
    begun = system.call(200, "POST", "/sessions", {"login": person.phone, "password": PASSWORD}, headers=PORTAL)
    system.call(202, "POST", f"/sessions/{begun['challenge_id']}/sms", headers=PORTAL)
    given = {"factor": "sms", "code": system.code(person.phone), "role": "patient"}
    done = system.call(200, "POST", f"/sessions/{begun['challenge_id']}/factor", given, headers=PORTAL)
    assert not {"access_token", "refresh_token"} & set(done.body), "a token reached a script"
    flags = done.headers["set-cookie"]
    assert all(word in flags for word in ("HttpOnly", "Secure", "SameSite=Strict", "Path=/"))
    return flags.partition(";")[0]


def session_key(system: System, person: Person) -> tuple[str, bytes]:
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from cryptography.hazmat.primitives.hashes import SHA256
    from jwt.algorithms import RSAAlgorithm

    private = rsa.generate_private_key(65537, 2048)
    made = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    public = {"kty": "RSA", "n": made["n"], "e": made["e"]}
    answer = system.call(201, "POST", "/me/session-key", {"public_key": public}, who=person)
    text = answer["encrypted_key"]
    wrapped = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return answer["kid"], private.decrypt(wrapped, padding.OAEP(padding.MGF1(SHA256()), SHA256(), None))


def header(kid: str, operation: str) -> dict[str, object]:
    return {
        "alg": "dir",
        "enc": "A256GCM",
        "kid": kid,
        "op": operation,
        "jti": secrets.token_hex(16),
        "iat": int(time.time()),
    }


def sealed(system: System, expected: int, person: Person, compact: str) -> Answer:
    return system.call(expected, "PATCH", "/me", who=person, raw=compact.encode(), content_type="application/jose")


if __name__ == "__main__":
    main()
