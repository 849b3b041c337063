"""Words of the portal's session and of sealed bodies."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "session-key:establish": Said("Создан ключ сеанса", "A session key was made"),
    "session-key:open": Said("Открыт ключ сеанса", "A session key was opened"),
}

THINGS: Mapping[str, Said] = {
    "session-key": Said("Ключ сеанса", "Session key"),
}
