"""Tags of identifiers: one spelling of one identifier is one tag, and nothing else is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.crypto.blind_index import KmsBlindIndex
from chalicelib.errors import ConflictError, KeyUnavailableError, MalformedError
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from tests.fakes import MemoryTables
from tests.unit.crypto_fakes import INDEX_KEY, NO_CONNECTION, TENANT, FakeKms, refusal

pytestmark = pytest.mark.requirement("ID-1", "ACT-5", "SEC-2")
SNILS = "11223344595"


def index_on(kms: FakeKms, tenant: str = TENANT, version: str = "1", key: str = INDEX_KEY) -> KmsBlindIndex:
    return KmsBlindIndex(lambda: kms, key, tenant, version)


def test_one_tag_an_identifier_and_one_call_a_tag() -> None:
    kms = FakeKms()
    first, second = index_on(kms).tag("snils", SNILS), index_on(kms).tag("snils", SNILS)
    assert first == second
    assert kms.calls == {"generate_mac": 2}
    assert len(first) == 22
    assert SNILS not in first


def test_two_spellings_of_unicode_are_one_identifier() -> None:
    index = index_on(FakeKms())
    assert index.tag("email", "йод@example.org") == index.tag("email", "йод@example.org".replace("й", "\u0438\u0306"))
    assert index.tag("phone", "+7９00") == index.tag("phone", "+7900")


def test_every_part_of_the_domain_separates() -> None:
    kms = FakeKms()
    tags = [
        index_on(kms).tag("snils", SNILS),
        index_on(kms).tag("snils", SNILS[:-1] + "6"),
        index_on(kms).tag("policy", SNILS),
        index_on(kms, tenant=TENANT + "x").tag("snils", SNILS),
        index_on(kms, version="2").tag("snils", SNILS),
        index_on(kms, key=INDEX_KEY + "2").tag("snils", SNILS),
    ]
    assert len(set(tags)) == len(tags)


@given(st.tuples(*[st.from_regex(r"[ab1]{1,4}", fullmatch=True)] * 4), st.data())
def test_moving_a_boundary_between_the_parts_makes_another_tag(parts: tuple[str, ...], data: st.DataObject) -> None:
    kms = FakeKms()

    def tag(tenant: str, field: str, version: str, value: str) -> str:
        return index_on(kms, tenant, version).tag(field, value)

    other = data.draw(st.permutations("".join(parts)).map("".join).flatmap(cut))
    assert (tag(*parts) == tag(*other)) == (parts == other)


def cut(text: str) -> st.SearchStrategy[tuple[str, ...]]:
    """The same characters in four parts, cut elsewhere."""
    places = st.sets(st.integers(1, len(text) - 1), min_size=3, max_size=3).map(sorted)
    return places.map(lambda at: (text[: at[0]], text[at[0] : at[1]], text[at[1] : at[2]], text[at[2] :]))


@pytest.mark.parametrize("value", ["", "x" * 1025, "\ud800", "я" * 513])
def test_values_that_cannot_be_identifiers_cost_no_call(value: str) -> None:
    kms = FakeKms()
    with pytest.raises(MalformedError):
        index_on(kms).tag("snils", value)
    with pytest.raises(MalformedError):
        index_on(kms).tag("", SNILS)
    assert kms.total == 0


@pytest.mark.parametrize("failure", [refusal("ThrottlingException"), NO_CONNECTION])
def test_kms_that_does_not_answer_is_told_without_the_value(failure: Exception) -> None:
    kms = FakeKms()
    kms.fail_next(failure)
    with pytest.raises(KeyUnavailableError) as told:
        index_on(kms).tag("snils", SNILS)
    assert SNILS not in repr(told.value)


def test_one_identifier_has_one_owner_also_in_a_race() -> None:
    tables, index = MemoryTables(), index_on(FakeKms())

    def claim(person: str) -> bool:
        try:
            tables.commit([Put(keys.blind_index("snils", index.tag("snils", SNILS)), {"person": person})])
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, [f"p{n}" for n in range(8)])) == 1


def test_while_two_index_versions_live_both_rows_are_claimed_together() -> None:
    tables, kms = MemoryTables(), FakeKms()
    old, new = index_on(kms, version="1"), index_on(kms, version="2")

    def claim(person: str, *indexes: KmsBlindIndex) -> None:
        tables.commit([Put(keys.blind_index("snils", i.tag("snils", SNILS)), {"person": person}) for i in indexes])

    claim("p1", old)
    with pytest.raises(ConflictError) as told:
        claim("p2", new, old)
    assert told.value.index == 1
    assert len(tables.rows()) == 1
