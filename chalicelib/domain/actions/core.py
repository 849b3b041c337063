"""Words of the first day; a topic that comes later has its own module beside this one."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.access import Action
from chalicelib.domain.texts import Said

VERBS: Mapping[str, Said] = {
    Action.READ: Said("Просмотр записи: {kind}", "A record was read: {kind}"),
    Action.LIST: Said("Просмотр списка записей: {kind}", "Records were listed: {kind}"),
    Action.HISTORY: Said("Просмотр истории изменений: {kind}", "The history of a record was read: {kind}"),
    Action.CREATE: Said("Новая запись: {kind}", "A record was added: {kind}"),
    Action.AMEND: Said("Исправление записи: {kind}", "A record was amended: {kind}"),
    Action.DOWNLOAD: Said("Скачивание документа: {kind}", "A document was downloaded: {kind}"),
    Action.DISPENSE: Said("Отпуск лекарства: {kind}", "A medicine was dispensed: {kind}"),
    Action.REVOKE: Said("Отзыв: {kind}", "Revoked: {kind}"),
    Action.CONFIRM: Said("Подтверждение записи пациента: {kind}", "A patient's entry was confirmed: {kind}"),
    "export": Said("Выгрузка записей: {kind}", "Records were exported: {kind}"),
}
"""What is done to a clinical record; ``{kind}`` is its label in the registry."""

ACTIONS: Mapping[str, Said] = {
    # the card
    "application:decide": Said("Решение по заявлению", "Decision on an application"),
    "application:list": Said("Просмотр очереди заявлений", "The queue of applications was read"),
    "application:read": Said("Просмотр заявления", "An application was read"),
    "card:applications": Said("Просмотр очереди заявлений", "The queue of applications was read"),
    "card:apply": Said("Заявление на подключение карты", "Application for the card"),
    "card:complete": Said("Рассмотрение заявления: открыт полис", "Application under review: the policy was opened"),
    "card:completed": Said("Карта открыта", "The card was opened"),
    "card:rejected": Said("Заявление отклонено", "The application was refused"),
    "card:review": Said("Просмотр заявления", "An application was read"),
    "card:state": Said("Просмотр состояния карты", "The state of the card was read"),
    "patient:look-up": Said("Поиск пациента по СНИЛС", "A patient was looked up by SNILS"),
    "policy:set": Said("Полис ОМС внесён", "The insurance policy was entered"),
    "overview:read": Said("Просмотр общих сведений карты", "The overview of the card was read"),
    "document:issue": Said("Документ сформирован", "A document was made"),
    # consent
    "consent:answer": Said("Ответ на запрос согласия", "Answer to a request for consent"),
    "consent:describe": Said(
        "Имя запросившего добавлено к запросу согласия", "The requester's name was put to a request"
    ),
    "consent:granted": Said("Согласие дано", "Consent was granted"),
    "consent:journal": Said("Просмотр журнала согласий", "The journal of consent was read"),
    "consent:list": Said("Просмотр согласий", "Consents were listed"),
    "consent:my-patients": Said("Просмотр списка своих пациентов", "A member of staff listed their patients"),
    "consent:refused": Said("В согласии отказано", "Consent was refused"),
    "consent:request": Said("Запрос согласия", "Request for consent"),
    "consent:requested": Said("Запрос согласия", "Request for consent"),
    "consent:revoked": Said("Согласие отозвано", "Consent was revoked"),
    # account and sessions
    "profile:change": Said("Изменение настроек", "Settings were changed"),
    "profile:print": Said(
        "Имя и дата рождения для документа или уведомления", "Name and birth date for a document or notice"
    ),
    "profile:read": Said("Просмотр профиля", "The profile was read"),
    "profile:review": Said("Сверка личных данных", "Personal data were compared with the papers"),
    "registration:confirm": Said("Подтверждение регистрации", "Registration was confirmed"),
    "registration:create": Said("Регистрация", "Registration"),
    "registration:open": Said("Обработка регистрации", "A registration was processed"),
    "registration:send-codes": Said("Отправка кодов регистрации", "Registration codes were sent"),
    "session:check-totp": Said("Проверка кода приложения", "A code of the authenticator app was checked"),
    "session:create": Said("Вход", "Sign-in"),
    "session:end": Said("Завершение сеанса", "A session was ended"),
    "session:end-others": Said("Завершение других сеансов", "All other sessions were ended"),
    "session:factor": Said("Вход: второй фактор", "Sign-in: second factor"),
    "session:list": Said("Просмотр сеансов", "Sessions were listed"),
    "session:password": Said("Вход: пароль", "Sign-in: password"),
    "session:refresh": Said("Продление сеанса", "A session was renewed"),
    "session:revoke": Said("Сеанс завершён системой", "The system ended a session"),
    "session:role": Said("Смена роли", "Change of role"),
    "session:send-code": Said("Отправка кода входа", "A sign-in code was sent"),
    "session:sign-out": Said("Выход", "Sign-out"),
    "session:step-up": Said("Подтверждение вторым фактором", "Confirmation with a second factor"),
    "step-up": Said("Подтверждение вторым фактором", "Confirmation with a second factor"),
    "step-up-send-code": Said("Отправка кода подтверждения", "A confirmation code was sent"),
    "totp:begin": Said("Подключение приложения-аутентификатора", "An authenticator app is being added"),
    "totp:check": Said("Проверка кода приложения", "A code of the authenticator app was checked"),
    "totp:confirm": Said("Приложение-аутентификатор подключено", "An authenticator app was added"),
    "notice:create": Said("Новое уведомление", "A notice was made"),
    "notice:list": Said("Просмотр уведомлений", "Notices were listed"),
    "notice:read": Said("Уведомление прочитано", "A notice was read"),
    "notice:send": Said("Отправка уведомления", "A notice was sent"),
    # organisations, staff, partners
    "organisation:create": Said("Новая организация", "An organisation was entered"),
    "organisation:list": Said("Просмотр организаций", "Organisations were listed"),
    "partner:list": Said("Просмотр партнёров", "Partners were listed"),
    "partner:register": Said("Регистрация партнёра", "A partner was registered"),
    "partner:revoke": Said("Отключение партнёра", "A partner was revoked"),
    "partner:token": Said("Вход партнёра", "A partner signed in"),
    "staff:add": Said("Роль в организации выдана", "A role in an organisation was given"),
    "staff:appoint-first": Said("Назначен первый администратор", "The first administrator was appointed"),
    "staff:list": Said("Просмотр сотрудников", "Staff were listed"),
    "staff:remove": Said("Роль в организации снята", "A role in an organisation was taken away"),
    # erasure
    "erasure:approve": Said("Уничтожение данных одобрено", "The erasure of data was approved"),
    "erasure:begin": Said("Уничтожение данных начато", "The erasure of data began"),
    "erasure:decide": Said("Решение об уничтожении данных", "Decision on an erasure of data"),
    "erasure:download": Said("Скачивание акта об уничтожении данных", "A receipt of an erasure was downloaded"),
    "erasure:list": Said("Просмотр списка уничтожений данных", "Erasures of data were listed"),
    "erasure:propose": Said("Предложено уничтожить данные", "An erasure of data was proposed"),
    "erasure:read": Said("Просмотр решения об уничтожении данных", "An erasure of data was read"),
    "erasure:receipt": Said("Данные уничтожены, акт подписан", "Data were erased and a receipt was signed"),
    "erasure:refuse": Said("В уничтожении данных отказано", "An erasure of data was refused"),
    "erasure:withdraw": Said("Уничтожение данных отменено", "An erasure of data was withdrawn"),
    "erasure:withdraw-own": Said("Отмена уничтожения своих данных", "One's own erasure was withdrawn"),
    # review
    "access-report:read": Said("Скачивание отчёта о доступе", "A report of accesses was downloaded"),
    "audit:check-card": Said("Сверка карты с журналом", "A card was compared with the log"),
    "audit:review": Said("Проверка журнала", "The log was reviewed"),
    "finding:list": Said("Просмотр списка находок", "Findings were listed"),
    "finding:read": Said("Просмотр находки", "A finding was read"),
    "finding:resolve": Said("Решение по находке", "A finding was resolved"),
    # the journal itself
    "journal:download": Said("Скачивание журнала доступа", "The access journal was downloaded"),
    "journal:fhir": Said("Просмотр журнала доступа в формате FHIR", "The access journal was read as FHIR"),
    "journal:name": Said(
        "Имя сотрудника для журнала доступа пациента", "A name of staff for a patient's access journal"
    ),
    "journal:read": Said("Просмотр журнала доступа", "The access journal was read"),
    "journal:request": Said("Запрос проверяемой копии журнала", "A verifiable copy of the journal was asked for"),
    "audit:checkpoint": Said("Просмотр контрольной точки журнала", "A checkpoint of the log was read"),
    "audit:incident": Said("Нарушение в очереди журнала", "Something was wrong with the log's queue"),
    "audit:log-opened": Said("Начат журнал года", "The log of a year was opened"),
    "audit:policy": Said("Просмотр сведений для проверки журнала", "The policy for checking the log was read"),
    "audit:read": Said("Просмотр журнала службой безопасности", "The security service read the log"),
    "audit:search": Said("Просмотр журнала службой безопасности", "The security service read the log"),
    # public documents, when they fail
    "health": Said("Проверка доступности", "A check whether the service answers"),
    "jwks": Said("Чтение открытых ключей", "Public keys were read"),
    "record-types": Said("Чтение перечня видов записей", "The kinds of record were read"),
    "openapi": Said("Чтение описания интерфейса", "The description of the interface was read"),
}
"""Stored in entries: never rename, never reuse."""

REASONS: Mapping[str, Said] = {
    "another-card": Said("чужая карта", "another person's card"),
    "assurance-level": Said("личность не подтверждена", "identity not confirmed"),
    "card": Said("карта не открыта или закрыта", "the card is not open"),
    "client": Said("неизвестный партнёр", "unknown partner"),
    "code": Said("по предъявленному коду", "by the code that was presented"),
    "consent": Said("согласие пациента", "the patient's consent"),
    "consent-missing": Said("нет согласия пациента", "no consent of the patient"),
    "error": Said("выписан ошибочно", "issued in error"),
    "expired": Said("срок истёк", "expired"),
    "factor": Said("неверный второй фактор", "wrong second factor"),
    "issuer": Said("подписал не тот партнёр", "signed by another partner"),
    "jti": Said("нет номера запроса", "the request has no number"),
    "locked-out": Said("слишком много попыток", "too many attempts"),
    "no-card": Said("нет такой карты", "no such card"),
    "no-longer-needed": Said("больше не нужен", "no longer needed"),
    "no-order": Said("нет подписанного решения", "no signed order"),
    "not-in-person": Said("заявитель не пришёл", "not in person"),
    "not-proposer": Said("предложил другой человек", "somebody else proposed it"),
    "not-yet": Said("срок не наступил", "not valid yet"),
    "other": Said("другая причина", "another reason"),
    "own-card": Said("собственная карта", "one's own card"),
    "papers-differ": Said("документы не совпадают", "the papers differ"),
    "password": Said("неверный пароль", "wrong password"),
    "patient-asked": Said("по просьбе пациента", "the patient asked"),
    "reaction": Said("работа системы", "the system's own work"),
    "refresh-reuse": Said("ключ сеанса использован дважды", "a session key was used twice"),
    "replaced": Said("заменён", "replaced"),
    "replay": Said("запрос использован повторно", "a request was used again"),
    "revoked": Said("отключён", "revoked"),
    "role": Said("роль не позволяет", "the role does not allow it"),
    "same-person": Said("решает тот же человек, который предложил", "the proposer cannot decide"),
    "scope": Said("за пределами полномочий", "outside what is allowed"),
    "session-ended": Said("сеанс завершён", "the session had ended"),
    "side-effect": Said("побочное действие", "side effect"),
    "signature": Said("подпись не подошла", "the signature does not fit"),
    "times": Said("время указано неверно", "the times are wrong"),
    "too-long": Said("срок слишком велик", "valid for too long"),
    "unreadable": Said("не удалось прочитать", "unreadable"),
    # what a sequencer found in the queue
    "alien-row": Said("строка чужого происхождения", "a row that no certified writer made"),
    "oversized-row": Said("строка слишком велика", "a row that is too large"),
}

PURPOSES: Mapping[str, Said] = {
    "treatment": Said("лечение", "treatment"),
    "consultation": Said("консультация", "consultation"),
    "examination": Said("обследование", "examination"),
    "insurance": Said("страхование", "insurance"),
}

THINGS: Mapping[str, Said] = {
    "application": Said("Заявление", "Application"),
    "audit-log": Said("Журнал аудита", "Audit log"),
    "consent": Said("Согласие", "Consent"),
    "document": Said("Документ", "Document"),
    "journal": Said("Журнал доступа", "Access journal"),
    "member": Said("Роль в организации", "Role in an organisation"),
    "notice": Said("Уведомление", "Notice"),
    "organisation": Said("Организация", "Organisation"),
    "partner": Said("Партнёр", "Partner"),
    "policy": Said("Полис ОМС", "Insurance policy"),
    "profile": Said("Профиль", "Profile"),
    "registration": Said("Регистрация", "Registration"),
    "session": Said("Сеанс", "Session"),
    "totp": Said("Приложение-аутентификатор", "Authenticator app"),
}
"""Resource types that are no kinds of record."""

ROLES: Mapping[str, Said] = {
    "patient": Said("пациент", "patient"),
    "representative": Said("представитель", "representative"),
    "doctor": Said("врач", "doctor"),
    "nurse": Said("медсестра", "nurse"),
    "registrar": Said("регистратор", "registrar"),
    "administrator": Said("администратор", "administrator"),
    "security-officer": Said("служба безопасности", "security officer"),
    "identity-operator": Said("оператор центра обслуживания", "identity operator"),
    "pharmacy": Said("аптека", "pharmacy"),
    "laboratory": Said("лаборатория", "laboratory"),
    "insurer": Said("страховая компания", "insurer"),
    "recipient": Said("получатель ссылки", "recipient of a link"),
    "system": Said("система", "the system"),
    "anonymous": Said("без входа", "not signed in"),
}
