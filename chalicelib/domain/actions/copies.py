"""Words of requests for copies and for a transfer in the access journal (DOC-5)."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "case:accept": Said("Заявление принято к исполнению", "An application was accepted"),
    "case:finish": Said("Заявление исполнено, можно получать", "What was applied for is ready"),
    "case:prepare": Said("Документы по заявлению готовят", "What was applied for is being prepared"),
    "case:receive": Said("Документы по заявлению получены", "What was applied for was received"),
    "case:send": Said("Документы по заявлению отправлены", "What was applied for was sent"),
}

REASONS: Mapping[str, Said] = {
    "transfer": Said("передача в другую организацию", "a transfer to another organisation"),
}
