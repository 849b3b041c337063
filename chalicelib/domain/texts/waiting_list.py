"""Notices: the waiting list, offers of freed slots, and changes by the clinic (APT-2)."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import Notice, Said, Topic

LOOK = Said(
    "Медкарта: изменение в листе ожидания. Откройте кабинет.",
    "Medkarta: a change in your waiting list. Open your cabinet.",
)

NOTICES: Mapping[str, Notice] = {
    "slot_offered": Notice(
        Said("Освободилось время", "A time has come free"),
        Said(
            "Для вас отложено время {when}. Примите или отклоните его в разделе «Лист ожидания»: там сказано, до какого"
            " часа оно ваше.",
            "{when} is held for you. Accept or decline it under “Waiting list”, which says until when it is yours.",
        ),
        Said(
            "Медкарта: для вас отложено время {when}. Ответьте в кабинете.",
            "Medkarta: {when} is held for you. Answer in your cabinet.",
        ),
        topic=Topic.VISITS,
        urgent=True,
    ),
    "offer_lapsed": Notice(
        Said("Время ушло следующему", "A time went to the next"),
        Said(
            "Вы не ответили, и отложенное время больше не ваше. Вы остались в листе ожидания на своём месте; после трёх"
            " предложений без ответа ожидание заканчивается.",
            "You did not answer, and the time is yours no more. You keep your place in the list; after three offers"
            " without an answer waiting ends.",
        ),
        LOOK,
        topic=Topic.VISITS,
    ),
    "offer_withdrawn": Notice(
        Said("Предложение отозвано", "An offer was withdrawn"),
        Said(
            "Клиника изменила расписание, и отложенного для вас времени больше нет. Вы остались в листе ожидания.",
            "The clinic changed the schedule, and the time that was held for you is gone. You keep your place.",
        ),
        LOOK,
        topic=Topic.VISITS,
        urgent=True,
    ),
    "waiting_ended": Notice(
        Said("Ожидание закончилось", "Waiting has ended"),
        Said(
            "Вы больше не в листе ожидания: прошёл последний день, вы записались иначе или не ответили на три"
            " предложения. Причину показывает раздел «Лист ожидания».",
            "You wait no more: the last day is over, you booked otherwise, or three offers were not answered. “Waiting"
            " list” says which.",
        ),
        LOOK,
        topic=Topic.VISITS,
    ),
    "visit_displaced": Notice(
        Said("Приём не состоится в это время", "A visit cannot take place then"),
        Said(
            "Клиника изменила расписание, приёма {when} не будет. Выберите другое время или отмените запись в разделе"
            " «Записи на приём»: там ближайшее свободное время и срок ответа. Без ответа запись будет отменена.",
            "The clinic changed its schedule: the visit of {when} cannot take place. Choose another time or cancel"
            " under “Appointments”, which shows what is free and until when to answer; else it will be cancelled.",
        ),
        Said(
            "Медкарта: запись на {when} нужно перенести. Откройте кабинет.",
            "Medkarta: your booking of {when} has to be moved. Open your cabinet.",
        ),
        topic=Topic.VISITS,
        urgent=True,
    ),
    "visit_restored": Notice(
        Said("Приём состоится", "The visit takes place after all"),
        Said(
            "Расписание снова прежнее: приём {when} состоится, отвечать не нужно.",
            "The schedule is as it was: the visit of {when} takes place, and nothing has to be answered.",
        ),
        Said(
            "Медкарта: запись на {when} снова действует.",
            "Medkarta: your booking of {when} stands again.",
        ),
        topic=Topic.VISITS,
        urgent=True,
    ),
    "visit_unanswered": Notice(
        Said("Запись отменена клиникой", "The clinic cancelled a visit"),
        Said(
            "Приёма {when} не будет: расписание изменилось, а другое время вы не выбрали. Запишитесь снова, когда вам"
            " удобно.",
            "The visit of {when} does not take place: the schedule changed, and you chose no other time. Book again"
            " when it suits you.",
        ),
        Said(
            "Медкарта: запись на {when} отменена. Подробности в кабинете.",
            "Medkarta: your booking of {when} was cancelled. See your cabinet.",
        ),
        topic=Topic.VISITS,
        urgent=True,
    ),
}
