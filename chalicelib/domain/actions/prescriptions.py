"""Words of prescriptions, of dispensing, and of orders at pharmacies."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "chain-order-list": Said("Просмотр заказов аптечной сетью", "A chain of pharmacies looked at its orders"),
    "chain-order-report": Said("Аптечная сеть сообщила о заказе", "A chain of pharmacies spoke of an order"),
    "insurance-payment-mine": Said("Просмотр сведений об оплате", "What was said of payments was looked at"),
    "insurance-payment-report": Said("Сообщение страховой об оплате", "A word of an insurer about a payment"),
    "insurance-policy-check": Said("Проверка полиса страховой", "An insurer's question about a policy"),
    "pharmacy-order:report": Said("Аптечная сеть сообщила о заказе", "A chain of pharmacies spoke of an order"),
    "payment:list": Said("Просмотр сведений об оплате", "What was said of payments was looked at"),
    "payment:report": Said("Страховая сообщила об оплате услуги", "An insurer spoke of the payment for a service"),
    "policy:verify": Said("Страховая проверила полис", "An insurer verified a policy"),
    "prescription:check": Said("Проверка назначения на предупреждения", "A prescription was checked for warnings"),
    "prescription:dispensings": Said("Просмотр отпусков по рецепту", "Dispensings of a prescription were read"),
    "prescription:refused-code": Said("Код рецепта отклонён", "A prescription code was refused"),
    "prescription:replace": Said("Замена рецепта", "A prescription was replaced"),
    "prescription:reverse-dispensing": Said("Отмена отпуска по рецепту", "A dispensing was reversed"),
    "prescription:sign": Said(
        "Проверка имени врача при подписи рецепта", "The doctor's name was checked for a signature"
    ),
    "prescription:status": Said(
        "Проверка состояния рецепта по коду", "The state of a prescription was read by its code"
    ),
    "prescription:unknown-code": Said("Неизвестный код рецепта", "An unknown prescription code"),
    "prescription:verify": Said("Проверка рецепта аптекой", "A pharmacy verified a prescription"),
    "prescription:reverse": Said("Отмена отпуска по рецепту", "A dispensing was reversed"),
    "loyalty:list": Said("Просмотр аптечных сетей", "Chains of pharmacies were listed"),
    "loyalty:give": Said("Согласие на передачу номера программы лояльности", "Consent to pass on a loyalty number"),
    "loyalty:withdraw": Said("Согласие на номер лояльности отозвано", "Consent about a loyalty number was withdrawn"),
    "pharmacy-order:ask": Said("Запрос наличия в аптеках", "Pharmacies were asked for stock"),
    "pharmacy-order:stock": Said("Запрос наличия в аптеках", "Pharmacies were asked for stock"),
    "pharmacy-order:create": Said("Заказ в аптеке", "An order at a pharmacy"),
    "pharmacy-order:request": Said("Заказ в аптеке", "An order at a pharmacy"),
    "pharmacy-order:place": Said("Заказ передан аптеке", "An order was told to the pharmacy"),
    "pharmacy-order:standing": Said("Аптека изменила состояние заказа", "The pharmacy changed the state of an order"),
    "pharmacy-order:cancel": Said("Отмена заказа в аптеке", "An order at a pharmacy was cancelled"),
    "pharmacy-order:end": Said("Заказ в аптеке закрыт системой", "An order was closed by the system"),
    "pharmacy-order:list": Said("Просмотр заказов в аптеках", "Orders at pharmacies were read"),
    "pharmacy-order:read": Said("Просмотр заказа в аптеке", "An order at a pharmacy was read"),
}

THINGS: Mapping[str, Said] = {
    "payment": Said("Оплата", "Payment"),
    "dispensing": Said("Отпуск лекарства", "Dispensing"),
    "loyalty": Said("Программа лояльности аптеки", "Loyalty programme of a pharmacy"),
    "pharmacy-order": Said("Заказ в аптеке", "Order at a pharmacy"),
}
