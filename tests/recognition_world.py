"""Pages of words as a recogniser gives them, and a recogniser that has read them before: no picture is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.domain.recognition.faults import UnreadableError
from chalicelib.domain.recognition.pages import Box, Page, Word
from chalicelib.ports.recognition import Read

WIDTH, HEIGHT = 2000, 2800
LETTER, TALL, PITCH = 18, 30, 70
PICTURE = b"\xff\xd8\xff\xe0 a page"

Row = Sequence[tuple[int, str]]
"""Texts of a line, each with where it begins, in hundredths of the width."""


def page(*rows: Row, number: int = 1, confidence: int | None = 95, marks: tuple[str, ...] = ()) -> Page:
    words = []
    for place, row in enumerate(rows):
        for start, text in row:
            left = start * WIDTH / 100
            for word in text.split():
                box = Box(left, 100 + place * PITCH, LETTER * len(word), TALL)
                words.append(Word(word, box, confidence))
                left += LETTER * (len(word) + 1)
    return Page(number, WIDTH, HEIGHT, tuple(words), marks)


LABORATORY = page(
    [(10, "Клиника «Здоровье»")],
    [(10, "Пациент: Журавлёва Ксения Аркадьевна")],
    [(10, "Дата и время"), (35, "20.03.2026 08:30")],
    [(10, "Лаборатория"), (35, "Лаборатория «Гемотест»")],
    [(10, "Исследование"), (35, "Общий анализ крови")],
    [(10, "Показатель"), (40, "Значение"), (55, "Ед."), (70, "Норма")],
    [(10, "Гемоглобин"), (40, "142"), (55, "г/л"), (70, "120 - 160")],
    [(10, "Лейкоциты"), (40, "11,2"), (55, "х109/л"), (70, "4.0 - 9.0 T")],
    [(10, "СОЭ"), (40, "25"), (55, "MM/4"), (70, "2-15")],
    [(10, "Белок в моче"), (40, "не обнаружен")],
    [(10, "Заключение:"), (35, "Лейкоцитоз.")],
)

PROTOCOL = page(
    [(10, "Протокол осмотра")],
    [(10, "Дата осмотра: 21.03.2026 10:15"), (60, "Врач: Петров Пётр Петрович")],
    [(10, "Вид осмотра"), (35, "Первичный осмотр терапевта")],
    [(10, "Жалобы: головная боль по утрам, повышение")],
    [(10, "давления до 160/95, слабость.")],
    [(10, "Объективно: АД 150/90, хрипов нет.")],
    [(10, "Диагноз: Гипертензивная болезнь сердца (I11.9)")],
    [(10, "Заключение:")],
    [(10, "Гипертоническая болезнь II стадии.")],
    [(10, "Рекомендации: контроль давления ежедневно,")],
    [(10, "повторный приём через 2 недели.")],
)


class FakeRecogniser:
    """Implements ``ports.recognition.Recogniser``. ``fault``: what it refuses with; ``calls``: how often it read."""

    name = "fake"

    def __init__(self, *pages: Page, fault: UnreadableError | Exception | None = None) -> None:
        self.pages = pages
        self.fault = fault
        self.calls = 0

    def read(self, media_type: str, data: bytes) -> Sequence[Read]:
        self.calls += 1
        if self.fault is not None:
            raise self.fault
        return [Read(one, PICTURE) for one in self.pages]
