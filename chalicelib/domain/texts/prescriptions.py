"""Notices of prescriptions and of orders at pharmacies (RX-3…RX-7)."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import NEWS, Notice, Said, Topic

NOTICES: Mapping[str, Notice] = {
    "prescription_dispensed": Notice(
        Said("Рецепт отпущен", "A prescription was dispensed"),
        Said("Аптека отпустила лекарство по вашему рецепту.", "A pharmacy dispensed your prescription."),
        NEWS,
        urgent=True,
    ),
    "prescription_dispensing_reversed": Notice(
        Said("Отпуск по рецепту отменён", "A dispensing was reversed"),
        Said(
            "Аптека отменила отпуск по вашему рецепту как ошибочный. Если лекарство у вас, обратитесь в аптеку.",
            "A pharmacy took back a dispensing by your prescription as a mistake. If you have the drug, ask there.",
        ),
        NEWS,
        urgent=True,
    ),
    "prescription_revoked": Notice(
        Said("Рецепт отозван", "A prescription was revoked"),
        Said("Врач отозвал рецепт. Код больше не действует.", "The doctor revoked it. Its code no longer works."),
        NEWS,
    ),
    "prescription_expiring": Notice(
        Said("Срок рецепта заканчивается", "A prescription is about to end"),
        Said(
            "Срок действия одного из ваших рецептов скоро закончится, а по нему получено не всё.",
            "One of your prescriptions ends soon, and not everything was dispensed by it.",
        ),
        NEWS,
        topic=Topic.REMINDERS,
        urgent=True,
    ),
    "pharmacy_order_confirmed": Notice(
        Said("Аптека приняла заказ", "The pharmacy took your order"),
        Said("Аптека подтвердила ваш заказ.", "The pharmacy confirmed your order."),
        NEWS,
    ),
    "pharmacy_order_ready": Notice(
        Said("Заказ в аптеке готов", "Your order is ready"),
        Said("Аптека собрала ваш заказ. Возьмите с собой код рецепта.", "Your order is ready. Take the code with you."),
        NEWS,
        urgent=True,
    ),
    "pharmacy_order_collected": Notice(
        Said("Заказ получен", "Your order was collected"),
        Said("Аптека отметила, что заказ получен.", "The pharmacy says that the order was collected."),
        NEWS,
    ),
    "pharmacy_order_refused": Notice(
        Said("Аптека отклонила заказ", "The pharmacy refused your order"),
        Said("Аптека не может выполнить заказ. Подробности в кабинете.", "The pharmacy cannot fulfil your order."),
        NEWS,
        urgent=True,
    ),
    "pharmacy_order_cancelled": Notice(
        Said("Заказ в аптеке отменён", "Your order was cancelled"),
        Said("Заказ в аптеке отменён.", "The order at the pharmacy was cancelled."),
        NEWS,
    ),
    "payment_changed": Notice(
        Said("Страховая сообщила об оплате", "The insurer spoke of a payment"),
        Said(
            "Изменилось состояние оплаты медицинской услуги. Подробности в разделе «Оплата».",
            "The payment for a medical service changed. See “Payments” for details.",
        ),
        NEWS,
    ),
    "pharmacy_order_failed": Notice(
        Said("Заказ в аптеке не удался", "Your order did not succeed"),
        Said("Аптека не отвечает. Закажите ещё раз или в другой.", "The pharmacy does not answer. Order again."),
        NEWS,
        urgent=True,
    ),
}
