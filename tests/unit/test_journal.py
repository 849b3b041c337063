"""Who looked at my card: the patient's list and copy, the officer's search, and that both are entries themselves."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import app  # noqa: F401  # registers every route
from chalicelib.domain import actions
from chalicelib.domain.access import Action, ConsentState, Permit
from chalicelib.domain.identity import SYS, Actor, PersonId, Role, system_actor
from chalicelib.domain.journal import Wanted, gathered, moment_of
from chalicelib.errors import AccessDeniedError, AuditUnavailableError, NotFoundError, NotReadyError, leaves
from chalicelib.handlers.http import ENDPOINTS
from chalicelib.ports import keys
from chalicelib.ports.rows import consent_request
from chalicelib.ports.tables import Put, Update
from chalicelib.records.registry import labels, record_type
from tests.unit.journal_world import ANNA, BORIS, DOCTOR, OFFICER, JournalWorld, doctor, patient_of

CODE = Path(__file__).parents[2] / "chalicelib"
NONCE = "n" * 20
ALL = Wanted()


@pytest.fixture
def world() -> JournalWorld:
    made = JournalWorld()
    for person, name in ((ANNA, "Журавлёва"), (DOCTOR, "Петров"), (BORIS, "Борисов")):
        made.enrol(person, name)
    made.tables.commit([Put(keys.organisation("clinic"), {"id": "clinic", "name": "Поликлиника № 1"})])
    return made


def seen(world: JournalWorld, wanted: Wanted = ALL, language: str = "ru", limit: int = 50, **more: Any) -> list[Any]:
    return list(world.journal.page(patient_of(), wanted, language, limit, more.get("after")).items)


def looked(world: JournalWorld, **fields: Any) -> None:
    fields = {"actor": doctor(), "resource_type": "visit", "resource_id": "r1", "reason": "consent", **fields}
    world.write(ANNA, **fields)


# --- the list


@pytest.mark.requirement("AUD-3")
def test_a_line_says_who_what_when_why_and_how_it_ended(world: JournalWorld) -> None:
    looked(world, resource_version=3, purpose="treatment", on_behalf_of="chief")
    (line,) = seen(world)
    assert line["who"] == {
        "id": "doctor",
        "name": "Петров",
        "role": "doctor",
        "role_name": "врач",
        "organisation": "clinic",
        "organisation_name": "Поликлиника № 1",
        "department": "therapy",
    }
    assert line["what"] == "Просмотр записи: Посещение"
    assert line["record"] == {"type": "visit", "id": "r1", "version": 3, "name": "Посещение"}
    assert line["why"] == "лечение, согласие пациента"
    assert (line["action"], line["outcome"], line["on_behalf_of"], line["ip"], line["mine"]) == (
        "visit:read",
        "success",
        "chief",
        "192.0.2.1",
        False,
    )
    assert (line["altered"], line["unreadable"]) == (False, False)
    assert line["at"] == line["time"] == "2026-03-02T09:00:00.000Z"
    (english, *_) = seen(world, language="en")[-1:]
    assert (english["what"], english["why"], english["who"]["role_name"]) == (
        "A record was read: Visit",
        "treatment, the patient's consent",
        "doctor",
    )


@pytest.mark.requirement("AUD-1", "AUD-3")
def test_reading_the_journal_stands_in_the_journal(world: JournalWorld) -> None:
    looked(world)
    assert [line["action"] for line in seen(world, Wanted(role="doctor"))] == ["visit:read"]
    world.sequence()
    found = seen(world)
    assert [line["action"] for line in found] == ["journal:read", "visit:read"]
    assert (found[0]["mine"], found[0]["who"]["name"]) == (True, "Вы")
    body = world.reader.chain(Permit(ANNA, "journal", None, "e"), 2026, limit=1)[0].body
    assert body["details"] == {"role": "doctor"}


@pytest.mark.requirement("AUD-1")
def test_without_its_entry_the_journal_is_not_shown(world: JournalWorld) -> None:
    looked(world)
    world.tables.calls.clear()
    world.tables.fail_next_commit(3)
    with pytest.raises(AuditUnavailableError):
        seen(world)
    assert "query" not in world.tables.calls


@pytest.mark.requirement("AUD-3")
def test_a_person_sees_only_the_own_chain(world: JournalWorld) -> None:
    looked(world)
    world.write(BORIS, actor=doctor())
    assert [line["record"]["id"] for line in seen(world)] == ["r1"]
    with pytest.raises(AccessDeniedError):
        world.gate.permit_private_kinds(patient_of(BORIS), ANNA, ("journal", "consent"), "journal:read")


@pytest.mark.requirement("AUD-3")
def test_another_patient_who_tried_stays_unnamed(world: JournalWorld) -> None:
    looked(world, actor=patient_of(BORIS), outcome="denied", reason="another-card")
    (line,) = seen(world)
    assert (line["who"]["name"], line["who"]["id"], line["why"]) == ("другой человек", "", "чужая карта")
    assert "boris" not in json.dumps(line)
    assert "Борисов" not in json.dumps(line, ensure_ascii=False)


@pytest.mark.requirement("AUD-1", "AUD-3")
def test_a_name_costs_one_entry_in_its_owners_chain(world: JournalWorld) -> None:
    for _ in range(3):
        looked(world)
    assert {line["who"]["name"] for line in seen(world)} == {"Петров"}
    world.sequence()
    theirs = world.reader.chain(Permit(DOCTOR, "journal", None, "e"), 2026, limit=9)
    assert [(e.body["action"], e.body["actor"]["session"]) for e in theirs] == [("journal:name", "journal")]


@pytest.mark.requirement("AUD-3")
def test_a_name_that_stands_with_the_consent_opens_no_profile(world: JournalWorld) -> None:
    world.tables.commit(consent_request(doctor(), ANNA, world.clock(), "line"))
    who = json.dumps({"name": "Петров П. П."}).encode()
    sealed = world.vault.seal(Permit(ANNA, "consent", "m1", "e", writes=True), 1, who)
    world.tables.commit([Update(keys.consent(ANNA, "m1"), {"sealed": sealed, "sealed_ver": 1})])
    looked(world)
    assert seen(world)[0]["who"]["name"] == "Петров П. П."
    world.sequence()
    assert world.reader.years(DOCTOR) == []


@pytest.mark.requirement("AUD-3", "SPC-8")
def test_names_of_the_erased_the_unknown_partners_and_the_system(world: JournalWorld) -> None:
    world.keys.destroy(DOCTOR, "entry")
    world.tables.commit([Put(keys.client("rx"), {"id": "rx", "name": "Аптека «Ромашка»"})])
    looked(world)
    looked(world, actor=doctor(PersonId("gone")))
    looked(world, actor=Actor(PersonId("rx"), Role.PHARMACY))
    looked(world, actor=system_actor("notify"))
    looked(world, actor=Actor(PersonId("anonymous"), Role.ANONYMOUS))
    assert [line["who"]["name"] for line in seen(world)] == [
        "без входа в систему",
        "Медкарта",
        "Аптека «Ромашка»",
        "",
        "",
    ]


@pytest.mark.requirement("AUD-2", "AUD-3")
def test_an_altered_line_says_that_and_nothing_else(world: JournalWorld) -> None:
    looked(world)
    looked(world)
    world.tables.tamper(world.link(0), ct=b"x")
    (_, line) = seen(world)
    assert (line["altered"], line["unreadable"], "who" in line) == (True, False, False)
    assert len(seen(world, Wanted(action="visit:read"))) == 1


@pytest.mark.requirement("AUD-3")
def test_pages_go_over_the_turn_of_the_year(world: JournalWorld) -> None:
    world.clock.now = datetime(2026, 12, 31, 12, tzinfo=UTC)
    for n in range(3):
        looked(world, resource_id=f"old{n}")
    world.clock.advance(days=1)
    for n in range(2):
        looked(world, resource_id=f"new{n}")
    found, after = [], None
    while True:
        page = world.journal.page(patient_of(), Wanted(role="doctor"), "ru", 2, after)
        found += [line["record"]["id"] for line in page.items]
        after = page.after
        if after is None:
            break
    assert found == ["new1", "new0", "old2", "old1", "old0"]


@pytest.mark.requirement("AUD-3")
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(action="visit:list"), ["b"]),
        (Wanted(actor="nurse"), ["c"]),
        (Wanted(outcome="denied"), ["d"]),
        (Wanted(role="nurse"), ["c"]),
        (Wanted(organisation="other"), ["e"]),
        (Wanted(action="visit:list", outcome="denied"), []),
        (Wanted(since=datetime(2026, 3, 2, 9, 2, tzinfo=UTC)), ["e", "d", "c"]),
        (Wanted(until=datetime(2026, 3, 2, 9, 2, tzinfo=UTC)), ["b", "a"]),
    ],
    ids=str,
)
def test_filters(world: JournalWorld, wanted: Wanted, found: list[str]) -> None:
    changes: list[dict[str, Any]] = [
        {},
        {"action": "visit:list"},
        {"actor": replace(doctor(PersonId("nurse")), role=Role.NURSE)},
        {"outcome": "denied"},
        {"actor": doctor(organisation_id="other")},
    ]
    for name, change in zip("abcde", changes, strict=True):
        looked(world, resource_id=name, **change)
        world.clock.advance(minutes=1)
    assert [line["record"]["id"] for line in seen(world, wanted)] == found


@pytest.mark.requirement("AUD-3")
def test_the_list_says_up_to_when_it_is_complete(world: JournalWorld) -> None:
    assert world.journal.page(patient_of(), ALL, "ru", 5, None).complete_until is None
    looked(world)
    before = world.clock()
    world.clock.advance(minutes=1)
    assert world.journal.page(patient_of(), ALL, "ru", 5, None).complete_until == before


# --- the copy


@pytest.mark.requirement("AUD-2", "AUD-3")
def test_an_ordered_copy_verifies_and_holds_the_order(world: JournalWorld) -> None:
    looked(world)
    made = world.journal.order(patient_of(), NONCE)
    with pytest.raises(NotReadyError) as early:
        world.journal.download(patient_of(), made["request_id"])
    assert early.value.retry_after
    world.sequence()
    bundle = world.journal.download(patient_of(), made["request_id"])
    report = world.verdict(bundle, NONCE)
    assert [f for f in report.findings if f.level != "info"] == []
    told = [json.loads(e["body"])["action"] for e in bundle["chains"][0]["entries"]]
    assert told == ["visit:read", "journal:request"]
    world.sequence()
    assert [line["action"] for line in seen(world)][:2] == ["journal:download", "journal:request"]


@pytest.mark.requirement("AUD-3")
def test_an_order_closes_the_chains_of_all_years_at_once(world: JournalWorld) -> None:
    looked(world)
    world.clock.now = datetime(2027, 6, 1, tzinfo=UTC)
    made = world.journal.order(patient_of(), NONCE)
    world.sequence()
    bundle = world.journal.download(patient_of(), made["request_id"])
    assert [c["origin"][-4:] for c in bundle["chains"]] == ["2026", "2027"]
    assert [json.loads(c["entries"][-1]["body"])["details"]["nonce"] for c in bundle["chains"]] == [NONCE] * 2
    assert [f for f in world.verdict(bundle, NONCE).findings if f.level != "info"] == []


@pytest.mark.requirement("AUD-3")
def test_an_order_is_nobody_elses_and_lapses(world: JournalWorld) -> None:
    made = world.journal.order(patient_of(), NONCE)
    world.sequence()
    with pytest.raises(NotFoundError):
        world.journal.download(patient_of(BORIS), made["request_id"])
    world.clock.advance(days=7)
    with pytest.raises(NotFoundError):
        world.journal.download(patient_of(), made["request_id"])


# --- the officer


@pytest.mark.requirement("AUD-3")
def test_an_officers_search_of_a_patient_stands_in_that_patients_journal(world: JournalWorld) -> None:
    looked(world)
    found = world.officers.search(OFFICER, Wanted(role="doctor"), ANNA, 10, None)
    assert [item["body"]["action"] for item in found.items] == ["visit:read"]
    assert all("salt" not in item["body"] for item in found.items)
    assert found.items[0]["patient_id"] == ANNA
    world.sequence()
    line = seen(world)[0]
    assert (line["action"], line["who"]["role"], line["who"]["id"]) == ("audit:read", "security-officer", "officer")


@pytest.mark.requirement("AUD-1", "AUD-3")
def test_a_search_of_everybody_is_an_entry_of_the_system_with_its_filters(world: JournalWorld) -> None:
    looked(world)
    world.write(BORIS, actor=doctor())
    found = world.officers.search(OFFICER, Wanted(actor="doctor"), "", 10, None)
    assert [item["patient_id"] for item in found.items] == [BORIS, ANNA]
    assert found.until == world.clock()
    world.sequence()
    (entry,) = world.reader.chain(Permit(SYS, "journal", None, "e"), 2026, limit=1)
    assert (entry.body["action"], entry.body["details"]) == ("audit:read", {"actor": "doctor"})


@pytest.mark.requirement("AUD-3")
def test_an_id_that_nobody_has_makes_no_chain(world: JournalWorld) -> None:
    looked(world)
    found = world.officers.search(OFFICER, ALL, "nobody", 10, None)
    assert (list(found.items), found.after) == ([], None)
    assert world.reader.years(PersonId("nobody")) == []
    world.sequence()
    (entry,) = world.reader.chain(Permit(SYS, "journal", None, "e"), 2026, limit=1)
    assert entry.body["details"] == {"patient": "nobody"}


@pytest.mark.requirement("AUD-3", "ACC-5")
@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SECURITY_OFFICER, Role.PATIENT}))
def test_nobody_but_an_officer_searches_the_log(world: JournalWorld, role: Role) -> None:
    looked(world)
    actor = replace(OFFICER, role=role, session_id="journal")
    for patient_id in (ANNA, ""):
        with pytest.raises(AccessDeniedError):
            world.officers.search(actor, ALL, patient_id, 10, None)
    world.sequence()
    assert seen(world)[0]["outcome"] == "denied"


@pytest.mark.requirement("AUD-3")
def test_a_search_looks_at_so_many_entries_and_says_how_far_it_came(
    world: JournalWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.services.audit_log.MOST", 300)
    start = world.clock()
    world.write(ANNA, 1, action="visit:create")
    for _ in range(4):
        world.clock.advance(minutes=1)
        world.write(BORIS, 100)
    first = world.officers.search(OFFICER, Wanted(action="visit:create"), "", 10, None)
    assert (list(first.items), first.until) == ([], start + timedelta(minutes=2))
    second = world.officers.search(OFFICER, Wanted(action="visit:create"), "", 10, first.after)
    assert [item["patient_id"] for item in second.items] == [ANNA]
    assert second.after is None
    third = world.officers.search(OFFICER, Wanted(until=start + timedelta(minutes=2)), "", 2, None)
    assert [item["at"][14:16] for item in third.items] == ["01", "01"]
    none = world.officers.search(OFFICER, Wanted(since=world.clock() + timedelta(minutes=1)), "", 2, None)
    assert (list(none.items), none.after) == ([], None)


@pytest.mark.requirement("AUD-2", "AUD-3")
def test_an_officer_sees_the_newest_checkpoint_with_its_witness(world: JournalWorld) -> None:
    looked(world)
    (shown,) = world.officers.checkpoints(OFFICER)
    assert (shown["year"], shown["size"]) == (2026, 2)
    assert shown["witnesses"] == [{"name": "witness.example/w1", "at": "2026-03-02T09:00:00.000Z"}]


# --- filters and words


class Plain:
    def __init__(self, at: datetime, number: int, *, altered: bool = False) -> None:
        self.at, self.number, self.altered, self.body = at, number, altered, None


@given(
    sizes=st.lists(st.integers(0, 5), max_size=5),
    limit=st.integers(1, 6),
    most=st.integers(1, 9),
    since=st.none() | st.integers(0, 20),
)
def test_gathering_in_parts_gives_what_gathering_at_once_does(
    sizes: list[int], limit: int, most: int, since: int | None
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    total = sum(sizes)
    entries = [Plain(start + timedelta(minutes=n), n) for n in range(total)][::-1]
    wanted = Wanted(since=start + timedelta(minutes=since) if since is not None else None)

    def pages(after: Any) -> Any:
        left = [e for e in entries if after is None or e.number < after["n"]]
        taken = [({"n": e.number} if e.number else None, e) for e in left]
        for size in sizes:
            yield taken[:size]
            taken = taken[size:]
        yield taken

    found: list[int] = []
    after: Any = None
    for _ in range(total + 1):
        part = gathered(pages(after), wanted, limit, most)
        assert len(part.entries) <= limit
        found += [e.number for e in part.entries]
        after = part.after
        if after is None:
            break
    assert found == [e.number for e in entries if since is None or e.number >= since]


def test_an_entry_without_a_readable_time_does_not_end_a_list() -> None:
    now, long_ago = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    entries = [Plain(now, 2), Plain(long_ago, 1, altered=True), Plain(now, 0), Plain(long_ago, 0), Plain(now, 0)]
    part = gathered([[(None, e) for e in entries]], Wanted(since=now), 9, 9)
    assert [e.number for e in part.entries] == [2, 0]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-03-02T12:00:00+03:00", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2026-03-02T09:00:00Z", datetime(2026, 3, 2, 9, tzinfo=UTC)),
    ],
)
def test_moments(text: str, moment: datetime) -> None:
    assert moment_of(text) == moment


def test_a_day_ends_at_its_end() -> None:
    assert moment_of("2026-03-02", end=True).isoformat() == "2026-03-02T23:59:59.999999+00:00"
    assert moment_of("2026-03-02T09:00:00Z", end=True) == datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "x", "2026-03-02T09:00:00", "2026-13-01", "20260302xx", "0001-01-01T00:00:00+09:00"]
)
def test_what_is_no_moment(text: str) -> None:
    assert moment_of(text) is None


WORD = re.compile(r"[a-z]+(-[a-z]+)*:[a-z]+(-[a-z]+)*")


def logged_words() -> set[str]:
    """Every action that the code can log: literals, what the registry makes, states of consent, names of operations."""
    found = {entry.operation for entry in ENDPOINTS}
    for folder in ("services", "audit", "handlers"):
        for path in (CODE / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and WORD.fullmatch(node.value):
                    found.add(node.value)
    found |= {f"consent:{state.value}" for state in ConsentState} | {"card:completed", "card:rejected"}
    for kind in labels("ru"):
        found |= {f"{kind}:{action.value}" for action in Action if action in record_type(kind).grants}
    return found


@pytest.mark.requirement("AUD-3")
def test_every_action_that_can_be_logged_has_a_text() -> None:
    kinds = labels("ru")
    assert sorted(word for word in logged_words() if not actions.known(word, kinds)) == []


@pytest.mark.requirement("AUD-3")
def test_every_reason_that_the_gate_gives_has_a_text() -> None:
    source = (CODE / "domain" / "access.py").read_text("utf-8")
    given_reasons = set(re.findall(r'reason="([a-z-]+)"', source)) | {leaf.code for leaf in leaves()}
    for folder in ("services", "domain"):
        for path in (CODE / folder).glob("*.py"):
            given_reasons |= set(re.findall(r'\breason="([a-z-]+)"', path.read_text("utf-8")))
    assert sorted(word for word in given_reasons if actions.why(word, "", "en") == word and " " not in word) == []


def test_words_are_in_both_languages_and_unknown_ones_show_as_they_are() -> None:
    for words in (actions.ACTIONS, actions.VERBS, actions.REASONS, actions.PURPOSES, actions.ROLES, actions.THINGS):
        for word, said in words.items():
            assert re.search("[а-яё]", said.ru), word
            assert re.search("[a-z]", said.en), word
    assert set(actions.ROLES) == {role.value for role in Role}
    assert actions.action_text("thing:unheard-of", {}, "ru") == "thing:unheard-of"
    assert actions.why("unheard-of", "", "ru") == "unheard-of"
    assert actions.why("", "", "ru") == ""
    assert actions.thing_text("unheard-of", {}, "en") == "unheard-of"
    assert actions.role_text("unheard-of", "en") == "unheard-of"
