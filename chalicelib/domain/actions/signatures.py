"""Words of electronic signatures and of the trust store."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "session:signature": Said("Вход: электронная подпись", "Sign-in: electronic signature"),
    "signature:begin": Said("Вход по электронной подписи: начало", "Sign-in by electronic signature was begun"),
    "signature:finish": Said("Вход по электронной подписи", "Sign-in by electronic signature"),
    "identity-signature:begin": Said(
        "Подтверждение личности подписью: начало", "Confirmation of identity by signature was begun"
    ),
    "identity-signature:compare": Said("Сверка профиля с сертификатом", "The profile was compared with a certificate"),
    "identity-signature:finish": Said(
        "Подтверждение личности электронной подписью", "Confirmation of identity by electronic signature"
    ),
    "trust:list": Said("Просмотр доверенных удостоверяющих центров", "The trust store was read"),
    "trust:propose": Said("Предложен доверенный удостоверяющий центр", "An anchor of trust was proposed"),
    "trust:approve": Said("Утверждён доверенный удостоверяющий центр", "An anchor of trust was approved"),
    "trust:remove": Said("Удостоверяющему центру больше не доверяют", "An anchor of trust was removed"),
    "trust:replace-list": Said("Обновлён список отозванных сертификатов", "A revocation list was replaced"),
}
THINGS: Mapping[str, Said] = {
    "signature": Said("Электронная подпись", "Electronic signature"),
    "trust": Said("Доверенные удостоверяющие центры", "Trust store"),
}
