"""What a model says of a body: pydantic's own sentences, and those of the models' validators (``value-error``)."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "missing": {"Field required": "Обязательное поле"},
    "extra-forbidden": {"Extra inputs are not permitted": "Такого поля здесь нет"},
    "invalid-key": {"Keys should be strings": "Имена полей должны быть строками"},
    "model-type": {
        "Input should be a valid dictionary or instance of {name}": "Нужен объект JSON",
    },
    "model-attributes-type": {
        "Input should be a valid dictionary or object to extract fields from": "Нужен объект JSON",
    },
    "dict-type": {"Input should be a valid dictionary": "Нужен объект JSON"},
    "list-type": {"Input should be a valid list": "Нужен список"},
    "too-short": {
        "{what} should have at least {n} item{s} after validation, not {there}": "Элементов: не меньше {n}",
    },
    "too-long": {
        "{what} should have at most {n} item{s} after validation, not {there}": "Элементов: не больше {n}",
        "at most {n} characters": "Символов: не больше {n}",
        "too much text for one QR code": "Слишком много текста для одного QR-кода",
    },
    "string-type": {"Input should be a valid string": "Нужна строка"},
    "string-unicode": {
        "Input should be a valid string, unable to parse raw data as a unicode string": "Нужна строка в Unicode",
    },
    "string-too-short": {"String should have at least {n} character{s}": "Символов: не меньше {n}"},
    "string-too-long": {"String should have at most {n} character{s}": "Символов: не больше {n}"},
    "string-pattern-mismatch": {"String should match pattern '{pattern}'": "Неверный формат"},
    "literal-error": {"Input should be {these}": "Возможные значения: {these}"},
    "enum": {"Input should be {these}": "Возможные значения: {these}"},
    "bool-type": {"Input should be a valid boolean": "Нужно true или false"},
    "bool-parsing": {"Input should be a valid boolean, unable to interpret input": "Нужно true или false"},
    "int-type": {"Input should be a valid integer": "Нужно целое число"},
    "int-parsing": {"Input should be a valid integer, unable to parse string as an integer": "Нужно целое число"},
    "int-parsing-size": {
        "Unable to parse input string as an integer, exceeded maximum size": "Слишком длинное целое число",
    },
    "int-from-float": {
        "Input should be a valid integer, got a number with a fractional part": "Нужно целое число, без дробной части",
    },
    "finite-number": {"Input should be a finite number": "Нужно конечное число"},
    "greater-than": {"Input should be greater than {n}": "Нужно больше {n}"},
    "greater-than-equal": {"Input should be greater than or equal to {n}": "Не меньше {n}"},
    "less-than": {"Input should be less than {n}": "Нужно меньше {n}"},
    "less-than-equal": {"Input should be less than or equal to {n}": "Не больше {n}"},
    "decimal-type": {"Decimal input should be an integer, float, string or Decimal object": "Нужно число"},
    "decimal-parsing": {"Input should be a valid decimal": "Нужно десятичное число"},
    "decimal-max-digits": {
        "Decimal input should have no more than {n} digit{s} in total": "Цифр в числе: не больше {n}",
    },
    "decimal-max-places": {
        "Decimal input should have no more than {n} decimal place{s}": "Знаков после запятой: не больше {n}",
    },
    "decimal-whole-digits": {
        "Decimal input should have no more than {n} digit{s} before the decimal point": (
            "Цифр до запятой: не больше {n}"
        ),
    },
    "date-type": {"Input should be a valid date": "Нужна дата ГГГГ-ММ-ДД"},
    "date-parsing": {
        "Input should be a valid date in the format YYYY-MM-DD, {why}": "Нужна существующая дата ГГГГ-ММ-ДД",
    },
    "date-from-datetime-parsing": {
        "Input should be a valid date or datetime, {why}": "Нужна существующая дата ГГГГ-ММ-ДД",
    },
    "date-from-datetime-inexact": {
        "Datetimes provided to dates should have zero time - e.g. be exact dates": "Нужна дата без времени",
    },
    "datetime-type": {"Input should be a valid datetime": "Нужны дата и время по ISO 8601"},
    "datetime-parsing": {"Input should be a valid datetime, {why}": "Нужны существующие дата и время по ISO 8601"},
    "datetime-from-date-parsing": {
        "Input should be a valid datetime or date, {why}": "Нужны существующие дата и время по ISO 8601",
    },
    "datetime-object-invalid": {"Invalid datetime object, got {why}": "Нужны дата и время по ISO 8601"},
    "timezone-aware": {"Input should have timezone info": "Нужно смещение от UTC, например +03:00"},
    "recursion-loop": {"Recursion error - cyclic reference detected": "Слишком глубокая вложенность"},
    "value-error": {
        "control characters are not allowed": "Управляющие символы недопустимы",
        "there is nothing to read in this": "Здесь нет ни одного читаемого символа",
        "no such section": "Такого раздела нет",
        "name one of staff_number, member_id and client_id": "Укажите одно из полей staff_number, member_id, client_id",
        "name one of staff_number and member_id": "Укажите одно из полей staff_number, member_id",
        "the receiving organisation is another one": "Принимающая организация должна быть другой",
        "one person alone can be the same": "Тем же человеком может быть только один",
        "a delivery has an address, and a reservation has none": "Адрес нужен для доставки и не нужен для брони",
        "each drug once": "Каждое лекарство указывается один раз",
        "each kind once": "Каждый вид указывается один раз",
        "what is shown in brief is not downloaded": "Показанное кратко нельзя разрешить скачивать",
        "a condition that is {status} has no ended_on": "У состояния со статусом {status} нет ended_on",
        "ended_on lies before since": "ended_on раньше since",
        "give low, high or both": "Укажите low, high или обе границы",
        "the range is upside down": "Нижняя граница больше верхней",
        "until lies before established_on": "until раньше established_on",
        "sections: missing {names}": "sections: не хватает {names}",
        "sections: one does not belong to the specialty": "sections: один из разделов не относится к специальности",
        "specialty is one of: {names}": "Специальность: одна из {names}",
        "a closed note says work_from": "В закрытом листке указывают work_from",
        "a period ends before it begins": "Период кончается раньше, чем начинается",
        "discharged_on lies before admitted_on": "discharged_on раньше admitted_on",
        "each period begins on the day after the one before": (
            "Каждый период начинается на следующий день после предыдущего"
        ),
        "a number needs its unit": "Для числа нужна единица измерения",
        "give either value or text": "Укажите либо value, либо text",
        "say a sex or an age": "Укажите пол или возраст",
        "the ages are upside down": "Младший возраст больше старшего",
        "a medication that is {status} has ended_on": "У лекарства со статусом {status} указывают ended_on",
        "ended_on lies before started_on": "ended_on раньше started_on",
        "since lies before until": "since должно быть раньше until",
        "a disease is named twice": "Заболевание названо дважды",
        "a medical exemption has its reason": "У медицинского отвода указывают причину",
        "expires_on lies before the vaccination": "expires_on раньше прививки",
        "give either until or permanent": "Укажите либо until, либо permanent",
        "the vaccine is not against every disease that is named": "Вакцина защищает не от всех названных заболеваний",
        "until lies before since": "until раньше since",
    },
    "vital-sign": {
        "diastolic is below systolic": "Диастолическое давление должно быть ниже систолического",
        "the unit of {sign} is {unit}": "Единица показателя {sign}: {unit}",
        "{sign} has no {name}": "У показателя {sign} нет поля {name}",
        "{sign} needs {name}": "Для показателя {sign} нужно поле {name}",
        "{name} of {sign} lies between {low} and {high}": "{name} показателя {sign}: от {low} до {high}",
    },
}
