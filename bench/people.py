"""Made-up people, and how the same person looks when somebody else types them in: for bench/matching.py and its tests.

Everything comes from a seed. The lists of names are short, so namesakes are commoner than in life: what is measured is
rather too strict than too kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random  # noqa: TID251 - made-up people from a seed

Person = dict[str, str]


def _words(text: str) -> list[str]:
    return text.split()


SURNAMES = _words(
    """
    Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков Алексеев Лебедев
    Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Никитин Захаров Зайцев Соловьёв Борисов
    Яковлев Григорьев Романов Воробьёв Сергеев Кузьмин Фролов Александров Дмитриев Королёв Гусев Киселёв Ильин
    Максимов Поляков Сорокин Виноградов Ковалёв Белов Медведев Антонов Тарасов Жуков Баранов Филиппов Комаров Давыдов
    Беляев Герасимов Богданов Осипов Сидоров Матвеев Титов Марков Миронов Крылов Куликов Карпов Власов Мельников
    Денисов Гаврилов Тихонов Казаков Афанасьев Данилов Пономарёв Калинин Кириллов Клименко Щербаков Шевченко Журавлёв
    """
)
MALE = _words(
    """
    Александр Сергей Дмитрий Алексей Андрей Максим Евгений Иван Николай Михаил Владимир Артём Илья Павел Роман
    Даниил Кирилл Виктор Юрий Олег Антон Константин Егор Геннадий
    """
)
FEMALE = _words(
    """
    Анна Мария Елена Ольга Наталья Екатерина Татьяна Ирина Светлана Юлия Анастасия Марина Дарья Людмила Виктория
    Ксения Софья Алина Валентина Галина Полина Вера Надежда Александра
    """
)
FATHERS = _words(
    """
    Александрович Сергеевич Дмитриевич Алексеевич Андреевич Максимович Евгеньевич Иванович Николаевич Михайлович
    Владимирович Павлович Романович Викторович Юрьевич Олегович Антонович Константинович
    """
)
LETTERS = "абвгдежзиклмнопрстуфхцчшщыьэюя"

VARIANT = {"Наталья": "Наталия", "Софья": "София", "Мария": "Марья", "Даниил": "Данила", "Артём": "Артемий"}


@dataclass(frozen=True, slots=True)
class Rates:
    """How often a second registration differs from the first, by kind of error."""

    surname_typo: float = 0.05
    surname_changed: float = 0.06  # of women
    given_typo: float = 0.02
    given_variant: float = 0.30  # of names that have one
    patronymic_typo: float = 0.03
    patronymic_missing: float = 0.05
    date_error: float = 0.03
    date_swapped: float = 0.01
    phone_changed: float = 0.30
    phone_missing: float = 0.15
    yo: float = 0.50  # ё written е


def made(rng: Random, snils: int) -> Person:
    """One person. Surnames and given names as common as their place in the list says (1/rank)."""
    sex = rng.choice(("male", "female"))
    surname = _common(rng, SURNAMES)
    father = _common(rng, FATHERS)
    born = date(1936, 1, 1) + timedelta(days=rng.randrange(88 * 365))
    return {
        "last_name": surname if sex == "male" or not surname.endswith(("в", "н")) else surname + "а",
        "first_name": _common(rng, MALE if sex == "male" else FEMALE),
        "middle_name": father if sex == "male" else father.removesuffix("ич") + "на",
        "birth_date": born.isoformat(),
        "sex": sex,
        "phone": f"+79{rng.randrange(10**9):09d}",
        "snils": f"{snils:011d}",
    }


def twin(rng: Random, person: Person, snils: int) -> Person:
    """The same but for the given name and the number; half of them have the parents' telephone in common."""
    names = [name for name in (MALE if person["sex"] == "male" else FEMALE) if name != person["first_name"]]
    phone = person["phone"] if rng.random() < 0.5 else f"+79{rng.randrange(10**9):09d}"  # noqa: PLR2004
    return {**person, "first_name": rng.choice(names), "phone": phone, "snils": f"{snils:011d}"}


def again(rng: Random, person: Person, rates: Rates = Rates()) -> Person:
    """The same person as a second registrar types them in, without the number that would decide."""
    told = {name: value for name, value in person.items() if name != "snils"}

    def happens(rate: float) -> bool:
        return rng.random() < rate

    told["last_name"] = _surname(rng, told, rates)
    if told["first_name"] in VARIANT and happens(rates.given_variant):
        told["first_name"] = VARIANT[told["first_name"]]
    if happens(rates.given_typo):
        told["first_name"] = _typo(rng, told["first_name"])
    if happens(rates.patronymic_typo):
        told["middle_name"] = _typo(rng, told["middle_name"])
    if happens(rates.patronymic_missing):
        del told["middle_name"]
    told["birth_date"] = _date(rng, told["birth_date"], rates)
    if happens(rates.phone_missing):
        del told["phone"]
    elif happens(rates.phone_changed):
        told["phone"] = f"+79{rng.randrange(10**9):09d}"
    return told


def _surname(rng: Random, told: Person, rates: Rates) -> str:
    surname = told["last_name"]
    if told["sex"] == "female" and rng.random() < rates.surname_changed:
        surname = _common(rng, SURNAMES) + "а"
    if rng.random() < rates.yo:
        surname = surname.replace("ё", "е")
    return _typo(rng, surname) if rng.random() < rates.surname_typo else surname


def _common(rng: Random, names: list[str]) -> str:
    return rng.choices(names, [1 / (place + 5) for place in range(len(names))])[0]


def _typo(rng: Random, name: str) -> str:
    """A letter left out, doubled, changed, or two in each other's place; the first letter one time in ten."""
    at = 0 if rng.random() < 0.1 else rng.randrange(1, len(name) - 1)  # noqa: PLR2004
    kind = rng.randrange(4)
    if kind == 0:
        return name[:at] + name[at + 1 :]
    if kind == 1:
        return name[:at] + name[at] + name[at:]
    if kind == 2:  # noqa: PLR2004
        return name[:at] + rng.choice(LETTERS) + name[at + 1 :]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _date(rng: Random, text: str, rates: Rates) -> str:
    born = date.fromisoformat(text)
    chance = rng.random()
    if chance < rates.date_swapped and born.day <= 12:  # noqa: PLR2004
        return date(born.year, born.day, born.month).isoformat()
    if chance < rates.date_swapped + rates.date_error:
        part = rng.choice(("year", "month", "day"))
        if part == "year":
            return date(born.year + rng.choice((-1, 1, -10, 10)), born.month, min(born.day, 28)).isoformat()
        if part == "month":
            return date(born.year, rng.randrange(1, 13), min(born.day, 28)).isoformat()
        return date(born.year, born.month, rng.randrange(1, 29)).isoformat()
    return text
