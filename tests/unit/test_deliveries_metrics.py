"""What providers refuse is counted, and an alarm waits for exactly that: a wrong setting is not quiet (MSG-2)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.errors import AddressRefusedError, OutcomeUnknownError, UnavailableError
from chalicelib.notify.metrics import NAMESPACE, REFUSED, PrintedTally
from infra import template
from tests.unit.test_deliveries import CALM, Post

pytestmark = pytest.mark.requirement("MSG-2")

ALARMS = template.load(template.ALARMS)["Resources"]
CHANNELS = {"sms": ("SmsRefusedAlarm", "SendSms"), "email": ("EmailRefusedAlarm", "SendEmail")}


@pytest.mark.parametrize(
    ("error", "counted"),
    [
        (None, [("email", False)]),
        (AddressRefusedError(), [("email", True)]),
        (UnavailableError(), []),
        (OutcomeUnknownError(), []),
    ],
    ids=["taken", "refused", "unavailable", "no-answer"],
)
def test_an_answer_of_the_provider_is_counted_and_no_answer_is_none(
    error: Exception | None, counted: list[tuple[str, bool]]
) -> None:
    post = Post()
    post.tell(CALM)
    if error is not None:
        post.messenger.fail_next(error=error)
    post.send("email")
    assert post.outside.tally.answers == counted


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_alarm_waits_for_what_is_printed(channel: str, capsys: pytest.CaptureFixture[str]) -> None:
    PrintedTally("").answered(channel, refused=True)
    assert capsys.readouterr().out == ""
    for refused in (True, False):
        PrintedTally("send").answered(channel, refused=refused)
    name, function = CHANNELS[channel]
    watched = {one["Id"]: one for one in ALARMS[name]["Properties"]["Metrics"]}
    assert [one["Id"] for one in watched.values() if one["ReturnData"]] == ["share"]
    assert {one["MetricStat"]["Stat"]: key for key, one in watched.items() if "MetricStat" in one} == {
        "Sum": "refused",
        "SampleCount": "answered",
    }
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line[REFUSED] for line in lines] == [1, 0]
    for line in lines:
        [directive] = line["_aws"]["CloudWatchMetrics"]
        for one in ("refused", "answered"):
            metric: dict[str, Any] = watched[one]["MetricStat"]["Metric"]
            assert (metric["Namespace"], metric["MetricName"]) == (directive["Namespace"], REFUSED)
            assert metric["Namespace"] == NAMESPACE
            said = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
            assert list(said) == directive["Dimensions"][0]
            assert said == {"Channel": line["Channel"], "FunctionName": {"Ref": function}}
