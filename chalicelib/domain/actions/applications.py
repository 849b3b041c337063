"""Words of the access journal: applications that a patient lets into the card (SMART app launch), bound tokens."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "app:allow": Said("Приложению разрешён доступ к карте", "An application was let into the card"),
    "app:ask": Said("Приложение просит доступ", "An application asked for access"),
    "app:give-back": Said("Приложение вернуло токен", "An application gave a token back"),
    "app:mine": Said("Просмотр своих приложений", "One's own applications were listed"),
    "app-request:read": Said("Просмотр запроса приложения", "The wish of an application was read"),
    "partner-keys:replace": Said("Смена ключей партнёра администратором", "An administrator changed a partner's keys"),
    "partner-keys:rotate": Said("Смена ключей партнёром", "A partner changed its keys"),
    "smart:configuration": Said("Просмотр адресов авторизации", "Addresses of authorisation were read"),
    "smart-configuration:fhir": Said("Просмотр адресов авторизации", "Addresses of authorisation were read"),
    "app:end": Said("Доступ приложения к карте прекращён", "An application's access to the card was ended"),
    "app:inspect": Said("Приложение проверило свой токен", "An application asked about its token"),
    "app:list": Said("Просмотр списка приложений", "Applications were listed"),
    "app:refuse": Said("Приложению отказано в доступе", "An application was refused"),
    "app:register": Said("Регистрация приложения", "An application was registered"),
    "app:request": Said("Просмотр запроса приложения", "The wish of an application was read"),
    "app:revoke": Said("Регистрация приложения прекращена", "The registration of an application was ended"),
    "app:token": Said("Приложение получило доступ", "An application got a token"),
}

REASONS: Mapping[str, Said] = {
    "dpop-another-key": Said("чужой ключ", "another key than the token's"),
    "dpop-ath": Said("подтверждение ключа для другого токена", "a proof for another token"),
    "dpop-htm": Said("подтверждение ключа для другого метода", "a proof for another method"),
    "dpop-htu": Said("подтверждение ключа для другого адреса", "a proof for another address"),
    "dpop-iat": Said("подтверждение ключа не сейчас сделано", "a proof that was not made now"),
    "dpop-jti": Said("подтверждение ключа без номера", "a proof without a number"),
    "dpop-missing": Said("нет подтверждения ключа", "no proof of the key"),
    "dpop-proof": Said("подтверждение ключа неверно", "a proof that is not right"),
    "dpop-unbound": Said("токен не привязан к ключу", "a token that is bound to no key"),
    "dpop-used": Said("подтверждение ключа уже использовано", "a proof that was used"),
    "pkce": Said("код получен не этим приложением", "the code was asked for by somebody else"),
    "redirect": Said("другой адрес возврата", "another address of return"),
    "used-twice": Said("использовано дважды", "used twice"),
}

THINGS: Mapping[str, Said] = {"app": Said("Приложение", "Application")}
