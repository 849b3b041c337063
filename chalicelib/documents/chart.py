"""A line chart over time: lines of numbers, dashed limits, dots where a value is out of them.

It says the same in black and white: the second line is dashed, a dot is a dot. Lengths are millimetres.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.documents.content import Chart, Line
from chalicelib.documents.sheet import ACCENT, ALERT, GREY, HAIRLINE, INK, LEFT, WIDTH, Sheet, Style

HEIGHT = 66.0
_AXIS, _FOOT, _HEAD = 12.0, 8.0, 9.0
_TICKS, _DAYS = 5, 6
_DASH = 1.2
_KEY = {
    "ru": "красный пунктир: границы; крупная точка: вне границ",
    "en": "red dashes: limits; large dot: out of limits",
}


def scale_of(low: float, high: float, count: int = _TICKS) -> list[float]:
    """Round numbers from below the lowest to above the highest, ``count`` or a few more or less."""
    size = max(abs(low), abs(high), 1.0)
    span = high - low if high - low > size / 1e6 else size  # a line that is as good as flat
    raw = span / (count - 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= raw * 0.999)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(number * step, 9) for number in range(first, max(last, first + 1) + 1)]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the values lie on the page."""

    left: float
    top: float
    width: float
    height: float
    ticks: Sequence[float]
    chart: Chart

    def x(self, at: datetime) -> float:
        return self.left + self.width * ((at - self.chart.since) / (self.chart.until - self.chart.since))

    def y(self, value: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return self.top + self.height * (1 - (value - low) / (high - low))


def draw_chart(sheet: Sheet, chart: Chart, language: str) -> None:
    """On one page, as wide as the text."""
    sheet.need(HEIGHT + 4)
    values = [value for line in chart.lines for _, value, _ in line.points]
    ticks = scale_of(min([*values, *chart.limits]), max([*values, *chart.limits]))
    frame = _Frame(LEFT + _AXIS, sheet.y + _HEAD, WIDTH - _AXIS - 2, HEIGHT - _HEAD - _FOOT, ticks, chart)
    _grid(sheet, frame, language)
    for limit in chart.limits:
        _dashed(sheet, frame, limit)
    for number, line in enumerate(chart.lines):
        _line(sheet, frame, line, dashed=number > 0)
    _legend(sheet, frame, language)
    sheet.y += HEIGHT + 2


def _grid(sheet: Sheet, frame: _Frame, language: str) -> None:
    small = Style(7, colour=GREY)
    for tick in frame.ticks:
        y, text = frame.y(tick), f"{tick:g}"
        sheet.box(frame.left, y - 0.05, frame.width, 0.1, HAIRLINE)
        sheet.text(frame.left - 1.5 - sheet.measure(small)(text), y + 0.9, text, small)
    span: timedelta = frame.chart.until - frame.chart.since
    for number in range(_DAYS):
        at = frame.chart.since + span * number / (_DAYS - 1)
        text = _moment(at, span, language)
        wide = sheet.measure(small)(text)
        x = min(max(frame.x(at) - wide / 2, frame.left), frame.left + frame.width - wide)
        sheet.box(frame.x(at) - 0.05, frame.top, 0.1, frame.height, HAIRLINE)
        sheet.text(x, frame.top + frame.height + 4, text, small)


def _moment(at: datetime, span: timedelta, language: str) -> str:
    if span <= timedelta(days=2):
        return f"{at:%H:%M}"
    if span <= timedelta(days=300):
        return f"{at:%m-%d}" if language == "en" else f"{at:%d.%m}"
    return f"{at:%Y-%m}" if language == "en" else f"{at:%m.%Y}"


def _dashed(sheet: Sheet, frame: _Frame, limit: float) -> None:
    x, end = frame.left, frame.left + frame.width
    while x < end:
        sheet.box(x, frame.y(limit) - 0.1, min(_DASH, end - x), 0.2, ALERT)
        x += 2 * _DASH


def _line(sheet: Sheet, frame: _Frame, line: Line, *, dashed: bool) -> None:
    places = [(frame.x(at), frame.y(value)) for at, value, _ in line.points]
    sheet.polyline(places, INK if dashed else ACCENT, 0.35, dash=_DASH if dashed else 0.0)
    for (x, y), (_, _, out) in zip(places, line.points, strict=True):
        radius = 0.75 if out else 0.35
        sheet.dot(x, y, radius, ALERT if out else (INK if dashed else ACCENT))


def _legend(sheet: Sheet, frame: _Frame, language: str) -> None:
    x, y, small = frame.left, frame.top - 2.5, Style(7.5, colour=GREY)
    for number, line in enumerate(frame.chart.lines):
        colour, dashed = (INK, True) if number else (ACCENT, False)
        sheet.polyline([(x, y - 0.8), (x + 7, y - 0.8)], colour, 0.35, dash=_DASH if dashed else 0.0)
        title = f"{line.title}, {frame.chart.unit}"
        sheet.text(x + 8.5, y, title, small)
        x += 14 + sheet.measure(small)(title)
    key = _KEY[language]
    sheet.text(frame.left + frame.width - sheet.measure(small)(key), frame.top - 6.5, key, small)
