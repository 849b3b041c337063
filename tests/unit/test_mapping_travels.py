"""A card's records as resources, delivered by a partner into another card: the same records again (PRT-7)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.access import Action
from chalicelib.domain.exact_json import dumps, loads
from chalicelib.domain.identity import Role
from chalicelib.domain.resource_ids import card_resource_id, resource_id_of
from chalicelib.interop.mapping.forms import FORMS
from chalicelib.interop.mapping.placing import checked
from chalicelib.ports import keys
from chalicelib.records.registry import record_type
from chalicelib.services.resources import PackedService
from tests.resource_world import GLEB, VERA, ResourceWorld
from tests.unit.mapping_samples import bodies
from tests.unit.test_mapping_shown import LOST

pytestmark = pytest.mark.requirement("PRT-7")

KINDS = [
    name
    for name, form in FORMS.items()
    if not form.kept and record_type(name).process is None and name != "imaging-study"  # its files are of one card
]


@pytest.fixture(scope="module")
def world() -> ResourceWorld:
    made = ResourceWorld()
    made.clock.advance(days=365)
    made.vera, made.system = made.session(VERA, Role.PATIENT), made.partner("mis-2")
    made.patient(GLEB)
    return made


def shown(world: ResourceWorld, kind: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    """A doctor writes it into one card; the patient takes it along."""
    doctor = world.staff(f"doctor-{kind}")
    world.consent(doctor, VERA)
    spec = record_type(kind)
    writer = doctor if doctor.role in spec.grants[Action.CREATE] else world.vera
    record, _ = world.records.create(writer, VERA, spec, body, "0123456789abcdef")
    permit = world.gate.admit(world.vera, Action.READ, VERA, spec, record["id"])
    row = world.row(keys.record(VERA, kind, record["id"]))
    return PackedService(world.tools).opened(world.vera, spec, permit, row)


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_travels(world: ResourceWorld, kind: str) -> None:
    body = checked(kind, {name: one for name, one in bodies()[kind].items() if name != "related"})
    [sent] = loads(dumps(shown(world, kind, body)).replace(card_resource_id(VERA), card_resource_id(GLEB)))
    found = world.deliver(sent)
    place = resource_id_of(found.resource["id"])
    assert place is not None
    assert (place.patient_id, place.kind) == (GLEB, kind)
    gleb = world.session(GLEB, Role.PATIENT)
    there = world.records.read(gleb, GLEB, record_type(kind), place.record_id)
    assert there["body"] == {**body, **{name: empty for name, empty in LOST.items() if name in body}}
    assert there["source"] == "connected"
    again = {name: one for name, one in found.resource.items() if name not in {"id", "meta"}}
    assert again == {name: one for name, one in sent.items() if name not in {"id", "meta"}}
