"""The encrypted store of a device and its outbox, in a real browser against the running system (UX-2)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route

from tests.portal.browser.offline_probe import Probe
from tests.portal.browser.people import OTHER_PATIENT, PATIENT, ask
from tests.portal.browser.watching import Watch

pytestmark = pytest.mark.requirement("UX-2")

SECRET = "Артериальная гипертензия"
OFFLINE = ("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
VALUE = "return (await vault.get('cache', 'x'))?.value ?? null"
LISTED = "return (await outbox.list()).map(({ value }) => value ?? null)"

SignIn = Callable[..., None]
NewContext = Callable[..., BrowserContext]


@pytest.fixture
def probe(page: Page, sign_in: SignIn) -> Probe:
    sign_in(page, PATIENT)
    return Probe(page)


def pulse(value: str, **more: str) -> dict[str, Any]:
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    return {"code": "pulse", "value": value, "unit": "/min", "occurred_at": moment, **more}


def entry(probe: Probe, value: str = "71", **changes: Any) -> dict[str, Any]:
    url = f"/api/v1/patients/{probe.card}/vital-signs"
    base = {"url": url, "method": "POST", "body": pulse(value), "title": "Пульс", "kind": "vital-sign"}
    return {**base, **changes}


def wait_for(probe: Probe, body: str, expected: Any) -> None:
    for _ in range(100):
        if (found := probe.run(body)) == expected:
            return
        probe.page.wait_for_timeout(100)
    assert found == expected


# --- the vault


def test_only_ciphertext_lies_in_the_browser(probe: Probe) -> None:
    probe.run("await vault.put('cache', 'x', { diagnosis: given })", SECRET)
    probe.run("await vault.put('draft', 'y', { diagnosis: given })", SECRET)
    probe.run("await unfinished.saveDraft('visit/' + given, { text: given })", SECRET)
    probe.run("await unlocking.lockWithPassphrase(...given)", [probe.me, "четыре тихих слова"])
    raw = probe.raw()
    assert "vault-" in raw
    for word in (SECRET, "diagnosis", "cache_key", "Иванова", "Елена", probe.card, "тихих"):
        assert word not in raw
    assert probe.run("return (await vault.get('draft', 'y')).value") == {"diagnosis": SECRET}


def test_nothing_is_said_to_be_kept_that_is_not(page: Page, sign_in: SignIn) -> None:
    sign_in(page, PATIENT)
    locked = Probe(page, enter=False)
    assert locked.refused("await vault.put('draft', 'x', 1)") == "LockedError"
    assert locked.refused("await vault.get('cache', 'x')") == "LockedError"
    assert locked.refused("await outbox.enqueue({ url: '/x', method: 'POST', title: '', kind: '' })") == "LockedError"


def test_a_ciphertext_opens_only_where_it_was_sealed(probe: Probe) -> None:
    probe.run("await vault.put('cache', 'x', 'one'); await vault.put('cache', 'z', 'other')")
    probe.page.evaluate(
        """async (name) => {
          const asked = indexedDB.open(name);
          const db = await new Promise((done) => (asked.onsuccess = () => done(asked.result)));
          const change = db.transaction("rows", "readwrite");
          const read = change.objectStore("rows").get("z");
          read.onsuccess = () => change.objectStore("rows").put(read.result, "x");
          await new Promise((done) => (change.oncomplete = done));
          db.close();
        }""",
        probe.rows()[0]["database"],
    )
    assert probe.run(VALUE) is None
    assert "x" not in [row["id"] for row in probe.rows()]  # a copy that cannot be opened is of no use


def test_two_people_of_one_device_do_not_meet(new_context: NewContext, sign_in: SignIn) -> None:
    page = new_context().new_page()
    sign_in(page, PATIENT)
    anna = Probe(page)
    anna.run("await vault.put('cache', 'x', given)", SECRET)
    anna.run(
        "await outbox.enqueue({ url: '/api/v1/none', method: 'POST', body: {}, title: given, kind: 'x', role: 'x' })",
        SECRET,
    )
    sign_in(page, OTHER_PATIENT)
    boris = Probe(page)
    assert boris.run(VALUE) is None
    assert boris.run(LISTED) == []
    databases = {row["database"] for row in boris.rows()}
    assert len(databases) == 2


def test_a_copy_is_kept_for_a_week_and_a_draft_for_ever(probe: Probe) -> None:
    eight_days = "Date.now() - 8 * 86_400_000"
    probe.run(f"await vault.put('cache', 'x', 1, {eight_days}); await vault.put('draft', 'y', 2, {eight_days})")
    assert probe.run(VALUE) is None
    assert probe.run("return (await vault.get('draft', 'y')).value") == 2


def test_forgetting_closes_copies_and_leaves_drafts(new_context: NewContext, sign_in: SignIn) -> None:
    page = new_context().new_page()
    sign_in(page, OTHER_PATIENT)
    probe = Probe(page)
    probe.run("await vault.put('cache', 'x', given); await vault.put('draft', 'y', given)", SECRET)
    before = {row["epoch"] for row in probe.rows()}
    assert ask(page, "DELETE", "/me/vault-key")["status"] == 204
    probe.page.reload()
    probe.enter()
    assert probe.run(VALUE) is None
    assert probe.run("return (await vault.get('draft', 'y')).value") == SECRET
    after = {row["epoch"] for row in probe.rows()}
    assert after == {max(before) + 1}  # sealed anew


def test_a_draft_that_cannot_be_read_is_counted_and_stays(probe: Probe) -> None:
    probe.run("await outbox.enqueue(given)", entry(probe, url="/api/v1/patients/none/vital-signs"))
    wait_for(probe, "return (await outbox.list())[0].value.state", "rejected")
    probe.page.evaluate("localStorage.setItem('device', crypto.randomUUID())")  # another device's keys
    probe.page.reload()
    probe.enter()
    assert probe.run(LISTED) == [None]
    probe.page.reload()
    probe.enter()
    assert probe.run(LISTED) == [None]


def test_an_unfinished_form_outlives_the_page(probe: Probe) -> None:
    probe.run("await unfinished.saveDraft('visit/1', { text: given })", SECRET)
    probe.page.reload()
    probe.enter()
    assert probe.run("return (await unfinished.loadDraft('visit/1')).value") == {"text": SECRET}
    probe.run("await unfinished.dropDraft('visit/1')")
    assert probe.run("return (await unfinished.loadDraft('visit/1')) ?? null") is None


# --- without a connection, after a restart


def test_the_right_passphrase_opens_and_a_wrong_one_does_not(probe: Probe, watch: Watch) -> None:
    watch.expect(*OFFLINE)
    probe.run("await vault.put('cache', 'x', given)", SECRET)
    probe.run("await unlocking.lockWithPassphrase(...given)", [probe.me, "четыре тихих слова"])
    probe.page.reload()
    assert probe.refused(VALUE) == "LockedError"
    assert probe.run("return [...(await unlocking.waysHere())]") == ["passphrase"]
    assert probe.run("return await unlocking.unlockWithPassphrase('четыре тихих слов')") is None
    me = probe.run("return await unlocking.unlockWithPassphrase('четыре тихих слова')")
    assert me["person_id"] == probe.card
    assert probe.run(VALUE) == SECRET


def test_what_a_passphrase_opens_is_closed_after_a_week(probe: Probe) -> None:
    probe.run("await vault.put('cache', 'x', 1); await vault.put('draft', 'y', 2)")
    probe.run("await unlocking.lockWithPassphrase(...given)", [probe.me, "четыре тихих слова"])
    probe.page.clock.set_fixed_time(datetime.now(UTC).replace(year=datetime.now(UTC).year + 1))
    probe.page.reload()
    assert probe.run("return [...(await unlocking.waysHere())]") == []
    assert [row["id"] for row in probe.rows()] == ["y"]


# --- the outbox


def test_what_was_written_offline_is_sent_once_by_two_tabs(probe: Probe, watch: Watch) -> None:
    watch.expect(*OFFLINE)
    context, other = probe.page.context, probe.page.context.new_page()
    second = Probe(other)
    sent: list[Request] = []
    context.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    context.set_offline(True)
    for value in ("71", "72", "73"):
        probe.run("await outbox.enqueue(given)", entry(probe, value))
    assert [one["state"] for one in probe.run(LISTED)] == ["waiting"] * 3
    assert len(second.run(LISTED)) == 3
    sent.clear()
    context.set_offline(False)
    wait_for(probe, LISTED, [])
    posted = [one for one in sent if one.url.endswith("/vital-signs")]
    assert [one.post_data_json["value"] for one in posted] == ["71", "72", "73"]  # in the order of writing
    assert len({one.headers["idempotency-key"] for one in posted}) == 3


@pytest.mark.parametrize("status", [401, 429, 503])
def test_a_draft_waits_for_a_better_moment(probe: Probe, watch: Watch, status: int) -> None:
    watch.expect(str(status))
    problem = {"code": "x", "title": "x", "title_ru": "x", "status": status}
    probe.page.route("**/vital-signs", lambda route: route.fulfill(status=status, json=problem))
    probe.run("await outbox.enqueue(given); await outbox.flush()", entry(probe))
    assert [one["state"] for one in probe.run(LISTED)] == ["waiting"]
    probe.page.unroute("**/vital-signs")
    probe.run("await outbox.flush()")
    assert probe.run(LISTED) == []


def test_a_lost_answer_makes_nothing_twice(probe: Probe, watch: Watch) -> None:
    watch.expect("ERR_FAILED", "Failed to fetch")
    made: list[str] = []

    def answer(route: Route) -> None:
        """The first answer does not come through; the API has made the record."""
        given = route.fetch()
        made.append(given.json()["id"])
        if len(made) == 1:
            route.abort()
        else:
            route.fulfill(response=given)

    probe.page.route("**/vital-signs", answer)
    probe.run("await outbox.enqueue(given); await outbox.flush()", entry(probe, "77"))
    assert [one["state"] for one in probe.run(LISTED)] == ["waiting"]
    probe.run("await outbox.flush()")
    assert probe.run(LISTED) == []
    assert len(made) == 2
    assert len(set(made)) == 1


def test_a_refusal_keeps_the_text_and_says_why(probe: Probe) -> None:
    probe.run("await outbox.enqueue(given); await outbox.flush()", entry(probe, "9000"))
    (kept,) = probe.run(LISTED)
    assert (kept["state"], kept["body"]["value"]) == ("rejected", "9000")
    assert kept["refusal"]["fields"][0]["message_ru"]
    probe.run("await outbox.retry(...given)", [kept["id"], pulse("79")])
    wait_for(probe, LISTED, [])


def changed_elsewhere(probe: Probe) -> tuple[str, str]:
    """A record that was read here and then changed from another device: its address, and the version read here."""
    url = f"/patients/{probe.card}/vital-signs"
    made = probe.page.evaluate(SEND, ["POST", "/api/v1" + url, pulse("80"), {"Idempotency-Key": secrets.token_hex(16)}])
    address = f"/api/v1{url}/{made['body']['id']}"
    changed = probe.page.evaluate(SEND, ["PUT", address, pulse("81", note="с другого устройства"), {"If-Match": '"1"'}])
    assert changed["status"] == 200, changed
    return address, '"1"'


SEND = """async ([method, address, body, headers]) => {
  const marks = { "X-Requested-By": "portal", "Content-Type": "application/json", ...headers };
  const answer = await fetch(address, { method, headers: marks, body: body && JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}"""


def conflicting(probe: Probe) -> tuple[str, dict[str, Any]]:
    address, etag = changed_elsewhere(probe)
    mine = entry(probe, url=address, method="PUT", body=pulse("82", note="мой текст"), etag=etag)
    probe.run("await outbox.enqueue(given); await outbox.flush()", mine)
    (kept,) = probe.run(LISTED)
    return address, kept


def test_a_conflict_keeps_both_versions_and_mine_can_go_on(probe: Probe) -> None:
    address, kept = conflicting(probe)
    assert kept["state"] == "conflict"
    assert kept["theirs"]["body"]["note"] == "с другого устройства"
    assert kept["body"]["note"] == "мой текст"
    probe.run("await outbox.resolve(given, 'mine')", kept["id"])
    wait_for(probe, LISTED, [])
    now = probe.page.evaluate(SEND, ["GET", address, None, {}])["body"]
    assert (now["version"], now["body"]["note"]) == (3, "мой текст")


def test_a_conflict_can_be_left_as_the_server_has_it(probe: Probe) -> None:
    address, kept = conflicting(probe)
    probe.run("await outbox.resolve(given, 'theirs')", kept["id"])
    assert probe.run(LISTED) == []
    assert probe.page.evaluate(SEND, ["GET", address, None, {}])["body"]["version"] == 2


def test_what_was_written_in_another_role_waits_for_it(probe: Probe) -> None:
    probe.run(
        "outbox.writeAs('doctor'); await outbox.enqueue(given); outbox.writeAs('patient'); await outbox.flush()",
        entry(probe),
    )
    assert [one["role"] for one in probe.run(LISTED)] == ["doctor"]
    probe.run("await outbox.discard((await outbox.list())[0].id)")
