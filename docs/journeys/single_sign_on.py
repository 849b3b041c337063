"""Sign in and confirm an identity through providers outside (ID-3, ID-6, ID-7).

The providers are the stand-ins that ``make run`` starts: they ask for no password. Everything between them and us is
as with a real one. The browser is played by ``browser``: it goes where it is sent, and keeps what it is given.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from client import Person, System

system = System()
providers: str = system.call(200, "GET", "/_local/health")["identity_provider"]


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def browser(url: str, form: dict[str, str] | None = None) -> str:
    """Where a page sends the browser, or the page itself."""
    opener = urllib.request.build_opener(Stay)
    try:
        with opener.open(url, urlencode(form).encode() if form else None, timeout=30) as page:
            return str(page.read().decode())
    except urllib.error.HTTPError as moved:
        if moved.code != 303:  # noqa: PLR2004
            raise SystemExit(f"{url.partition('?')[0]}: {moved.code}") from None
        return str(moved.headers["Location"])


def provider(path: str, body: dict[str, Any]) -> None:
    """Tell the stand-in something."""
    request = urllib.request.Request(providers + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=30).close()


def agree(started: Any, person: Person) -> dict[str, str]:
    """To the provider, one click there, and back by our address to the portal, which then knows code and state."""
    url = str(started["authorization_url"])
    assert "asks for no password" in browser(url)
    back = browser(url, {"person": f"s{person.snils}"})
    place = urlsplit(browser(back))
    assert (place.path, place.query) == ("/sign-in", ""), "what came is behind the #, where no server sees it"
    return dict(parse_qsl(place.fragment)) | {"binding": str(started["binding"])}


def begin(name: str) -> Any:
    return system.call(200, "POST", f"/sign-in/{name}")


def finish(expected: int, name: str, came: dict[str, str]) -> Any:
    return system.call(expected, "POST", f"/sign-in/{name}/callback", came)


def confirm(expected: int, name: str, person: Person) -> Any:
    path = f"/me/identity-confirmations/{name}"
    came = agree(system.call(200, "POST", path, who=person), person)
    return system.call(expected, "POST", f"{path}/callback", came, person)


def level(person: Person) -> int:
    return int(system.call(200, "GET", "/me", who=person)["level"])


system.step("Which providers there are, for anybody")
system.show(system.call(200, "GET", "/sign-in/providers").body)

system.step("Somebody registers here, and has an account at the state portal and at a bank (ID-6)")
anna = system.register()
provider("/people", anna.form)

system.step("Sign in at the state portal: it stands where the password would (ID-6)")
came = agree(begin("state"), anna)
challenge = finish(200, "state", came)
system.show(challenge.body)

system.step("The second factor follows, as for everybody (ID-3)")
path = f"/sessions/{challenge['challenge_id']}"
system.call(401, "POST", f"{path}/factor", {"factor": "sms", "code": "000000"})
system.call(202, "POST", f"{path}/sms")
session = system.call(200, "POST", f"{path}/factor", {"factor": "sms", "code": system.code(anna.phone)})
anna.token = str(session["access_token"])
assert system.call(200, "GET", "/me", who=anna)["person_id"] == anna.id

system.step("The same answer again, and an answer from another browser, open nothing")
assert finish(401, "state", came)["code"] == "credentials-invalid"
stolen = agree(begin("state"), anna)
elsewhere = {**stolen, "binding": str(begin("state")["binding"])}
assert finish(401, "state", elsewhere)["code"] == "credentials-invalid"
assert finish(200, "state", stolen)["challenge_id"], "and do not disturb the one who began"

system.step("A provider that misbehaves: another nonce, no signature, the answer of another issuer")
for fault in ({"nonce": "another"}, {"alg": "none"}, {"alg": "HS256"}, {"response_iss": "https://another.example"}):
    provider("/state/_faults", fault)
    system.show({**fault, "answer": finish(401, "state", agree(begin("state"), anna))["code"]})
provider("/state/_faults", {})

system.step("A provider that changes its key is followed; one that is down is asked again, and nothing is lost")
provider("/state/_rotate", {})
assert finish(200, "state", agree(begin("state"), anna))["challenge_id"]
came = agree(begin("state"), anna)
provider("/state/_faults", {"status": 500})
assert finish(503, "state", came)["code"] == "provider-unavailable"
provider("/state/_faults", {})
assert finish(200, "state", came)["challenge_id"]

system.step("Who has no account here is told so, having proved whose number it is; a same e-mail helps nobody")
stranger = Person("", anna.email, "08765430300")
provider("/people", {**anna.form, "snils": stranger.snils})
assert finish(403, "state", agree(begin("state"), stranger))["code"] == "no-account"

system.step("The bank confirms the identity: the level rises from 1 to 2 (ID-7)")
assert level(anna) == 1
system.show(confirm(200, "bank", anna).body)
assert level(anna) == 2  # noqa: PLR2004

system.step("Another person's login, or another name under the same number, confirms nobody (ID-7)")
boris = system.sign_in(system.register(last_name="Борисов", first_name="Борис", sex="male"))
provider("/people", {**boris.form, "last_name": "Иванов"})
refused = confirm(403, "state", boris)
system.show({"code": refused["code"], "differing": refused["differing"]})
assert refused["differing"] == "last_name"
assert level(boris) == 1

system.step("The owner is told of all that, and sees and removes the links")
system.wait(lambda body: "provider_confirmed" in {n["event"] for n in body["items"]}, "/me/notices", anna)
system.wait(lambda body: "provider_mismatch" in {n["event"] for n in body["items"]}, "/me/notices", boris)
links = system.call(200, "GET", "/me/links", who=anna)["items"]
system.show(links)
assert [link["provider"] for link in links] == ["bank", "state"]
system.call(204, "DELETE", "/me/links/state", who=anna)
assert [link["provider"] for link in system.call(200, "GET", "/me/links", who=anna)["items"]] == ["bank"]

print(f"\nDone: {time.process_time():.1f} s of work here")
