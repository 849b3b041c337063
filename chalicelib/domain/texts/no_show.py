"""Words for what makes one more reminder of a visit come (domain/no_show.py): what is so, and no judgement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalicelib.domain.no_show import Term, Visit
from chalicelib.domain.texts.said import Said

WORDS: Mapping[str, Said] = {
    "lead": Said("много дней от записи до приёма ({days})", "many days from the booking to the visit ({days})"),
    "missed_share": Said("есть пропущенные приёмы ({missed})", "visits that were marked as missed ({missed})"),
    "first": Said("это первый приём, о котором знает Медкарта", "it is the first visit that Medkarta knows of"),
    "by_clinic": Said("записала клиника", "the clinic booked it"),
    "early": Said("приём до 9 часов утра", "the visit is before 9 in the morning"),
    "evening": Said("приём после 17 часов", "the visit is at 17 or later"),
    "monday": Said("приём в понедельник", "the visit is on a Monday"),
    "weekend": Said("приём в выходной", "the visit is at a weekend"),
    "dental": Said("приём у стоматолога", "the visit is to a dentist"),
    "diagnostics": Said("это исследование", "it is an examination by a device"),
    "specialist": Said("приём у специалиста", "the visit is to a specialist"),
}


def reasons(terms: Sequence[Term], visit: Visit) -> list[dict[str, str]]:
    """In both languages, in the order of the terms."""
    numbers = {"days": round(visit.lead), "missed": visit.missed}
    found = [(term.name, WORDS[term.name]) for term in terms]
    return [{"term": name, "ru": said.ru.format(**numbers), "en": said.en.format(**numbers)} for name, said in found]
