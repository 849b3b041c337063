"""Official examples of R4 through the service: created, read, equal; what is not taken is listed with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.domain import exact_json
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.domain.resources import OF_ITS_OWN, SERVED
from chalicelib.errors import InvalidFieldsError, MedkartaError
from tests.r4_examples import examples
from tests.resource_world import VERA, ResourceWorld, checked

pytestmark = pytest.mark.requirement("PRT-6")

NOT_TAKEN = {
    "DiagnosticReport-gingival-mass": "too-large",  # pictures inside
}
"""By the name of the example, the code of the refusal."""
PATIENT = {"reference": f"Patient/{card_resource_id(VERA)}"}


def aimed(resource: dict[str, Any]) -> dict[str, Any]:
    """The example about the patient of this world."""
    served = SERVED[resource["resourceType"]]
    if served.by_target:
        return {**resource, "target": [PATIENT]}
    if not served.whose or (served.anywhere and "patient" not in resource):
        return resource
    if served.whose == ("participant.actor",):
        taking_part = [
            {**one, "actor": PATIENT} if one.get("actor", {}).get("reference", "").startswith("Patient/") else one
            for one in resource["participant"]
        ]
        return {**resource, "participant": taking_part}
    (name,) = served.whose
    return {**resource, name: [PATIENT] if isinstance(resource.get(name), list) else PATIENT}


def bare(resource: Mapping[str, Any]) -> str:
    meta = {name: value for name, value in resource.get("meta", {}).items() if name not in {"versionId", "lastUpdated"}}
    rest = {name: value for name, value in resource.items() if name not in {"id", "meta"}}
    return exact_json.dumps({**rest, **({"meta": meta} if meta else {})})


@pytest.fixture(scope="module")
def world() -> ResourceWorld:
    return ResourceWorld()


def test_what_is_created_is_read_back_equal(world: ResourceWorld) -> None:
    equal, other = 0, {}
    for example in examples():
        if example.type not in SERVED or example.type in OF_ITS_OWN:
            continue
        resource = aimed(example.resource)
        if checked().problems(resource):  # tests/unit/test_r4.py says which, and why
            continue
        try:
            made = world.deliver(resource)
        except MedkartaError as error:
            other[example.name] = error.code
            continue
        read = world.reader.read(world.system, example.type, made.resource["id"])
        assert bare(read) == bare(resource), example.name
        equal += 1
    assert other == NOT_TAKEN
    assert equal > 450


def test_an_example_about_two_people_is_nobodys(world: ResourceWorld) -> None:
    resource = {**aimed(next(examples("Appointment")).resource)}
    resource["participant"] = [*resource["participant"], {"actor": {"reference": "Patient/b"}, "status": "accepted"}]
    with pytest.raises(InvalidFieldsError):
        world.deliver(resource)
