"""Words of vaccinations and their certificates."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "vaccination-certificate:print": Said("Печать сертификата о прививках", "The vaccination certificate was printed"),
    "vaccination-certificate:file": Said(
        "Скачивание файла сертификата о прививках", "The file of a vaccination certificate was downloaded"
    ),
    "health-card:keys": Said("Запрос ключей сертификатов", "The keys of certificates were asked for"),
    "health-card:revocations": Said(
        "Запрос списка отозванных сертификатов", "The list of revoked certificates was asked for"
    ),
}
