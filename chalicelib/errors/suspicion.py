"""Errors of suspicious activity (ID-11)."""

from __future__ import annotations

from chalicelib.errors.core import SessionEndedError

__all__ = ["SessionBlockedError"]


class SessionBlockedError(SessionEndedError):
    """The system stopped this session because of what was done in it; its owner can lift that from another one."""

    code = "session-blocked"
    title = "This session was blocked because of unusual activity"
    title_ru = "Сеанс заблокирован из-за необычной активности"
