"""What a person sees without a connection: reading, unlocking, waiting drafts, leaving (UX-2)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.portal.browser.offline_probe import ROWS, Probe
from tests.portal.browser.people import DOCTOR, OTHER_PATIENT, PATIENT, ask
from tests.portal.browser.watching import Watch

pytestmark = pytest.mark.requirement("UX-2")

PHRASE = "четыре тихих слова"
READ = "/prescriptions"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "hasPrf": True,
    "automaticPresenceSimulation": True,
}
MAKE_PASSKEY = """async () => {
  const random = (count) => crypto.getRandomValues(new Uint8Array(count));
  await navigator.credentials.create({ publicKey: {
    challenge: random(32), rp: { name: "x" }, user: { id: random(16), name: "x", displayName: "x" },
    pubKeyCredParams: [{ type: "public-key", alg: -7 }],
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    extensions: { prf: {} },
  } });
}"""
DATABASES = (
    """async () => (await indexedDB.databases()).map((one) => one.name).filter((name) => name.startsWith("vault-"))"""
)
CACHED = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  }
  return found;
}"""

SignIn = Callable[..., None]
NewContext = Callable[..., BrowserContext]


@pytest.fixture
def person(page: Page, sign_in: SignIn, watch: Watch) -> Page:
    """A patient at the portal with a session of the test's own; the shell is kept by the worker."""
    watch.expect("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch")
    sign_in(page, PATIENT, anew=True)
    opened(page)
    return page


