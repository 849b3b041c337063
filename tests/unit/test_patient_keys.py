"""Keys of one human each: load, cache, rotation, destruction, and what happens when any of it stops half-way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.crypto.erasure import active_key, kek_key
from chalicelib.errors import (
    AlreadyExistsError,
    ConflictError,
    DecryptionError,
    ErasedError,
    KeyIntegrityError,
    KeyUnavailableError,
    MalformedError,
    NotFoundError,
    OutcomeUnknownError,
)
from chalicelib.ports.tables import Delete, Store
from tests.unit.crypto_fakes import (
    FOREIGN_KEY,
    NEW_PATIENT_KEY,
    NO_CONNECTION,
    PATIENT_KEY,
    TENANT,
    Environment,
    keks,
    refusal,
)

pytestmark = pytest.mark.requirement("SEC-1")
WINDOW = timedelta(days=35)


@pytest.fixture
def here() -> Environment:
    environment = Environment()
    environment.keys.enrol("p1")
    environment.cost()
    return environment


# --- enrolment


def test_enrolment_is_one_kms_call_and_one_transaction_and_nobody_sees_the_key() -> None:
    here = Environment()
    here.keys.enrol("p1")
    assert here.cost() == (1, 1)
    rows = here.tables.rows(Store.KEYS)
    version = rows[active_key("p1")]["version"]
    assert rows[active_key("p1")]["state"] == "active"
    assert set(rows[kek_key("p1", version)]) == {"pk", "sk", "wrapped", "key_arn", "created_at"}
    assert here.keys.active("p1").secret not in here.tables.raw_bytes()


def test_second_enrolment_is_refused_and_changes_nothing(here: Environment) -> None:
    before = here.tables.rows()
    with pytest.raises(AlreadyExistsError):
        here.keys.enrol("p1")
    assert here.tables.rows() == before


def test_of_eight_enrolments_at_once_one_wins() -> None:
    here = Environment()

    def enrol(_: int) -> bool:
        try:
            here.keys.enrol("p1")
        except AlreadyExistsError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(enrol, range(8))) == 1
    assert len(keks(here)) == 1


def test_lost_reply_of_an_enrolment_is_recognised_as_ones_own() -> None:
    here = Environment()
    here.tables.lose_reply_next()
    here.keys.enrol("p1")
    assert len(keks(here)) == 1
    assert here.keys.active("p1").version == here.tables.rows()[active_key("p1")]["version"]


def test_enrolment_whose_fate_stays_unknown_says_so() -> None:
    here = Environment()
    here.tables.fail_next_commit(4, OutcomeUnknownError())
    with pytest.raises(OutcomeUnknownError):
        here.keys.enrol("p1")


def test_transaction_in_the_way_is_tried_again() -> None:
    here = Environment()
    here.tables.fail_next_commit(1, ConflictError(index=-1))
    here.keys.enrol("p1")
    assert len(keks(here)) == 1


@pytest.mark.parametrize("identifier", ["", "a/b", "x" * 65, "p1\n", "ё", "p 1", "p#1", 5, None])
def test_only_opaque_ids_reach_a_context(identifier: object) -> None:
    here = Environment()
    for use in (here.keys.enrol, here.keys.active, here.keys.alive, here.keys.rotate):
        with pytest.raises(MalformedError):
            use(identifier)
    with pytest.raises(MalformedError):
        Environment(tenant=identifier)
    assert here.cost() == (0, 0)


# --- loading and its price


def test_price_of_cold_and_warm_use(here: Environment) -> None:
    version = here.keys.active("p1").version
    assert here.cost() == (1, 2)
    here.keys.active("p1")
    here.keys.by_version("p1", version)
    assert here.cost() == (0, 0)
    cold = Environment(here)
    cold.keys.by_version("p1", version)
    assert here.cost() == (1, 1)
    cold.keys.active("p1")
    assert here.cost() == (0, 1)


def test_price_of_a_hundred_patients_is_a_call_each_and_of_two_versions_two() -> None:
    here = Environment()
    for number in range(100):
        here.keys.enrol(f"p{number}")
    old = here.keys.active("p0").version
    new = here.keys.rotate("p0")
    cold = Environment(here)
    here.cost()
    for number in range(1, 100):
        cold.keys.by_version(f"p{number}", here.tables.rows()[active_key(f"p{number}")]["version"])
    assert here.cost() == (99, 99)
    cold.keys.by_version("p0", old)
    cold.keys.by_version("p0", new)
    cold.keys.active("p0")
    assert here.cost() == (2, 3)


def test_forged_version_costs_nothing_or_one_read_and_is_never_called_erased(here: Environment) -> None:
    for forged in ("", "0" * 15, "Z" * 16, "0" * 16 + "\n", "../active"):
        with pytest.raises(DecryptionError):
            here.keys.by_version("p1", forged)
    assert here.cost() == (0, 0)
    with pytest.raises(DecryptionError) as told:
        here.keys.by_version("p1", "0" * 16)
    assert not isinstance(told.value, ErasedError)
    assert here.cost() == (0, 1)


def test_person_without_keys_is_found_once_the_keys_exist() -> None:
    here = Environment()
    with pytest.raises(NotFoundError):
        here.keys.active("p1")
    with pytest.raises(NotFoundError):
        here.keys.rotate("p1")
    here.keys.enrol("p1")
    assert here.keys.active("p1").version


@pytest.mark.parametrize(
    "damage",
    [
        {"wrapped": b""},
        {"wrapped": "text"},
        {"wrapped": b"x" * 6145},
        {"key_arn": FOREIGN_KEY},
        {"key_arn": NEW_PATIENT_KEY},
        {"key_arn": 5},
    ],
)
def test_damaged_key_row_is_an_alarm_before_kms_is_asked(here: Environment, damage: dict) -> None:
    here.tables.tamper(keks(here)[0], **damage)
    with pytest.raises(KeyIntegrityError):
        here.keys.active("p1")
    assert here.kms.total == 0


def test_wrapped_key_moved_between_rows_does_not_unwrap(here: Environment) -> None:
    here.keys.enrol("p2")
    other = here.tables.rows()[keks(here, "p2")[0]]["wrapped"]
    here.tables.tamper(keks(here)[0], wrapped=other)
    with pytest.raises(KeyIntegrityError):
        here.keys.active("p1")
    assert here.keys.active("p2").patient_id == "p2"


def test_wrapped_key_moved_between_versions_or_tenants_does_not_unwrap(here: Environment) -> None:
    old = keks(here)[0]
    here.keys.rotate("p1")
    new = next(key for key in keks(here) if key != old)
    here.tables.tamper(new, wrapped=here.tables.rows()[old]["wrapped"])
    with pytest.raises(KeyIntegrityError):
        here.keys.active("p1")
    with pytest.raises(KeyIntegrityError):
        Environment(here, tenant="hospital-2").keys.by_version("p1", old.sk.removeprefix("kek#"))


@pytest.mark.parametrize("head", [{"state": "?"}, {"version": "0" * 16}, {"version": 5}, {"version": "short"}])
def test_damaged_head_is_an_alarm(here: Environment, head: dict) -> None:
    here.tables.tamper(active_key("p1"), **head)
    with pytest.raises(KeyIntegrityError):
        here.keys.active("p1")


def test_key_rows_without_their_head_are_an_alarm(here: Environment) -> None:
    version = here.keys.active("p1").version
    here.tables.commit([Delete(active_key("p1"))])
    with pytest.raises(KeyIntegrityError):
        Environment(here).keys.by_version("p1", version)


@pytest.mark.parametrize(
    "failure",
    [refusal("ThrottlingException"), refusal("KMSInternalException"), refusal("AccessDeniedException"), NO_CONNECTION],
)
def test_kms_that_does_not_answer_is_told_apart_and_can_be_tried_again(here: Environment, failure: Exception) -> None:
    here.kms.fail_next(failure)
    with pytest.raises(KeyUnavailableError) as told:
        here.keys.active("p1")
    assert not isinstance(told.value, DecryptionError | KeyIntegrityError)
    assert told.value.status == 503
    assert told.value.__cause__ is None
    assert "secret-id" not in str(told.value)
    assert here.keys.active("p1").version


def test_disabled_kms_key_opens_nothing_new(here: Environment) -> None:
    here.kms.disabled.add(PATIENT_KEY)
    with pytest.raises(KeyUnavailableError):
        here.keys.active("p1")


def test_unwrapped_key_of_another_length_is_an_alarm(here: Environment) -> None:
    row = keks(here)[0]
    context = {
        "purpose": "patient-kek",
        "tenant": TENANT,
        "patient_id": "p1",
        "version": row.sk.removeprefix("kek#"),
    }
    short = here.kms.encrypt(KeyId=PATIENT_KEY, Plaintext=bytes(16), EncryptionContext=context)
    here.tables.tamper(row, wrapped=short["CiphertextBlob"])
    with pytest.raises(KeyIntegrityError):
        here.keys.active("p1")


def test_key_is_not_shown_by_repr(here: Environment) -> None:
    kek = here.keys.active("p1")
    assert repr(kek.secret) not in repr(kek)
    assert "secret" not in repr(kek)


# --- rotation


def test_rotation_keeps_old_versions_readable(here: Environment) -> None:
    old = here.keys.active("p1")
    here.cost()
    new = here.keys.rotate("p1")
    assert here.cost() == (1, 2)
    assert new != old.version
    assert here.keys.active("p1").version == new
    assert Environment(here).keys.by_version("p1", old.version).secret == old.secret


def test_warm_writer_elsewhere_uses_the_old_version_until_its_time_is_over(here: Environment) -> None:
    there = Environment(here)
    old = there.keys.active("p1").version
    new = here.keys.rotate("p1")
    assert there.keys.active("p1").version == old
    here.clock.advance(seconds=300)
    assert there.keys.active("p1").version == new


def test_of_two_rotations_at_once_one_wins(here: Environment) -> None:
    there = Environment(here)
    here.tables.before_next_commit(lambda: there.keys.rotate("p1"))
    with pytest.raises(ConflictError):
        here.keys.rotate("p1")
    assert len(keks(here)) == 2


def test_lost_reply_of_a_rotation_is_recognised(here: Environment) -> None:
    here.tables.lose_reply_next()
    assert here.keys.rotate("p1") == here.tables.rows()[active_key("p1")]["version"]
    assert len(keks(here)) == 2


def test_rotation_that_met_another_transaction_is_tried_again(here: Environment) -> None:
    here.tables.fail_next_commit(1, ConflictError(index=-1))
    assert here.keys.rotate("p1") == here.tables.rows()[active_key("p1")]["version"]


def test_rows_move_to_a_new_kms_key_and_stay_readable(here: Environment) -> None:
    old = here.keys.active("p1")
    here.keys.rotate("p1")
    moved = Environment(here, key_arn=NEW_PATIENT_KEY, former_key_arns=[PATIENT_KEY])
    assert moved.keys.by_version("p1", old.version).secret == old.secret
    assert moved.keys.rewrap("p1") == 2
    assert moved.keys.rewrap("p1") == 0
    here.kms.disabled.add(PATIENT_KEY)
    after = Environment(here, key_arn=NEW_PATIENT_KEY)
    assert after.keys.by_version("p1", old.version).secret == old.secret


def test_row_that_went_while_it_was_rewrapped_stays_gone(here: Environment) -> None:
    moved = Environment(here, key_arn=NEW_PATIENT_KEY, former_key_arns=[PATIENT_KEY])
    here.tables.before_next_commit(lambda: here.keys.destroy("p1", "e"))
    assert moved.keys.rewrap("p1") == 0
    assert keks(here) == []


def test_tenant_is_in_the_context_of_the_wrapping_key(here: Environment) -> None:
    stranger = Environment(here, tenant=TENANT + "x")
    with pytest.raises(KeyIntegrityError):
        stranger.keys.active("p1")
