"""Words of the access journal: HL7 v2 messages in, acknowledgements out, and the queue of what matched nobody."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said

ACTIONS: Mapping[str, Said] = {
    "file-receive": Said("Передача файла с записями", "A file of records was sent"),
    "hl7:receive": Said("Сообщение HL7 принято и сохранено", "A message of HL7 was taken in and kept"),
    "hl7:match": Said("Сведения сверены с сообщением лаборатории", "The profile was compared with a message"),
    "hl7:drop": Said("Файл с сообщениями не принят", "A file of messages was not taken"),
    "hl7:queue": Said("Просмотр сообщений, ожидающих решения", "Messages that wait for a person were listed"),
    "hl7:open": Said("Открыто сообщение HL7", "A message of HL7 was opened"),
    "hl7:bind": Said("Сообщение отнесено к пациенту", "A message was said to be this patient's"),
    "hl7:merge": Said("Предложено объединение карт по сообщению", "A merge was proposed after a message"),
    "hl7:reject": Said("Сообщение HL7 отклонено", "A message of HL7 was put away"),
    "hl7-unmatched-list": Said("Ожидающие сообщения не показаны", "Messages that wait were not listed"),
    "hl7-unmatched-read": Said("Сообщение HL7 не открыто", "A message of HL7 was not opened"),
    "hl7-unmatched-bind": Said("Сообщение не отнесено к пациенту", "A message was not bound to a patient"),
    "hl7-unmatched-merge": Said("Объединение по сообщению не предложено", "A merge after a message was not proposed"),
    "hl7-unmatched-reject": Said("Сообщение HL7 не отклонено", "A message of HL7 was not put away"),
    "hl7-receive": Said("Сообщение HL7 не принято", "A message of HL7 was not taken"),
}

THINGS: Mapping[str, Said] = {
    "hl7-message": Said("Сообщение HL7", "Message of HL7"),
}
