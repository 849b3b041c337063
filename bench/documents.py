"""Documents: a prescription, an extract, a card of 500 pages; beside bare fpdf2, and a QR code by itself.

Each is made in a process of its own: peak memory is that of the process (``ru_maxrss``), less what the same process
holds before the first page, so imports and fonts do not count. Time is CPU.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from bench.table import table

ENTRIES = 14  # of a stretch: about as many pages as a step of an export makes
PAGES = 500
SMALL = 20

TEXT = "Жалобы на кашель и слабость в течение недели, температура до 37,8. Лечилась самостоятельно, без эффекта. " * 5
ROWS = [["Лейкоциты", "11,8 ↑", "10*9/л", "4,0 – 9,0"], ["Гемоглобин", "128", "г/л", "120 – 140"]] * 6
FRAME: dict[str, Any] = {
    "title": "Медицинская карта",
    "language": "ru",
    "organisation": "ГБУЗ «Поликлиника № 1»",
    "subject": [("Пациент", "Журавлёва Ксения Аркадьевна"), ("Дата рождения", "12.04.1987")],
    "footer": "Сформировано системой «Медкарта» по запросу",
    "issued_at": "2026-11-24T10:15:30+03:00",
    "document_id": "019351c0-7d5f-7a31-9c55-5a0d6a2f1c11",
    "version": 1,
    "verification": {"text": "https://card.example.org/d/Zk3t9Qw1xY7u#7K3M9QXW", "caption": "Проверка документа"},
}
SECTIONS = [
    {"title": "", "rows": [("Врач", "Петров Пётр Петрович"), ("Вид осмотра", "Осмотр терапевта")]},
    {"title": "Анамнез", "text": TEXT},
    {"title": "Показатели", "table": {"columns": ["Показатель", "Значение", "Ед.", "Норма"], "rows": ROWS}},
]


def prescription() -> int:
    from chalicelib.documents.pdf import PdfPrinter

    code = {"text": "https://card.example.org/r/" + "Zk3t9Qw1" * 55, "caption": "Покажите в аптеке"}
    sections = [{"title": "Rp.", "text": "Метформин 1000 мг, таблетки № 60"}, SECTIONS[0]]
    PdfPrinter().render("prescription", {**FRAME, "title": "Рецепт", "sections": sections, "qr": code})
    return 1


def extract() -> int:
    return _booklet(SMALL)


def whole_card() -> int:
    return _booklet(PAGES)


def _booklet(wanted: int) -> int:
    from chalicelib.documents.booklet import PdfBooklet

    printer, number = PdfBooklet(), 0
    state = printer.begin()
    while state["pages"] < wanted:
        entries = [
            {"heading": "" if number + n else "Протоколы", "title": f"Осмотр {number + n}", "sections": SECTIONS}
            for n in range(ENTRIES)
        ]
        number += ENTRIES
        _, state = printer.add(state, {**FRAME, "entries": entries})
    printer.close(state, {**FRAME, "sections": []})
    return int(state["pages"])


def bare_small() -> int:
    return _bare(SMALL)


def bare_whole() -> int:
    return _bare(PAGES)


def _bare(wanted: int) -> int:
    """The same texts and tables by fpdf2's own means, in one document."""
    from pathlib import Path

    from fpdf import FPDF

    import chalicelib.documents

    pdf = FPDF(format="A4", enforce_compliance="PDF/A-2U")
    fonts = Path(str(chalicelib.documents.__path__[0])) / "fonts"
    pdf.add_font("text", "", fonts / "DejaVuSans.ttf")
    pdf.add_font("text", "B", fonts / "DejaVuSans-Bold.ttf")
    pdf.add_page()
    number = 0
    while pdf.pages_count < wanted:
        pdf.set_font("text", "B", 11)
        pdf.multi_cell(0, 6, f"Осмотр {number}", new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("text", "", 10)
        pdf.multi_cell(0, 5, TEXT, new_x="LMARGIN", new_y="NEXT")
        with pdf.table() as lines:
            for row in ROWS:
                lines.row(row)
        number += 1
    pdf.output()
    return int(pdf.pages_count)


def qr() -> int:
    from chalicelib.documents.qr import matrix

    for _ in range(20):
        matrix("https://card.example.org/r/" + "Zk3t9Qw1" * 55)
    return 20


def large_card() -> int:
    return _booklet(3 * PAGES)


WORKS: dict[str, tuple[str, Callable[[], int]]] = {
    "prescription": ("prescription, one page with its QR code", prescription),
    "extract": (f"extract of {SMALL} pages", extract),
    "bare-extract": (f"the like by bare fpdf2, {SMALL} pages", bare_small),
    "card": (f"card of {PAGES} pages, in stretches", whole_card),
    "large-card": (f"card of {3 * PAGES} pages, in stretches", large_card),
    "bare-card": (f"the like by bare fpdf2, {PAGES} pages", bare_whole),
    "qr": ("QR code of 467 characters, each of 20", qr),
}


Measured = tuple[str, int, float, float]


def measure() -> list[Measured]:
    """(name, pages, CPU milliseconds, MiB above the process before it), each in a process of its own."""
    rows: list[Measured] = []
    for name in WORKS:
        done = subprocess.run([sys.executable, "-m", "bench.documents", name], check=True, capture_output=True)  # noqa: S603
        found = json.loads(done.stdout)
        rows.append((WORKS[name][0], found["pages"], found["cpu"], found["peak"]))
    return rows


def report(found: list[Measured]) -> str:
    rows = [
        (name, pages, f"{cpu / 1000:.2f} s", f"{cpu / pages:.1f} ms", f"{peak:.0f} MiB")
        for name, pages, cpu, peak in found
    ]
    return table(("document", "pages", "CPU", "CPU a page", "peak memory above start"), rows)


def main(name: str) -> None:
    """One work in this process, and what it took."""
    import resource

    prescription()  # imports, fonts, caches
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    pages = WORKS[name][1]()
    cpu = (time.process_time() - began) * 1000
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(json.dumps({"pages": pages, "cpu": cpu, "peak": peak}))


if __name__ == "__main__":
    main(sys.argv[1])
