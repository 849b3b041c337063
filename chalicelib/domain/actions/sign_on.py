"""Words of single sign-on and of confirming an identity at a provider."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "provider:list": Said("Просмотр служб входа", "Sign-in services were listed"),
    "sign-on:begin": Said("Вход через внешнюю службу: начало", "Sign-in through another service: begun"),
    "sign-on:finish": Said("Вход через внешнюю службу", "Sign-in through another service"),
    "sign-on:return": Said("Возвращение от внешней службы", "Return from another service"),
    "identity-confirmation:begin": Said("Подтверждение личности начато", "A confirmation of identity began"),
    "identity-confirmation:finish": Said("Подтверждение личности", "Confirmation of identity"),
    "identity-confirmation:compare": Said("Сверка профиля", "The profile was compared"),
    "link:list": Said("Просмотр связанных служб входа", "Linked sign-in services were listed"),
    "link:remove": Said("Связь со службой входа удалена", "A link to a sign-in service was removed"),
}

REASONS: Mapping[str, Said] = {
    "flow": Said("вход не начинался, закончен или просрочен", "it was not begun, is over, or came too late"),
    "another-browser": Said("начато на другом устройстве", "begun on another device"),
    "mix-up": Said("ответ другой службы", "the answer of another service"),
    "provider-code": Said("служба не приняла код", "the service did not take the code"),
    "id-token": Said("ответ службы не подошёл", "the service's answer does not fit"),
}

THINGS: Mapping[str, Said] = {
    "link": Said("Служба входа", "Sign-in service"),
}
