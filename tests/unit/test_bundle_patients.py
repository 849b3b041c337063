"""Patients whom partners deliver: bound to who is there only when everything agrees, and nobody learns which."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.patients import Answer
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.errors import AccessDeniedError, NotFoundError
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store
from tests.bundle_world import BundleWorld, card_of, observation, person, places, post
from tests.resource_world import GLEB

pytestmark = pytest.mark.requirement("PRT-6", "ACT-5")

SNILS = "11223344595"
P = "urn:uuid:11111111-1111-4111-8111-111111111111"
DESK = Actor(PersonId("r1"), Role.REGISTRAR, "s", "m1", "clinic")
MRN = {"system": "urn:mis:mrn", "value": "1"}


@pytest.fixture
def world() -> BundleWorld:
    made = BundleWorld()
    known = {"last_name": "Зорина", "first_name": "Алла", "middle_name": "Львовна"}
    made.person(GLEB, **known, birth_date="1980-02-03", sex="female", snils=SNILS)
    row = {"person": GLEB}
    made.tables.commit(
        [
            Put(keys.card(GLEB), {"state": "active", "ver": 1}),
            Put(keys.blind_index("snils", made.index.tag("snils", SNILS)), row),
        ]
    )
    return made


def numbered(**changes: Any) -> dict[str, Any]:
    number = {"system": "urn:oid:1.2.643.100.3", "value": "112-233-445 95"}
    return person(identifier=[number, MRN], **changes)


def named(family: str, *given: str) -> list[dict[str, Any]]:
    return [{"use": "official", "family": family, "given": list(given)}]


def waiting(world: BundleWorld) -> list[dict[str, Any]]:
    return world.doubts.listed(DESK, 50, None)[0]


def test_who_is_there_gets_the_delivery(world: BundleWorld) -> None:
    found = places(world.send(post(numbered(), P), post(observation(P))))
    assert card_of(found[0]) == GLEB
    assert world.tables.get(keys.clinic(GLEB, "org-mis"))["member"] == "mis"
    assert [e.subject for e in world.entries("patient:bind")] == [GLEB]
    assert [e.details for e in world.entries("patient:compare")] == [{"client": "mis"}]
    assert waiting(world) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"birthDate": "1981-02-03"}, "number"),
        ({"name": named("Петрова", "Алла", "Львовна")}, "number"),
        ({"name": named("Зорина", "Инна", "Львовна")}, "number"),
        ({"gender": "male"}, "number"),
    ],
)
def test_a_number_that_is_somebody_elses_opens_another_card(
    world: BundleWorld, change: dict[str, Any], why: str
) -> None:
    done = world.send(post(numbered(**change), P), post(observation(P)))
    new = card_of(places(done)[0])
    assert new != GLEB
    assert [(one["patient_id"], one["others"], one["why"]) for one in waiting(world)] == [(new, [GLEB], why)]
    assert "snils" not in world.tables.get(keys.profile(new))["tags"]
    assert world.tables.get(keys.blind_index("snils", world.index.tag("snils", SNILS)))["person"] == GLEB


def test_the_partner_cannot_tell_whether_somebody_was_known(world: BundleWorld) -> None:
    found = []
    for form in (numbered(), numbered(birthDate="1981-02-03"), numbered()):
        if len(found) == 2:
            world.tables.commit([Put(keys.barred(GLEB, "org-mis"), {"at": world.moment()})])
        done = world.send(post(form))
        (entry,) = done.body["entry"]
        assert entry["response"]["status"] == "201 Created"
        assert entry["response"].keys() == {"status", "location", "etag", "lastModified"}
        assert world.read(places(done)[0])["identifier"] == form["identifier"]
        found.append(card_of(places(done)[0]))
    assert len(set(found)) == 3  # bound, another with that number, and one beside the card that is closed to it


def test_a_likeness_without_numbers_is_never_merged_by_a_machine(world: BundleWorld) -> None:
    first = card_of(places(world.send(post(person())))[0])
    other = world.partner("second")
    second = card_of(places(world.send(post(person()), actor=other))[0])
    assert first != second
    (doubt,) = waiting(world)
    assert (doubt["patient_id"], doubt["why"]) == (second, "look-alike")
    assert first in doubt["others"]
    world.doubts.decide(DESK, doubt["doubt_id"], Answer.DIFFERENT, "namesake")
    assert waiting(world) == []
    assert world.tables.get(keys.distinct(first, second))["why"] == "namesake"
    assert world.entries("patient-doubt:different")[0].subject == second
    with pytest.raises(NotFoundError):
        world.doubts.decide(DESK, doubt["doubt_id"], Answer.SAME, "twin")


def test_one_person_leaves_the_merge_to_the_registrar(world: BundleWorld) -> None:
    for name in ("mis", "second"):
        world.send(post(person()), actor=world.system if name == "mis" else world.partner(name))
    (doubt,) = waiting(world)
    world.doubts.decide(DESK, doubt["doubt_id"], Answer.SAME, "papers-compared")
    assert not [key for key in world.tables.rows(Store.CARD) if key.sk.startswith(keys.DISTINCT)]


def test_people_from_abroad_have_cards_with_what_their_sender_has(world: BundleWorld) -> None:
    foreign = person(
        name=[{"use": "official", "family": "Abernathy524", "given": ["Aaron697"], "prefix": ["Mr."]}],
        identifier=[{"system": "https://github.com/synthetichealth/synthea", "value": "a-b-c"}],
        gender="other",
    )
    (place,) = places(world.send(post(foreign)))
    assert world.read(place)["name"] == foreign["name"]
    assert world.tables.get(keys.profile(card_of(place)))["state"] == "unclaimed"


def test_nothing_that_was_sent_is_readable(world: BundleWorld) -> None:
    world.send(post(numbered(birthDate="1981-02-03"), P), post(observation(P)))
    stored = world.tables.raw_bytes()
    for text in ("Зорин", "Алла", "1981-02-03", SNILS, "112-233-445", "хорошее"):
        assert text.encode() not in stored, text


def test_a_new_version_changes_the_profile_of_a_card_nobody_has_claimed(world: BundleWorld) -> None:
    (place,) = places(world.send(post(person())))
    changed = person(name=named("Новикова", "Алла", "Львовна"), id=place.split("/")[1])
    done = world.send({"resource": changed, "request": {"method": "PUT", "url": place, "ifMatch": 'W/"1"'}})
    assert done.body["entry"][0]["response"]["etag"] == 'W/"2"'
    assert world.read(place)["name"][0]["family"] == "Новикова"
    assert world.tables.get(keys.profile(card_of(place)))["ver"] == 2
    assert [e.details["fields"] for e in world.entries("patient:follow") if e.resource_version] == ["last_name"]


def test_a_card_that_others_brought_into_does_not_become_somebody_elses(world: BundleWorld) -> None:
    """By a new description the next delivery about that person would find what was brought about the first one."""
    (place,) = places(world.send(post(person())))
    world.tables.commit([Put(keys.clinic(card_of(place), "org-other"), {"organisation": "org-other"})])
    changed = person(name=named("Новикова", "Алла", "Львовна"), birthDate="1991-01-01", id=place.split("/")[1])
    world.send({"resource": changed, "request": {"method": "PUT", "url": place, "ifMatch": 'W/"1"'}})
    assert world.read(place)["birthDate"] == "1991-01-01"  # as this partner says it
    assert world.tables.get(keys.profile(card_of(place)))["ver"] == 1


def test_of_a_person_with_an_account_the_delivery_alone_changes(world: BundleWorld) -> None:
    (place,) = places(world.send(post(numbered())))
    changed = numbered(name=named("Новикова", "Алла", "Львовна"), id=place.split("/")[1])
    world.send({"resource": changed, "request": {"method": "PUT", "url": place, "ifMatch": 'W/"1"'}})
    assert world.read(place)["name"][0]["family"] == "Новикова"
    assert world.tables.get(keys.profile(GLEB))["ver"] == 1


def test_a_patient_that_another_replaces_is_shown_to_a_registrar(world: BundleWorld) -> None:
    one = places(world.send(post(person(name=named("Орлова", "Вера")))))[0]
    two = places(world.send(post(person(name=named("Зимина", "Юлия"), identifier=[{**MRN, "value": "2"}]))))[0]
    link = [{"type": "replaced-by", "other": {"reference": two}}]
    changed = person(name=named("Орлова", "Вера"), link=link, id=one.split("/")[1])
    world.send({"resource": changed, "request": {"method": "PUT", "url": one, "ifMatch": 'W/"1"'}})
    assert [(d["patient_id"], d["others"], d["why"]) for d in waiting(world)] == [
        (card_of(one), [card_of(two)], "replaced")
    ]


def test_another_partner_reads_no_patient_and_no_version(world: BundleWorld) -> None:
    (place,) = places(world.send(post(person())))
    other, name = world.partner("other"), place.split("/")[1]
    for ask in (
        lambda: world.read(place, other),
        lambda: world.reader_of_all.version(other, "Patient", name, 1),
        lambda: world.reader_of_all.history(other, "Patient", name, 10),
    ):
        with pytest.raises(AccessDeniedError):
            ask()
    assert [found.version for found in world.reader_of_all.history(world.system, "Patient", name, 10)] == [1]
    assert world.reader_of_all.version(world.system, "Patient", name, 1).resource["name"] == person()["name"]


def test_versions_of_a_patient_are_those_of_the_delivery(world: BundleWorld) -> None:
    (place,) = places(world.send(post(person())))
    name = place.split("/")[1]
    writer: Any = world.writer_of_all
    writer.update(world.system, "Patient", name, person(active=False, id=name), 1)
    found = world.reader_of_all.history(world.system, "Patient", name, 10)
    assert [(one.version, one.resource.get("active")) for one in found] == [(2, False), (1, None)]
    assert world.reader_of_all.version(world.system, "Patient", name, 1).resource["id"] == name


def test_the_person_reads_their_own(world: BundleWorld) -> None:
    vera = world.read(f"Patient/{card_resource_id(world.vera.person_id)}", world.vera)
    assert vera["name"][0]["family"] == "Иванова"
    assert vera["meta"] == {"versionId": "1", "lastUpdated": stamp(world.clock())}
