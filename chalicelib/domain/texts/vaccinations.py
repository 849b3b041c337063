"""Words of the printed vaccination certificate."""

from __future__ import annotations

from chalicelib.domain.texts.said import Said

TITLE = Said("Сертификат о профилактических прививках", "Certificate of vaccination")
ISSUED_BY = Said("Электронная медицинская карта «Медкарта»", "Medkarta, electronic medical card")
LIST = Said("Прививки", "Vaccinations")
COLUMNS: tuple[Said, ...] = (
    Said("Дата", "Date"),
    Said("Вакцина", "Vaccine"),
    Said("Этап", "Stage"),
    Said("Серия", "Lot"),
    Said("Организация", "Organisation"),
    Said("В коде", "In code"),
)
IN_CODE = Said("да", "yes")
ABOUT = Said("О коде", "About the code")
EXPLAINED = Said(
    "Код — SMART Health Card: в нём подписаны отмеченные прививки. Код называет владельца: фамилию, имя, отчество и"
    " дату рождения прочтёт каждый, кому вы его покажете. Подпись доказывает, что сведения выданы этой системой и не"
    " изменены; не отозван ли сертификат, проверяющий узнаёт из списка по адресу издателя: {issuer}.\n"
    "V — вакцинация, R — ревакцинация, цифра — номер дозы.",
    "The code is a SMART Health Card: the vaccinations that are marked are signed in it. It names its holder: whoever"
    " reads it reads the full name and the date of birth. The signature proves that this system issued the data and"
    " that nothing was changed; whether the certificate was revoked, a verifier learns from the list at the issuer's"
    " address: {issuer}.\nV is a vaccination, R a revaccination, the digit the number of the dose.",
)
CAPTION = Said(
    "SMART Health Card. Показывайте только тем, кому доверяете.", "SMART Health Card. Show it to whom you trust."
)
FOOTER = Said("Сформировано системой «Медкарта» по просьбе владельца", "Made by Medkarta at the holder's request")
PATIENT = Said("Владелец", "Holder")
BORN = Said("Дата рождения", "Date of birth")
SIGNED = Said("Код подписан электронно", "The code is signed electronically")
KEY = Said("Ключ", "Key")
ISSUER = Said("Издатель", "Issuer")
