"""Consent given of one's own accord, closed cards, emergency access, representatives."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "block:list": Said("Просмотр списка запретов", "The list of closed doors was read"),
    "block:put": Said(
        "Карта закрыта для сотрудника или организации", "The card was closed to a person or organisation"
    ),
    "block:remove": Said("Запрет на доступ снят", "The card was opened again to whom it was closed"),
    "card:break-glass": Said("Экстренный доступ к карте без согласия", "Emergency access to the card without consent"),
    "consent:grant": Said("Согласие дано без запроса", "Consent was given without a request"),
    "consent:withdrawn": Said("Согласие отозвано", "Consent was revoked"),
    "directory:organisations": Said("Просмотр списка организаций", "The directory of organisations was read"),
    "emergency:decide": Said("Решение об обоснованности экстренного доступа", "Decision on an emergency access"),
    "emergency:describe": Said("Причина экстренного доступа записана", "The reason of an emergency access was stored"),
    "emergency:list": Said("Просмотр экстренных доступов", "Emergency accesses were listed"),
    "emergency:name": Said("Имя врача для записи об экстренном доступе", "The doctor's name for an emergency access"),
    "emergency:open": Said("Запрос экстренного доступа", "Request for emergency access"),
    "emergency:queue": Said("Просмотр очереди экстренных доступов", "The queue of emergency accesses was read"),
    "emergency:read": Said("Просмотр причины экстренного доступа", "The reason of an emergency access was read"),
    "representation:end": Said("Представительство прекращено", "A representation was ended"),
    "representation:grant": Said("Представитель назначен", "A representative was appointed"),
    "representation:list": Said("Просмотр списка представителей", "Representatives were listed"),
    "representation:name": Said("Имя для списка представителей или подопечных", "A name for a list of representatives"),
    "restriction:create": Said("Врач ограничил представителя", "A doctor restricted a representative"),
    "restriction:list": Said("Врач просмотрел список представителей", "A doctor listed the representatives"),
    "restriction:read": Said("Просмотр причины ограничения представителя", "The reason of a restriction was read"),
    "representation:wards": Said("Просмотр списка подопечных", "Wards were listed"),
}

REASONS: Mapping[str, Said] = {
    "another-delivery": Said("запись принесла не эта система", "the record was brought by somebody else"),
    "application": Said("пациент разрешил приложению", "the patient let the application in"),
    "application-ended": Said("разрешение приложению закончилось", "what the patient let the application do has ended"),
    "delivery": Said("система передала запись в карту", "a partner's system brought the record"),
    "own-delivery": Said("запись принесла эта же система", "the same system had brought the record"),
    "blocked": Said("пациент закрыл доступ", "the patient closed the card to them"),
    "emergency": Said("экстренный доступ", "emergency access"),
    "representation": Said("законный или назначенный представитель", "legal or appointed representative"),
    "representation-ended": Said("представительство прекращено", "the representation has ended"),
    "representation-scope": Said("за пределами прав представителя", "outside what the representative may do"),
    "self": Said("решение о себе", "a decision about oneself"),
    "too-many": Said("слишком много экстренных доступов за день", "too many emergency accesses in a day"),
    # why the glass was broken
    "unconscious": Said("пациент без сознания", "the patient is unconscious"),
    "life-threat": Said("угроза жизни", "a threat to life"),
    "cannot-consent": Said("пациент не может выразить волю", "the patient cannot consent"),
    "infection-threat": Said("угроза заражения других", "a threat of infection to others"),
    # why a doctor restricted a representative
    "safeguarding": Said("защита интересов пациента", "to protect the patient"),
    "patient-wish": Said("просьба пациента", "the patient's wish"),
    "conflict": Said("спор между представителями", "a conflict between representatives"),
}

PURPOSES: Mapping[str, Said] = {
    "second-opinion": Said("второе мнение", "second opinion"),
    "emergency": Said("экстренная помощь", "emergency care"),
}

THINGS: Mapping[str, Said] = {
    "block": Said("Запрет на доступ", "Closed door"),
    "emergency": Said("Экстренный доступ", "Emergency access"),
    "representation": Said("Представительство", "Representation"),
    "restriction": Said("Ограничение представителя", "Restriction of a representative"),
}
