"""What reminding costs follows what is due: counted on small numbers, and said by the bench for a million people."""

from __future__ import annotations

import pytest

from bench import reminders


@pytest.mark.requirement("APT-3")
def test_everybody_who_is_due_is_told_once_and_the_others_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "WAITS", dict.fromkeys(reminders.WAITS, 0))
    few, many = (reminders.measure(people, 60) for people in (300, 3_000))
    for nothing, minute, again in (few, many):
        assert nothing.rung == again.rung == 0
        assert (minute.rung, minute.told, again.told) == (60, 60, 60)
        assert minute.asked["commit"] == 60
    assert many[1].asked["commit rows"] == few[1].asked["commit rows"]
    for word in ("query", "get", "get_many", "commit"):
        assert many[0].asked[word] == few[0].asked[word], word
        assert many[1].asked[word] <= few[1].asked[word] + 16, word
    assert "3 000 people" in reminders.report(3_000, many)
