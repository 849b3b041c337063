"""Words of the identity desk, of recoveries, of suspicious activity and of tickets."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "desk:compare": Said("Сверка данных с паспортом", "Data were compared with a passport"),
    "desk:confirm": Said("Личность подтверждена по паспорту", "An identity was confirmed by passport"),
    "desk:four-eyes": Said("Настройка: нужен ли второй оператор", "Setting: whether a second operator must approve"),
    "desk:look-up": Said("Поиск по паспорту в центре обслуживания", "A person was looked up by passport at a desk"),
    "first-account:check": Said(
        "Данные для учётной записи сверены с паролем", "Data of a first account were checked with its password"
    ),
    "first-account:complete": Said("Создана учётная запись владельца карты", "The owner of the card got an account"),
    "first-account:keep": Said("Контакты для учётной записи записаны", "Contacts for a first account were kept"),
    "first-account:open": Said("Создание учётной записи по паспорту начато", "A first account was begun by passport"),
    "recovery:approve": Said("Восстановление доступа одобрено", "A recovery was approved"),
    "recovery:cancel": Said("Восстановление доступа отменено", "A recovery was cancelled"),
    "recovery:check": Said("Проверка нового пароля и телефона", "A new password and telephone were checked"),
    "recovery:complete": Said("Доступ восстановлен", "An account was recovered"),
    "recovery:issue": Said("Выдан временный код", "A temporary code was issued"),
    "recovery:keep-former": Said("Прежние контакты сохранены на неделю", "Former contacts were kept for a week"),
    "recovery:list": Said("Просмотр восстановлений доступа", "Recoveries were listed"),
    "recovery:open": Said("Восстановление доступа начато", "A recovery was begun"),
    "recovery:read": Said("Просмотр восстановления доступа", "A recovery was read"),
    "recovery:redeem": Said("Временный код введён", "A temporary code was entered"),
    "recovery:send-code": Said("Отправка кода восстановления", "A recovery code was sent"),
    "recovery:stop": Said("Восстановление остановлено владельцем", "The owner stopped a recovery"),
    "password:change": Said("Смена пароля", "The password was changed"),
    "session:block": Said("Сеанс заблокирован системой", "The system blocked a session"),
    "session:unblock": Said("Блокировка сеанса снята", "A blocked session was released"),
    "session:watch": Said("Наблюдение за подозрительной активностью", "Watch over suspicious activity"),
    "sign-in:list": Said("Просмотр журнала входов", "Sign-ins were listed"),
    "sign-in:report": Said("Сообщение «Это не я» о входе", "A sign-in was reported as not one's own"),
    "ticket:mine": Said("Просмотр своих обращений", "One's own reports were listed"),
    "ticket:unblock": Said("Снятие блокировки по обращению", "A session was released because of a report"),
    "ticket:close": Said("Обращение закрыто", "A report was closed"),
    "ticket:create": Said("Обращение в службу безопасности", "A report to the security service"),
    "ticket:list": Said("Просмотр обращений", "Reports were listed"),
    "ticket:read": Said("Просмотр обращения", "A report was read"),
    "ticket:take": Said("Обращение взято в работу", "A report was taken up"),
    "ticket:step": Said("Работа с обращением", "Work on a report"),
}

REASONS: Mapping[str, Said] = {
    "not-opener": Said("код печатает тот, кто начал", "only who began it prints the code"),
    "desk-only": Said("отменяется только в центре обслуживания", "only an identity desk cancels it"),
    "stolen": Said("вход закрыт: сообщено о краже", "sign-in is closed: a theft was reported"),
    "weak-factor": Said("нужен другой фактор, не SMS", "a factor other than SMS is needed"),
    "fast-reads": Said("слишком быстрые просмотры", "reads too fast for a person"),
    "fast-reads-hour": Said("слишком много просмотров за час", "more reads in an hour than a person makes"),
    "many-refusals-hour": Said("много отказов за час", "many refusals in an hour"),
    "many-refusals": Said("много отказов подряд", "many refusals in a row"),
    "walking": Said("перебор пациентов", "walking through patients"),
    "new-country": Said("новое устройство и новая страна", "a new device in a new country"),
    "token-replay": Said("ключ сеанса на другом устройстве", "the session's token came from another device"),
    "brute-force": Said("подбор пароля", "guessing of a password"),
}

THINGS: Mapping[str, Said] = {
    "recovery": Said("Восстановление доступа", "Recovery of an account"),
    "former": Said("Прежние контакты", "Former contacts"),
    "sign-in": Said("Вход", "Sign-in"),
    "ticket": Said("Обращение", "Report"),
}
