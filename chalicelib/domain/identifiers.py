"""Identifiers of a person, each checked by its own rule (ID-1, ACT-1).

Every function takes what a human typed and returns the one normalised form, or raises InvalidFieldsError with a
``FieldProblem``. A right check digit says nothing about existence. Messages never quote the value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from chalicelib.errors import FieldProblem, InvalidFieldsError

T = TypeVar("T")

SNILS_UNCHECKED = 1_001_998  # numbers up to 001-001-998 were issued before there were check digits
MAX_AGE_YEARS = 120
MAX_NAME = 100
MAX_EMAIL = 254  # RFC 5321, 4.5.3.1.3: a path is 256 octets with its brackets
MAX_EMAIL_LOCAL = 64  # RFC 5321, 4.5.3.1.1
MAX_TYPED = 300  # nobody types more; longer input is not even looked at

_EMAIL_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_EMAIL_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_SEPARATORS = str.maketrans("", "", " -\u00a0\u2011\u2013")


def normal_snils(value: str, field: str = "/snils") -> str:
    """Insurance number, 11 digits without separators. Rule of the check digits: Pension Fund order, health-data.md 5.

    Numbers that have no check digits answer with the code ``manual-review``: a person at the desk decides.
    """
    digits = _digits(value, 11, field)
    if int(digits[:9]) <= SNILS_UNCHECKED:
        raise problem(field, "manual-review", "this early number is checked at the identity desk")
    if snils_check_digits(digits[:9]) != digits[9:]:
        raise problem(field, "check-digits", "the check digits do not fit")
    return digits


def snils_check_digits(nine: str) -> str:
    """The two check digits for nine digits: sum of digit times weight 9..1, modulo 101, 100 read as 00."""
    total = sum(int(digit) * (9 - place) for place, digit in enumerate(nine))
    return f"{total % 101 % 100:02d}"


def normal_oms(value: str, field: str = "/oms") -> str:
    """Number of the compulsory health insurance policy (ENP), 16 digits; the last one is Luhn's (health-data.md 5)."""
    digits = _digits(value, 16, field)
    if oms_check_digit(digits[:15]) != digits[15]:
        raise problem(field, "check-digits", "the check digit does not fit")
    return digits


def oms_check_digit(fifteen: str) -> str:
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(fifteen)))
    return str(-sum(sum(divmod(number, 10)) for number in doubled) % 10)


def normal_passport_series(value: str, field: str = "/passport_series") -> str:
    """Four digits of a Russian passport; there is no check digit."""
    return _digits(value, 4, field)


def normal_passport_number(value: str, field: str = "/passport_number") -> str:
    return _digits(value, 6, field)


def normal_phone(value: str, field: str = "/phone") -> str:
    """A mobile number in E.164; a number without a country code is Russian. Codes must be able to arrive by SMS."""
    import phonenumbers

    if len(value) > MAX_TYPED:
        raise problem(field, "format", "this is not a telephone number")
    try:
        number = phonenumbers.parse(value, "RU")
    except phonenumbers.NumberParseException:
        raise problem(field, "format", "this is not a telephone number") from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise problem(field, "format", "this is not a telephone number")
    # In some numbering plans (+1) the number does not tell a mobile from a fixed line.
    kinds = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    if phonenumbers.number_type(number) not in kinds:
        raise problem(field, "not-mobile", "a mobile number is needed: codes come by SMS")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def normal_email(value: str, field: str = "/email") -> str:
    """Address in lower case: one mailbox is one account, however it is typed. Domains of letters go as punycode."""
    text = value.strip()
    local, at, domain = text.rpartition("@")
    if not at or len(text) > MAX_TYPED:
        raise problem(field, "format", "this is not an e-mail address")
    try:
        domain = domain.lower().encode("idna").decode("ascii")
    except UnicodeError:
        raise problem(field, "format", "this is not an e-mail address") from None
    labels = domain.split(".")
    sound = (
        len(local) <= MAX_EMAIL_LOCAL
        and len(local) + 1 + len(domain) <= MAX_EMAIL
        and _EMAIL_LOCAL.fullmatch(local)
        and len(labels) > 1
        and all(_EMAIL_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdecimal()
    )
    if not sound:
        raise problem(field, "format", "this is not an e-mail address")
    return f"{local.lower()}@{domain}"


def normal_birth_date(value: str, today: date, field: str = "/birth_date") -> date:
    """ISO 8601 date, not in the future, at most 120 years ago."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise problem(field, "format", "a date as YYYY-MM-DD")
    try:
        born = date.fromisoformat(value)
    except ValueError:
        raise problem(field, "format", "there is no such date") from None
    if born > today:
        raise problem(field, "future", "the date is in the future")
    if today.year - born.year - ((today.month, today.day) < (born.month, born.day)) > MAX_AGE_YEARS:
        raise problem(field, "too-early", f"at most {MAX_AGE_YEARS} years ago")
    return born


def normal_name(value: str, field: str) -> str:
    """A part of a name in NFC: letters of any script, single spaces, hyphens and apostrophes between them."""
    if len(value) > MAX_TYPED:
        raise problem(field, "length", f"at most {MAX_NAME} characters")
    text = " ".join(unicodedata.normalize("NFC", value).replace("\u2019", "'").split())
    if not 1 <= len(text) <= MAX_NAME:
        raise problem(field, "length", f"from 1 to {MAX_NAME} characters")
    sound = all(c in " -'" or c.isalpha() or unicodedata.category(c) == "Mn" for c in text)
    if not (sound and text[0].isalpha() and text[-1] not in " -"):
        raise problem(field, "format", "letters, spaces, hyphens and apostrophes only")
    return text


def problem(field: str, code: str, message: str) -> InvalidFieldsError:
    """The error about one field; ``field`` is a JSON pointer (RFC 6901)."""
    return InvalidFieldsError(fields=(FieldProblem(field, code, message),))


class Findings:
    """Gathers the problems of a whole form, so that a person sees all of them at once."""

    def __init__(self) -> None:
        self._problems: list[FieldProblem] = []

    def check(self, rule: Callable[..., T], *values: object) -> T | None:
        """The normalised value, or None when the rule was broken (it is remembered)."""
        try:
            return rule(*values)
        except InvalidFieldsError as error:
            self._problems += error.fields
            return None

    def close(self) -> None:
        """Raises InvalidFieldsError with everything that was found."""
        if self._problems:
            raise InvalidFieldsError(fields=tuple(self._problems))


def _digits(value: str, length: int, field: str) -> str:
    bare = value[:MAX_TYPED].strip().translate(_SEPARATORS)
    if len(bare) != length or not (bare.isascii() and bare.isdecimal()):
        raise problem(field, "format", f"{length} digits are needed")
    return bare
