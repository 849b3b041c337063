"""Notices of connected sources and of the policy (ACT-3, ACT-4)."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import NEWS, Notice, Said

NOTICES: Mapping[str, Notice] = {
    "source_gathered": Notice(
        Said("Получены данные из внешнего источника", "Data came from a connected source"),
        Said(
            "В карту добавлены записи из подключённых источников. У каждой записи указано, откуда она.",
            "Records of connected sources were put into your card. Each says where it came from.",
        ),
        NEWS,
    ),
    "source_failed": Notice(
        Said("Источник данных не отвечает", "A source of data does not answer"),
        Said(
            "Не удалось получить записи из подключённого источника. Попытка повторится завтра. Смотрите раздел"
            " «Источники».",
            "Records of a connected source could not be fetched. They are asked for again tomorrow. See “Sources”.",
        ),
        NEWS,
    ),
    "policy_active": Notice(
        Said("Полис ОМС действует", "Your insurance policy is active"),
        Said("Реестр подтверждает, что ваш полис ОМС действует.", "The registry confirms that your policy is active."),
        NEWS,
    ),
    "policy_closed": Notice(
        Said("Полис ОМС закрыт", "Your insurance policy is closed"),
        Said(
            "По данным реестра ваш полис ОМС закрыт. Обратитесь в страховую организацию.",
            "The registry says that your policy is closed. Ask your insurer.",
        ),
        NEWS,
        urgent=True,
    ),
    "policy_unknown": Notice(
        Said("Полис ОМС не найден", "Your insurance policy was not found"),
        Said(
            "Реестр не находит ваш полис ОМС. Проверьте номер полиса или обратитесь в страховую организацию.",
            "The registry does not know your policy. Check its number, or ask your insurer.",
        ),
        NEWS,
        urgent=True,
    ),
    "policy_number_changed": Notice(
        Said("Номер полиса ОМС изменился", "The number of your policy has changed"),
        Said(
            "По данным реестра у вашего полиса ОМС новый номер. Он внесён в карту.",
            "The registry has a new number of your policy. It is in your card now.",
        ),
        NEWS,
        urgent=True,
    ),
    "policy_disputed": Notice(
        Said("Нужно уточнить полис ОМС", "Your policy has to be looked into"),
        Said(
            "Номер полиса из реестра уже указан в другой карте. Обратитесь в регистратуру.",
            "The number that the registry of policies names stands on another card. Ask a registrar of your clinic.",
        ),
        NEWS,
        urgent=True,
    ),
}
