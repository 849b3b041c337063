"""Notices about links to a card (DOC-4)."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import NEWS, SECURITY, Notice, Said, Topic

NOTICES: Mapping[str, Notice] = {
    "share_made": Notice(
        Said("Создана ссылка для доступа к карте", "A link to the card was made"),
        Said(
            "По ссылке часть карты можно открыть без учётной записи. Если её создали не вы, отзовите её в разделе"
            " «Ссылки» и смените пароль.",
            "By a link a part of the card can be opened without an account. If it was not you who made it, revoke it"
            " under “Links” and change your password.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
    "share_opened": Notice(
        Said("Карту открыли по ссылке", "The card was opened by a link"),
        Said(
            "По ссылке открыли то, чем вы поделились. Когда и что прочитали, показывает журнал ссылки в разделе"
            " «Ссылки».",
            "What you shared was opened by a link. The link's journal under “Links” shows when, and what was read.",
        ),
        NEWS,
    ),
    "share_locked": Notice(
        Said("Ссылка заблокирована", "A link was locked"),
        Said(
            "К ссылке подбирали код доступа, она больше не открывается. Если она ещё нужна, создайте новую и передайте"
            " код другим способом.",
            "Somebody tried passcodes of a link, and it opens no more. If it is still needed, make a new one and send"
            " the passcode another way.",
        ),
        SECURITY,
        topic=Topic.SECURITY,
        urgent=True,
    ),
}
