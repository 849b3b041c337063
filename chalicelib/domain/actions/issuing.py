"""Words of issued documents: signing certificates, stamps, verification, signatures of uploads."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "document:verify": Said("Проверка подлинности документа по коду", "A document was verified by its code"),
    "seal-certificate:request": Said(
        "Запрос на сертификат печати организации", "A certificate for the organisation's seal was asked for"
    ),
    "seal-certificate:read": Said(
        "Просмотр сертификата печати организации", "The certificate of the organisation's seal was read"
    ),
    "seal-certificate:put": Said(
        "Установлен сертификат печати организации", "The certificate of the organisation's seal was put in use"
    ),
    "seal-certificate:withdraw": Said(
        "Сертификат печати организации выведен из действия", "The certificate of the organisation's seal was withdrawn"
    ),
    "seal-certificate:use": Said(
        "Документ подписан электронной печатью организации", "A document was signed with the organisation's seal"
    ),
    "signing-certificate:request": Said(
        "Запрос на сертификат подписи врача", "A certificate for a doctor's signature was asked for"
    ),
    "signing-certificate:name": Said(
        "Имя врача взято в запрос на сертификат", "A doctor's name went into a request for a certificate"
    ),
    "signing-certificate:read": Said(
        "Просмотр сертификата подписи врача", "The certificate of a doctor's signature was read"
    ),
    "signing-certificate:put": Said(
        "Установлен сертификат подписи врача", "The certificate of a doctor's signature was put in use"
    ),
    "signing-certificate:withdraw": Said(
        "Сертификат подписи врача выведен из действия", "The certificate of a doctor's signature was withdrawn"
    ),
    "signing-certificate:use": Said(
        "Документ подписан электронной подписью врача", "A document was signed with a doctor's signature"
    ),
    "organisation-stamp:put": Said("Загружено изображение печати организации", "The organisation's stamp was uploaded"),
    "organisation-stamp:check": Said("Проверка изображения печати", "The organisation's stamp was checked"),
    "organisation-stamp:refuse": Said("Изображение печати отклонено", "The organisation's stamp was refused"),
    "organisation-stamp:accept": Said("Изображение печати принято", "The organisation's stamp was accepted"),
    "organisation-stamp:read": Said("Просмотр печати организации", "The organisation's stamp was read"),
    "organisation-stamp:image": Said("Просмотр изображения печати", "The picture of the stamp was read"),
    "organisation-stamp:remove": Said("Печать организации удалена", "The organisation's stamp was removed"),
    "organisation-stamp:use": Said("Печать организации на документе", "The organisation's stamp was put on a document"),
    "upload-signature:put": Said("Приложена подпись к файлу", "A signature was added to a file"),
    "upload-signature:read": Said("Просмотр подписи файла", "The signature of a file was read"),
    "upload-signature:check": Said("Проверка подписи файла", "The signature of a file was checked"),
}
THINGS: Mapping[str, Said] = {
    "seal-certificate": Said("Сертификат печати организации", "Certificate of an organisation's seal"),
    "signing-certificate": Said("Сертификат подписи врача", "Certificate of a doctor's signature"),
    "organisation-stamp": Said("Печать организации", "Organisation's stamp"),
    "upload-signature": Said("Подпись файла", "Signature of a file"),
}
