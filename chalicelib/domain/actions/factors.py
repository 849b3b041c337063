"""What is done with second factors."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import Said

ACTIONS: Mapping[str, Said] = {
    "passkey:options": Said("Подключение ключа доступа", "A passkey is being added"),
    "passkey:add": Said("Ключ доступа подключён", "A passkey was added"),
    "passkey:list": Said("Просмотр ключей доступа", "Passkeys were listed"),
    "passkey:rename": Said("Ключ доступа переименован", "A passkey was renamed"),
    "passkey:delete": Said("Ключ доступа удалён", "A passkey was deleted"),
    "passkey:suspend": Said("Ключ доступа заблокирован", "A passkey was suspended"),
    "recovery-codes:left": Said("Просмотр числа кодов восстановления", "The number of recovery codes was read"),
    "recovery-codes:make": Said("Созданы коды восстановления", "Recovery codes were made"),
    "session:ask-passkey": Said("Запрос подтверждения ключом доступа", "A passkey was asked for"),
    "sms-factor:set": Said("Включение или отключение SMS как второго фактора", "SMS as a second factor: on or off"),
    "step-up-ask-passkey": Said("Запрос подтверждения ключом доступа", "A passkey was asked for"),
    "totp:remove": Said("Приложение-аутентификатор отключено", "The authenticator app was removed"),
}

REASONS: Mapping[str, Said] = {
    "counter": Said(
        "счётчик подписей пошёл назад: есть копия ключа", "the signature counter went back: the key has a copy"
    ),
}

THINGS: Mapping[str, Said] = {
    "passkey": Said("Ключ доступа", "Passkey"),
    "recovery-codes": Said("Коды восстановления", "Recovery codes"),
    "sms-factor": Said("Подтверждение по SMS", "Confirmation by SMS"),
}
