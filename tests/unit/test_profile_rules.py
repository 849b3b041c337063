"""Rules of a changed profile, of temporary residence, and of suspension."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import phonenumbers
import pytest

from chalicelib.domain.access import CardState
from chalicelib.domain.profile_changes import BLOCKING, FINDINGS, changed, comparison, findings, normal_change
from chalicelib.domain.registrations import normal_form, unique_values
from chalicelib.domain.residence import (
    COUNTRIES,
    Standing,
    always_allowed,
    may,
    normal_foreigner,
    standing,
    stay_ends,
)
from chalicelib.domain.suspensions import after
from chalicelib.errors import InvalidFieldsError, WrongStateError

TODAY = date(2026, 3, 2)
PROFILE = {
    "last_name": "Журавлёва",
    "first_name": "Ксения",
    "middle_name": "Аркадьевна",
    "birth_date": "1987-04-12",
    "sex": "female",
    "snils": "11223344595",
    "passport_series": "4510",
    "passport_number": "000001",
}
NEW = {
    "last_name": "Синицына",
    "passport_series": "45 26",
    "passport_number": "654321",
    "passport_issued_on": "2026-02-20",
    "birth_date": "1987-04-12",
}


@pytest.mark.requirement("SPC-4")
def test_a_marriage() -> None:
    given = normal_change(NEW, TODAY)
    assert findings(PROFILE, given) == []
    rows = {row["field"]: row for row in comparison(PROFILE, given)["fields"]}
    assert (rows["last_name"]["old"], rows["last_name"]["new"]) == ("Журавлёва", "Синицына")
    assert not rows["first_name"]["differs"]
    assert changed(PROFILE, given) == {
        **PROFILE,
        "last_name": "Синицына",
        "passport_series": "4526",
        "passport_number": "654321",
        "passport_issued_on": "2026-02-20",
    }


@pytest.mark.requirement("SPC-4")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({**NEW, "birth_date": "1988-04-12"}, "birth-date-differs"),
        ({**NEW, "snils": "123-456-789 64"}, "snils-differs"),
        ({"last_name": "Журавлёва", "birth_date": "1987-04-12"}, "nothing-changes"),
        ({"last_name": "Синицына", "birth_date": "1987-04-12"}, "passport-kept"),
        ({**NEW, "passport_issued_on": "2000-04-12"}, "issued-too-early"),
        ({**NEW, "middle_name": "Аркадьевич"}, "patronymic-sex"),
        ({**NEW, "last_name": "Синицын"}, "surname-sex"),
        ({**NEW, "first_name": "Анна", "middle_name": "Петровна"}, "whole-name"),
    ],
)
def test_every_finding(changes: dict, code: str) -> None:
    assert code in findings(PROFILE, normal_change(changes, TODAY))


def test_findings_have_words_and_no_more_block_than_there_are() -> None:
    assert set(FINDINGS) >= BLOCKING
    told = comparison(PROFILE, normal_change({**NEW, "birth_date": "1988-04-12"}, TODAY))["findings"]
    assert [(f["code"], f["blocking"]) for f in told] == [("birth-date-differs", True)]
    assert all(f["ru"] != f["en"] for f in told)


def test_a_patronymic_may_be_given_up_and_names_of_no_known_ending_say_nothing() -> None:
    given = normal_change({**NEW, "middle_name": " ", "last_name": "Шмидт"}, TODAY)
    assert "middle_name" not in changed(PROFILE, given)
    assert findings(PROFILE, given) == []


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"birth_date": "1987-04-12"}, "/last_name"),
        ({**NEW, "passport_series": None}, "/passport_series"),
        ({**NEW, "passport_issued_on": None}, "/passport_issued_on"),
        ({**NEW, "passport_issued_on": "2026-03-03"}, "/passport_issued_on"),
        ({**NEW, "last_name": "X1"}, "/last_name"),
    ],
)
def test_what_is_no_change(form: dict, field: str) -> None:
    with pytest.raises(InvalidFieldsError) as error:
        normal_change(form, TODAY)
    assert [p.field for p in error.value.fields] == [field]


# --- residence

FOREIGNER = {
    "citizenship": "uz",
    "foreign_passport": "FA 123-4567",
    "migration_card": "4612 № 1234567",
    "stay_from": "2026-02-01",
    "stay_until": "2026-08-01",
}


@pytest.mark.requirement("SPC-6")
def test_a_migration_card() -> None:
    assert normal_foreigner(FOREIGNER, TODAY) == {
        **FOREIGNER,
        "citizenship": "UZ",
        "foreign_passport": "FA1234567",
        "migration_card": "46121234567",
    }
    assert len(COUNTRIES) == 249
    assert {r for r in phonenumbers.SUPPORTED_REGIONS if r not in {"AC", "TA", "XK"}} <= COUNTRIES


@pytest.mark.requirement("SPC-6")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"citizenship": "RU"}, "/citizenship"),
        ({"citizenship": "ZZ"}, "/citizenship"),
        ({"foreign_passport": "<script>"}, "/foreign_passport"),
        ({"foreign_passport": "ABCDEF"}, "/foreign_passport"),
        ({"foreign_passport": "AB١٢٣٤"}, "/foreign_passport"),
        ({"migration_card": "4612 123456"}, "/migration_card"),
        ({"stay_from": "2026-03-03"}, "/stay_from"),
        ({"stay_until": "2026-03-01"}, "/stay_until"),
        ({"stay_until": "2030-03-01"}, "/stay_until"),
        ({"stay_until": "soon"}, "/stay_until"),
    ],
)
def test_what_is_no_stay(changes: dict, field: str) -> None:
    with pytest.raises(InvalidFieldsError) as error:
        normal_foreigner({**FOREIGNER, **changes}, TODAY)
    assert [p.field for p in error.value.fields] == [field]


@pytest.mark.requirement("SPC-6")
def test_a_stay_ends_at_local_midnight_after_its_last_day() -> None:
    ends = stay_ends(date(2026, 8, 1)).astimezone(UTC)
    assert ends == datetime(2026, 8, 1, 21, tzinfo=UTC)
    row = {"residence": "temporary", "residence_until": ends.isoformat()}
    assert standing({}, ends) is Standing.UNLIMITED
    assert standing(row, ends - timedelta(seconds=1)) is Standing.STAYING
    assert standing(row, ends) is Standing.OVER


@pytest.mark.requirement("SPC-6", "ID-7")
@pytest.mark.parametrize("channel", ["evidence_bank", "evidence_oidc", "evidence_signature"])
def test_who_somebody_is_says_nothing_about_their_stay(channel: str) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    row = {channel: "2026-03-01T00:00:00Z", "tags": {"phone": "p", "foreign-passport": "f"}}
    assert standing(row, now) is Standing.OVER
    assert standing({**row, "tags": {**row["tags"], "passport": "p"}}, now) is Standing.UNLIMITED
    assert standing({**row, "residence": "temporary", "residence_until": "2026-08-01"}, now.replace(tzinfo=None)) is (
        Standing.STAYING
    )


@pytest.mark.requirement("SPC-6")
@pytest.mark.parametrize(
    ("operation", "staying", "over"),
    [
        ("session-sign-out", True, True),
        ("case-file", True, True),
        ("case-file:foreign-citizen", True, True),
        ("case-file:newborn", False, False),
        ("allergy-create", True, False),
        ("consent-answer", True, True),
        ("card-apply", False, False),
        ("merge-file", False, False),
        ("something-new", False, False),
    ],
)
def test_what_a_limited_account_may(*, operation: str, staying: bool, over: bool) -> None:
    assert may(Standing.UNLIMITED, operation)
    assert may(Standing.STAYING, operation) is staying
    assert may(Standing.OVER, operation) is over
    assert always_allowed(operation) is over


REGISTRATION = {
    "last_name": "Каримов",
    "first_name": "Умид",
    "birth_date": "1995-02-03",
    "sex": "male",
    "document_kind": "foreign",
    "citizenship": "uz",
    "foreign_passport": "fa 1234567",
    "phone": "+79261234567",
    "email": "umid@example.org",
    "password": "Синица-в-руках-7",
    "language": "ru",
}


@pytest.mark.requirement("SPC-6", "ID-1")
def test_a_foreign_citizen_registers_with_their_own_passport() -> None:
    content = normal_form(REGISTRATION, TODAY)
    assert (content["citizenship"], content["foreign_passport"], "snils" in content) == ("UZ", "FA1234567", False)
    assert unique_values(content) == {
        "phone": "+79261234567",
        "email": "umid@example.org",
        "foreign-passport": "UZFA1234567",
    }
    with pytest.raises(InvalidFieldsError) as error:
        normal_form({**REGISTRATION, "citizenship": "RU", "foreign_passport": None}, TODAY)
    assert [p.field for p in error.value.fields] == ["/citizenship", "/foreign_passport"]
    with pytest.raises(InvalidFieldsError) as error:
        normal_form({**REGISTRATION, "document_kind": "passport"}, TODAY)
    assert [p.field for p in error.value.fields] == ["/snils", "/passport_series", "/passport_number"]


# --- suspension


@pytest.mark.requirement("SPC-7")
def test_steps_of_a_suspension() -> None:
    assert after("suspend", "active") is CardState.SUSPENDED
    assert after("lift", "suspended") is CardState.ACTIVE
    for step in ("suspend", "lift"):
        for state in CardState:
            if (step, state) not in {("suspend", CardState.ACTIVE), ("lift", CardState.SUSPENDED)}:
                with pytest.raises(WrongStateError):
                    after(step, state.value)
