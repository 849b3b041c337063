"""What every store promises (ports/tables.py): the same tests for the one in memory and for DynamoDB."""

from __future__ import annotations

import pytest

from chalicelib.errors import ConflictError, InvalidFieldsError, MedkartaError
from chalicelib.ports.tables import Check, Delete, Expect, Key, Put, Store, Tables, Update

pytestmark = pytest.mark.xdist_group("contract")

A, B, C = (Key(Store.CARD, "P#1", f"R#x#{name}") for name in "abc")
OTHER = Key(Store.IDENTITY, "PERSON#1", "PROFILE")


def test_what_is_put_is_got_with_its_types(tables: Tables) -> None:
    item = {
        "s": "тест",
        "n": -7,
        "big": 2**60,
        "b": b"\x00\xff",
        "l": ["a", 1, True],
        "m": {"x": [], "y": False},
        "t": True,
    }
    tables.commit([Put(A, item)])
    assert tables.get(A) == {**item, "pk": "P#1", "sk": "R#x#a"}
    assert tables.get(B) is None


def test_new_is_new_once(tables: Tables) -> None:
    tables.commit([Put(A, {"n": 1})])
    with pytest.raises(ConflictError) as refused:
        tables.commit([Put(A, {"n": 2})])
    assert refused.value.index == 0
    tables.commit([Put(A, {"n": 3}, None)])
    assert tables.get(A)["n"] == 3


def test_a_transaction_is_all_or_nothing_and_names_the_first_that_failed(tables: Tables) -> None:
    tables.commit([Put(B, {"ver": 1})])
    with pytest.raises(ConflictError) as refused:
        tables.commit([Put(A, {"n": 1}), Update(B, {"x": 1}, expect={"ver": 2}), Put(OTHER, {"n": 1})])
    assert refused.value.index == 1
    assert tables.get_many([A, OTHER]) == {}
    tables.commit([Put(A, {"n": 1}), Update(B, {"x": 1}, add={"ver": 1}, expect={"ver": 1}), Put(OTHER, {"n": 1})])
    assert tables.get(B)["ver"] == 2
    assert set(tables.get_many([A, B, C, OTHER, A])) == {A, B, OTHER}


@pytest.mark.parametrize(
    ("expect", "holds"),
    [
        (Expect.PRESENT, True),
        (Expect.ABSENT, False),
        (None, True),
        ({"ver": 1, "state": "active"}, True),
        ({"ver": 1, "state": "other"}, False),
        ({"missing": 1}, False),
        ({"state": "active", "b": b"x"}, True),
    ],
)
@pytest.mark.parametrize(
    "make", [lambda e: Update(A, {"z": 1}, expect=e), lambda e: Delete(A, e), lambda e: Put(A, {"z": 1}, e)]
)
def test_conditions(tables: Tables, expect, holds, make) -> None:
    tables.commit([Put(A, {"ver": 1, "state": "active", "b": b"x"})])
    if holds:
        tables.commit([make(expect)])
    else:
        with pytest.raises(ConflictError):
            tables.commit([make(expect)])


def test_update_of_nothing(tables: Tables) -> None:
    with pytest.raises(ConflictError):
        tables.commit([Update(A, {"z": 1})])
    with pytest.raises(ConflictError):
        tables.commit([Update(A, {"z": 1}, expect={"ver": 1})])


def test_set_add_remove(tables: Tables) -> None:
    tables.commit([Put(A, {"name": "x", "count": 1, "status": "old"})])
    tables.commit([Update(A, {"status": "new"}, add={"count": 2, "fresh": 1}, remove=("name",))])
    assert tables.get(A) == {"pk": "P#1", "sk": "R#x#a", "count": 3, "fresh": 1, "status": "new"}


def test_check_changes_nothing(tables: Tables) -> None:
    tables.commit([Put(A, {"state": "active"})])
    tables.commit([Check(A, {"state": "active"}), Put(B, {"n": 1})])
    with pytest.raises(ConflictError) as refused:
        tables.commit([Put(C, {"n": 1}), Check(A, {"state": "dead"})])
    assert refused.value.index == 1
    with pytest.raises(ConflictError):
        tables.commit([Check(C), Put(OTHER, {"n": 1})])


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 10])
def test_pages_cover_everything_once_in_order(tables: Tables, newest_first: bool, limit: int) -> None:  # noqa: FBT001
    for n in range(7):
        row = {"kd": f"x#2026-01-0{7 - n}#{n}", "n": n}
        tables.commit([Put(Key(Store.CARD, "P#1", f"R#x#{n}"), row)])
    tables.commit(
        [Put(Key(Store.CARD, "P#1", "R#y#1"), {"kd": "y#2026-01-01#1"}), Put(Key(Store.CARD, "P#1", "CARD"), {"n": 1})]
    )
    for index, prefix in ((None, "R#x#"), ("by_date", "x#")):
        seen, after = [], None
        while True:
            page = tables.query(
                Store.CARD, "P#1", prefix, index=index, limit=limit, after=after, newest_first=newest_first
            )
            assert len(page.items) <= limit
            seen += [item["n"] for item in page.items]
            after = page.after
            if after is None:
                break
        ascending = newest_first if index else not newest_first
        assert seen == (list(range(7)) if ascending else list(range(6, -1, -1)))


