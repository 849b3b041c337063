"""Notices about second factors."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import SECURITY, Notice, Said, Topic

NOTICES: Mapping[str, Notice] = {
    "factor_removed": Notice(
        Said("Способ подтверждения входа отключён", "A second factor was removed"),
        Said(
            "От вашей учётной записи отключён один из способов подтверждения входа. Если это не вы, обратитесь в"
            " поддержку.",
            "A second factor was removed from your account. If it was not you, contact support.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "passkey_suspended": Notice(
        Said("Ключ доступа заблокирован", "A passkey was suspended"),
        Said(
            "Похоже, что у одного из ваших ключей доступа есть копия. Он больше не действует. Проверьте сеансы, удалите"
            " этот ключ и добавьте новый.",
            "One of your passkeys seems to have a copy. It no longer works. Check your sessions, delete that passkey"
            " and add a new one.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "recovery_codes_made": Notice(
        Said("Новые коды восстановления", "New recovery codes"),
        Said(
            "Для вашей учётной записи созданы новые коды восстановления, прежние не действуют. Если это не вы,"
            " обратитесь в поддержку.",
            "New recovery codes were made for your account; the earlier ones no longer work. If it was not you,"
            " contact support.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "recovery_code_used": Notice(
        Said("Использован код восстановления", "A recovery code was used"),
        Said(
            "Для подтверждения использован код восстановления. Если это не вы, завершите сеансы и создайте новые коды.",
            "A recovery code was used as a second factor. If it was not you, end your sessions and make new codes.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "recovery_codes_few": Notice(
        Said("Коды восстановления заканчиваются", "Few recovery codes are left"),
        Said(
            "Использован код восстановления, осталось не больше трёх. Создайте новые. Если это не вы, завершите"
            " сеансы.",
            "A recovery code was used, and at most three are left. Make new ones. If it was not you, end your"
            " sessions.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
}