def opened(page: Page) -> None:
    page.goto("/offline")
    expect(page.get_by_role("heading", name="Работа без связи")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("async () => (await indexedDB.databases()).some((one) => one.name.startsWith('vault-'))")


def read(page: Page) -> str:
    """What stands on a page of the card, once it is there."""
    page.goto(READ)
    main = page.get_by_role("main")
    expect(main.get_by_role("heading", level=1)).to_be_visible()
    expect(main.locator(".list-item").first).to_be_visible()
    return main.locator(".list-item").first.inner_text()


def turn_on_phrase(page: Page) -> None:
    page.goto("/offline")
    page.get_by_label("Кодовая фраза", exact=True).fill(PHRASE)
    page.get_by_label("Ещё раз та же фраза").fill(PHRASE)
    page.get_by_role("button", name="Включить с кодовой фразой").click()
    expect(page.get_by_text("Включено: открывается кодовой фразой")).to_be_visible()


def restart_offline(page: Page, path: str = READ) -> None:
    page.context.set_offline(True)
    page.goto(path)
    expect(page.get_by_role("heading", name="Нет связи с сервером")).to_be_visible()


def test_what_was_read_stays_readable_and_says_of_when_it_is(person: Page) -> None:
    seen = read(person)
    person.goto("/outbox")
    expect(person.get_by_text("Всё отправлено")).to_be_visible()
    person.context.set_offline(True)
    person.get_by_role("link", name="Работа без связи").first.click()
    expect(person.get_by_text("Нет связи", exact=True)).to_be_visible()
    person.evaluate(f"history.pushState(null, '', '{READ}'); dispatchEvent(new PopStateEvent('popstate'))")
    expect(person.locator(".list-item").first).to_have_text(re.compile(re.escape(seen.split("\n")[0])))
    expect(person.get_by_text(re.compile(r"Нет связи\. Показаны данные от \d+ \S+, \d+:\d\d"))).to_be_visible()
    person.context.set_offline(False)
    expect(person.get_by_text("Показаны данные от")).to_have_count(0)


def test_after_a_restart_without_a_connection_all_is_locked_and_says_why(person: Page) -> None:
    seen = read(person)
    restart_offline(person)
    expect(person.get_by_text("Без связи открыть медкарту на этом устройстве нельзя")).to_be_visible()
    assert seen.split("\n")[0] not in person.content()
    person.context.set_offline(False)  # it opens by itself
    expect(person.locator(".list-item").first).to_be_visible()


def test_a_wrong_passphrase_and_then_the_right_one(person: Page) -> None:
    seen = read(person)
    turn_on_phrase(person)
    restart_offline(person)
    person.get_by_label("Кодовая фраза").fill(PHRASE + "!")
    person.get_by_role("button", name="Открыть", exact=True).click()
    expect(person.get_by_text("Фраза не подходит")).to_be_visible()
    person.get_by_label("Кодовая фраза").fill(PHRASE)
    person.get_by_role("button", name="Открыть", exact=True).click()
    expect(person.locator(".list-item").first).to_have_text(re.compile(re.escape(seen.split("\n")[0])))
    expect(person.get_by_text("Показаны данные от")).to_be_visible()


def test_a_passkey_opens_without_a_connection(person: Page) -> None:
    cdp = person.context.new_cdp_session(person)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    person.evaluate(MAKE_PASSKEY)
    read(person)
    person.goto("/offline")
    person.get_by_role("button", name="Включить с ключом входа").click()
    expect(person.get_by_text("Включено: открывается ключом входа")).to_be_visible()
    restart_offline(person)
    person.get_by_role("button", name="Открыть ключом входа").click()
    expect(person.get_by_text("Показаны данные от")).to_be_visible()


def test_staff_are_offered_a_passkey_alone(page: Page, sign_in: SignIn) -> None:
    sign_in(page, DOCTOR)
    opened(page)
    expect(page.get_by_role("button", name="Включить с ключом входа")).to_be_visible()
    expect(page.get_by_label("Кодовая фраза")).to_have_count(0)


def test_no_answer_of_the_api_lies_in_the_cache_of_the_worker(person: Page) -> None:
    read(person)
    cached = person.evaluate(CACHED)
    assert "/index.html" in cached
    assert not [path for path in cached if path.startswith(("/api", "/fhir", "/.well-known", "/_local"))]


# --- drafts


def probe_beside(person: Page) -> Probe:
    """Another tab of the same person, to write a draft as a page does that makes some."""
    return Probe(person.context.new_page())


def pulse(value: str, note: str) -> dict[str, Any]:
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    return {"code": "pulse", "value": value, "unit": "/min", "occurred_at": moment, "note": note}


LABELS = {"value": {"ru": "Значение", "en": "Value"}, "note": {"ru": "Примечание", "en": "Note"}}


def draft(probe: Probe, value: str = "71", **changes: Any) -> None:
    url = f"/api/v1/patients/{probe.card}/vital-signs"
    made = {"url": url, "method": "POST", "title": "Пульс, сегодня", "kind": "vital-sign", "labels": LABELS}
    probe.run("await outbox.enqueue(given)", {**made, "body": pulse(value, "утром"), **changes})


def test_what_waits_is_counted_and_goes_by_itself(person: Page) -> None:
    probe = probe_beside(person)
    person.context.set_offline(True)
    draft(probe, "71")
    expect(person.get_by_text("1 запись ждёт отправки")).to_be_visible()
    draft(probe, "72")
    expect(person.get_by_text("2 записи ждут отправки")).to_be_visible()
    person.get_by_role("link", name="Посмотреть").click()
    expect(person.get_by_role("article", name="Пульс, сегодня")).to_have_count(2)
    expect(person.get_by_text("Отправится само, когда появится связь.").first).to_be_visible()
    person.context.set_offline(False)
    expect(person.get_by_text("Всё отправлено")).to_be_visible()
    expect(person.get_by_text("ждут отправки")).to_have_count(0)


def test_a_refused_draft_is_told_with_its_reason_and_corrected(person: Page) -> None:
    probe = probe_beside(person)
    draft(probe, "9000")
    person.goto("/outbox")
    article = person.get_by_role("article", name="Пульс, сегодня")
    expect(article.get_by_text("Запись не принята")).to_be_visible()
    expect(person.get_by_text("1 запись требует вашего решения")).to_be_visible()
    article.get_by_role("button", name="Исправить мою").click()
    article.get_by_label("Значение").fill("75")
    article.get_by_role("button", name="Отправить исправленное").click()
    expect(person.get_by_text("Всё отправлено")).to_be_visible()


def test_two_versions_stand_side_by_side_and_the_person_chooses(person: Page) -> None:
    probe = probe_beside(person)
    url = f"/patients/{probe.card}/vital-signs"
    made = probe.page.evaluate(
        SEND, ["POST", "/api/v1" + url, pulse("80", "первая"), {"Idempotency-Key": secrets.token_hex(16)}]
    )
    address = f"/api/v1{url}/{made['id']}"
    probe.page.evaluate(SEND, ["PUT", address, pulse("81", "с другого устройства"), {"If-Match": '"1"'}])
    draft(probe, url=address, method="PUT", body=pulse("82", "мой текст"), etag='"1"')
    person.goto("/outbox")
    article = person.get_by_role("article", name="Пульс, сегодня")
    row = article.get_by_role("row", name=re.compile("Примечание"))
    expect(row.get_by_text("мой текст")).to_be_visible()
    expect(row.get_by_text("с другого устройства")).to_be_visible()
    expect(row.get_by_text("отличается")).to_be_visible()
    article.get_by_role("button", name="Оставить мою").click()
    expect(person.get_by_text("Всё отправлено")).to_be_visible()
    now = probe.page.evaluate(SEND, ["GET", address, None, {}])
    assert (now["version"], now["body"]["note"]) == (3, "мой текст")


SEND = """async ([method, address, body, headers]) => {
  const marks = { "X-Requested-By": "portal", "Content-Type": "application/json", ...headers };
  const answer = await fetch(address, { method, headers: marks, body: body && JSON.stringify(body) });
  return answer.json();
}"""


# --- leaving


def leave(page: Page) -> None:
    page.get_by_role("button", name="Выйти").click()


def signed_out(page: Page) -> None:
    expect(page.get_by_role("heading", name="Вход в медкарту")).to_be_visible()
    assert page.evaluate(DATABASES) == []


def test_leaving_erases_what_was_kept(person: Page) -> None:
    read(person)
    device = person.evaluate("localStorage.getItem('device')")
    leave(person)
    signed_out(person)
    assert ask(person, "GET", "/me")["status"] == 401
    assert person.evaluate("localStorage.getItem('device')") == device  # the next sign-in is from a known device


def test_leaving_asks_about_what_was_not_sent(person: Page) -> None:
    probe = probe_beside(person)
    person.context.set_offline(True)
    draft(probe)
    draft(probe)
    expect(person.get_by_text("2 записи ждут отправки")).to_be_visible()
    leave(person)
    dialog = person.get_by_role("dialog", name="Есть неотправленное")
    expect(dialog.get_by_text("остались 2 неотправленные записи")).to_be_visible()
    dialog.get_by_role("button", name="Отмена").click()
    expect(person.get_by_text("2 записи ждут отправки")).to_be_visible()
    leave(person)
    dialog.get_by_role("button", name="Выйти и стереть").click()
    signed_out(person)


def test_leaving_sends_what_can_be_sent_first(person: Page) -> None:
    probe = probe_beside(person)
    person.route("**/vital-signs", lambda route: route.abort())
    probe.page.route("**/vital-signs", lambda route: route.abort())
    draft(probe)
    expect(person.get_by_text("1 запись ждёт отправки")).to_be_visible()
    person.unroute("**/vital-signs")
    with person.expect_response("**/vital-signs") as sent:
        leave(person)
    assert sent.value.status == 201
    signed_out(person)


def test_leaving_without_a_connection_is_finished_by_the_next(person: Page) -> None:
    read(person)
    person.context.set_offline(True)
    leave(person)
    signed_out(person)
    expect(person.get_by_text("Выход на сервере завершится, когда появится связь")).to_be_visible()
    with person.expect_response("**/sign-out") as ended:
        person.context.set_offline(False)
    assert ended.value.status == 204
    person.reload()
    expect(person.get_by_role("heading", name="Вход в медкарту")).to_be_visible()
    assert ask(person, "GET", "/me")["status"] == 401


def test_a_restart_does_not_let_back_in_who_left_without_a_connection(person: Page) -> None:
    person.context.set_offline(True)
    leave(person)
    signed_out(person)
    person.context.set_offline(False)
    person.goto(READ)
    expect(person.get_by_role("heading", name="Вход в медкарту")).to_be_visible()


def test_leaving_in_one_tab_leaves_all(person: Page) -> None:
    other = person.context.new_page()
    other.goto("/offline")
    expect(other.get_by_role("heading", name="Работа без связи")).to_be_visible()
    leave(person)
    signed_out(person)
    expect(other.get_by_role("heading", name="Вход в медкарту")).to_be_visible()


def test_drafts_of_another_person_of_this_device_outlive_ones_leaving(person: Page, sign_in: SignIn) -> None:
    person.route("**/vital-signs", lambda route: route.abort())
    probe = probe_beside(person)
    probe.page.route("**/vital-signs", lambda route: route.abort())
    draft(probe)
    (kept,) = [row for row in person.evaluate(ROWS) if row["kind"] == "draft"]
    probe.page.close()
    sign_in(person, OTHER_PATIENT, anew=True)
    opened(person)
    leave(person)
    expect(person.get_by_role("heading", name="Вход в медкарту")).to_be_visible()
    assert [row for row in person.evaluate(ROWS) if row["kind"] == "draft"] == [kept]