def test_counters(tables: Tables) -> None:
    key = Key(Store.IDENTITY, "LIMIT#x", "1")
    assert [tables.increment(key, "count", 100 + n) for n in range(3)] == [1, 2, 3]
    assert tables.get(key)["expires"] == 100


def test_limits_of_one_call(tables: Tables) -> None:
    many = [Key(Store.CARD, "P#1", str(n)) for n in range(101)]
    with pytest.raises(MedkartaError):
        tables.get_many(many)
    with pytest.raises(MedkartaError):
        tables.commit([Put(key, {}) for key in many])
    assert tables.get_many([]) == {}
    tables.commit([])


@pytest.mark.parametrize(
    "writes",
    [
        [Put(A, {}), Delete(A)],
        [Put(Key(Store.CARD, "", "x"), {})],
        [Put(Key(Store.CARD, "x", ""), {})],
        [Update(A), Put(B, {})],
    ],
    ids=["one row twice", "empty pk", "empty sk", "nothing to update"],
)
def test_faults_of_the_program_are_refused_before_anything_happens(tables: Tables, writes: list) -> None:
    with pytest.raises(MedkartaError) as refused:
        tables.commit(writes)
    assert not isinstance(refused.value, ConflictError)
    assert tables.get_many([A, B]) == {}


@pytest.mark.parametrize("value", [None, 1.5, {1}, (1,), 10**38, {"": 1}, [None]], ids=str)
def test_values_that_no_item_may_hold(tables: Tables, value: object) -> None:
    with pytest.raises(TypeError):
        tables.commit([Put(A, {"x": value})])
    assert tables.get(A) is None


def test_what_was_handed_out_or_in_is_nobody_elses(tables: Tables) -> None:
    item = {"l": [1], "m": {"a": 1}}
    tables.commit([Put(A, item)])
    item["l"].append(2)
    got = tables.get(A)
    got["m"]["a"] = 2
    assert tables.get(A) == {"pk": A.pk, "sk": A.sk, "l": [1], "m": {"a": 1}}


def test_a_condition_compares_types_too(tables: Tables) -> None:
    """True against 1 is left out: moto takes them for equal, DynamoDB and the store in memory do not."""
    tables.commit([Put(A, {"flag": True, "n": 1})])
    for wrong in ({"flag": "true"}, {"n": "1"}, {"n": [1]}):
        with pytest.raises(ConflictError):
            tables.commit([Check(A, wrong)])
    tables.commit([Check(A, {"flag": True, "n": 1})])
    tables.commit([Check(A, {})])
    with pytest.raises(ConflictError):
        tables.commit([Check(B, {})])


def test_the_position_of_a_page_is_plain_text(tables: Tables) -> None:
    tables.commit([Put(Key(Store.CARD, "P#1", f"R#x#{n}"), {"kd": f"x#{n}", "secret": "no"}) for n in range(3)])
    page = tables.query(Store.CARD, "P#1", "x#", index="by_date", limit=1)
    assert page.after == {"pk": "P#1", "sk": "R#x#0", "kd": "x#0"}
    assert tables.query(Store.CARD, "P#1", "R#", limit=1).after == {"pk": "P#1", "sk": "R#x#0"}
    assert tables.query(Store.CARD, "P#1", "R#", limit=3).after is None


def test_many_rows_are_put_over_what_stands_there(tables: Tables) -> None:
    """More than one batch holds; again, and the same is there."""
    rows = {Key(Store.AUDIT_INDEX, f"P#{n}", "x"): {"n": n, "b": bytes([n])} for n in range(60)}
    tables.put_many(rows)
    tables.put_many({**rows, Key(Store.CARD, "P#0", "x"): {"n": -1}})
    found = tables.get_many(list(rows))
    assert {key: (row["n"], row["b"], row["pk"]) for key, row in found.items()} == {
        key: (row["n"], row["b"], key.pk) for key, row in rows.items()
    }
    assert tables.get(Key(Store.CARD, "P#0", "x"))["n"] == -1
    tables.put_many({})


def test_a_place_in_another_partition_is_none(tables: Tables) -> None:
    """The store refuses it as a malformed request, which nobody could tell from a fault of ours."""
    tables.commit([Put(Key(Store.CARD, "P#1", f"R#{n}"), {"n": n}) for n in range(3)])
    place = tables.query(Store.CARD, "P#1", "R#", limit=1).after
    with pytest.raises(InvalidFieldsError):
        tables.query(Store.CARD, "P#2", "R#", limit=1, after=place)
