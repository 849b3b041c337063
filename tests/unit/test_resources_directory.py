"""Resources without a patient: an organisation's own directory, found by identifier, by name, by id."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.errors import InvalidFieldsError, MedkartaError, NotFoundError, SeveralMatchesError, StaleVersionError
from tests.resource_world import ResourceWorld, practitioner

pytestmark = pytest.mark.requirement("PRT-6")


@pytest.fixture
def world() -> ResourceWorld:
    return ResourceWorld()


def test_the_directory_is_the_organisations_own(world: ResourceWorld) -> None:
    made = world.deliver(practitioner())
    name = made.resource["id"]
    colleague = world.partner("second", organisation="org-mis")
    assert world.reader.read(colleague, "Practitioner", name)["name"][0]["family"] == "Орлова"
    for stranger in (world.partner("other"), world.vera):
        with pytest.raises(NotFoundError):
            world.reader.read(stranger, "Practitioner", name)
    with pytest.raises(MedkartaError) as raised:
        world.writer.update(colleague, "Practitioner", name, {**practitioner(), "id": name}, 1)
    assert raised.value.code == "resource-read-only"


def test_entries_are_found_by_what_they_say_now(world: ResourceWorld) -> None:
    name = world.deliver(practitioner()).resource["id"]
    changed = {**practitioner("12", "Соколова"), "id": name}
    assert world.writer.update(world.system, "Practitioner", name, changed, 1).version == 2
    with pytest.raises(StaleVersionError):
        world.writer.update(world.system, "Practitioner", name, changed, 1)

    def ids(**criteria: str) -> list[str]:
        return [one["id"] for one in world.directory.matching(world.system, "Practitioner", criteria)]

    assert ids(identifier="urn:mis:staff|11") == []
    assert ids(identifier="urn:mis:staff|12") == ids(identifier="12") == ids(name="сок") == ids(_id=name) == [name]
    assert ids(name="Орлова") == []
    with pytest.raises(InvalidFieldsError):
        ids(gender="female")
    assert [one.version for one in world.reader.history(world.system, "Practitioner", name, 5)] == [2, 1]
    assert [one.version for one in world.reader.history(world.system, "Practitioner", name, 5, 2)] == [1]
    assert world.reader.version(world.system, "Practitioner", name, 1).resource["name"][0]["family"] == "Орлова"


def test_conditions_hold_in_the_directory(world: ResourceWorld) -> None:
    condition = {"if_none_exist": "identifier=urn:mis:staff|11"}
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: world.deliver(practitioner(), **condition), range(12)))
    assert sum(one.made for one in found) == 1
    world.deliver(practitioner())
    with pytest.raises(SeveralMatchesError):
        world.deliver(practitioner(), **condition)


def test_pages_of_the_directory(world: ResourceWorld) -> None:
    made = {world.deliver(practitioner(str(number))).resource["id"] for number in range(5)}
    first, after = world.directory.listed(world.system, "Practitioner", 3, None)
    rest, _ = world.directory.listed(world.system, "Practitioner", 3, after)
    assert {one["id"] for one in [*first, *rest]} == made
    assert world.directory.listed(world.partner("other"), "Practitioner", 3, None) == ([], None)
