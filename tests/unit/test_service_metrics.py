"""Measures of the service (ANA-2): what is printed, what the dashboard reads, what the local page shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from chalice import Response
from hypothesis import given
from hypothesis import strategies as st

from app import app
from chalicelib.audit.metrics import Metric
from chalicelib.audit.metrics import line as audit_line
from chalicelib.handlers import measuring
from chalicelib.ports.service_lines import NAMESPACE, Measure, Request, Run
from infra import template
from infra.behind_api import resource_name
from local.metrics import Metrics, as_page
from tests.emf import described, directives

pytestmark = pytest.mark.requirement("ANA-2")

REQUESTS = st.builds(
    Request, st.sampled_from(["me:read", "card:open"]), st.integers(200, 599), st.floats(0, 9e5), st.booleans()
)
COUNTS = st.integers(0, 1000)
RUNS = st.builds(
    Run,
    st.sampled_from(["sweep", "on_notice"]),
    st.none() | COUNTS,
    COUNTS,
    st.floats(0, 9e5),
    st.none() | st.floats(0, 9e6),
)
FULL = (Request("me:read", 404, 1.0, cold=True), Request("me:read", 500, 1.0, cold=False), Run("sweep", 1, 1, 1.0, 1.0))
TEXT, NAMES = template.load(template.DASHBOARD)["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
BODY = json.loads(TEXT)
TRIGGERS = {config.name for config in app.event_sources}


class Event:
    def __init__(self, **given_: Any) -> None:
        self.given = given_

    def to_dict(self) -> dict[str, Any]:
        return self.given


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Measure]:
    found: list[Measure] = []
    monkeypatch.setattr(measuring.PROCESS, "listeners", [found.append])
    return found


@given(REQUESTS | RUNS)
def test_a_line_is_the_embedded_metric_format(measure: Measure) -> None:
    [*found] = directives(measure.line("medkarta-APIHandler-1", 1_700_000_000_000))
    assert {one["Namespace"] for one in found} == {NAMESPACE}


def test_lines_are_printed_on_lambda_alone(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    measuring.print_line(FULL[0])
    assert capsys.readouterr().out == ""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "medkarta-APIHandler-1")
    measuring.print_line(FULL[0])
    found = json.loads(capsys.readouterr().out)
    assert {name: value for name, value in found.items() if name != "_aws"} == {
        "FunctionName": "medkarta-APIHandler-1",
        "Operation": "me:read",
        "StatusClass": "4xx",
        "Duration": 1.0,
        "Refused": 1,
        "ColdStart": 1,
    }


def test_only_the_first_request_of_a_process_is_cold(heard: list[Measure], monkeypatch: pytest.MonkeyPatch) -> None:
    process = measuring.Process()
    process.listeners = [heard.append]
    monkeypatch.setattr(measuring, "PROCESS", process)
    for status in (200, 403):
        measuring.answered("me:read", lambda status=status: Response("", status_code=status))
    with pytest.raises(ZeroDivisionError):
        measuring.answered("me:read", lambda: 1 // 0)  # type: ignore[arg-type, return-value]
    assert [(one.status, one.cold) for one in heard if isinstance(one, Request)] == [
        (200, True),
        (403, False),
        (500, False),
    ]


def test_a_trigger_tells_records_failures_and_age(heard: list[Measure], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring.time, "time", lambda: 1000.0)

    @measuring.measured
    def on_notice(event: Any) -> dict[str, Any]:
        return event.to_dict()["answer"]

    messages = [{"attributes": {"SentTimestamp": "940000"}}, {"attributes": {"SentTimestamp": "990000"}}]
    changes = [{"dynamodb": {"ApproximateCreationDateTime": 1001}}]  # a clock that is ahead
    on_notice(Event(Records=messages, answer={"batchItemFailures": [{"itemIdentifier": "1"}]}))
    on_notice(Event(Records=changes, answer={}))
    with pytest.raises(KeyError):
        on_notice(Event())
    told = [(one.records, one.failures, one.age) for one in heard if isinstance(one, Run)]
    assert told == [(2, 1, 60.0), (1, 0, 0.0), (None, 1, None)]


def test_a_listener_that_fails_fails_nothing(heard: list[Measure]) -> None:
    measuring.PROCESS.listeners.insert(0, broken)
    assert measuring.answered("me:read", lambda: Response("")).status_code == 200
    assert len(heard) == 1


def test_every_trigger_of_the_app_is_measured(heard: list[Measure], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is called with what it cannot do; whether it raises or answers what failed does not matter here."""
    for module in ("events", "notice_events"):
        monkeypatch.setattr(f"chalicelib.handlers.{module}.services", broken)
    for name in TRIGGERS:
        with suppress(RuntimeError, KeyError):
            app.handler_map[name].func(Event(Records=[{"messageId": "1", "body": "{}"}]))  # type: ignore[attr-defined]
    assert {one.trigger for one in heard if isinstance(one, Run)} == TRIGGERS


def broken(*_: Any) -> Any:
    raise RuntimeError


# --- the dashboard


def named(metrics: list[list[Any]]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Namespace, name and dimensions of what a widget reads, with "." and "..." filled in as CloudWatch does it."""
    before: list[Any] = []
    for one in metrics:
        if isinstance(one[0], dict):
            yield from searched(one[0]["expression"])
            continue
        words = [word for word in one if isinstance(word, str)]
        if words[0] == "...":
            words = before[: len(before) - len(words) + 1] + words[1:]
        words = [before[n] if word == "." else word for n, word in enumerate(words)]
        before = words
        yield words[0], words[1], dict(zip(words[2::2], words[3::2], strict=True))


def searched(expression: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    for names, metric, function in re.findall(
        r"SEARCH\('\{([^}]+)\} MetricName=\"(\w+)\" FunctionName=\"([^\"]+)\"'", expression
    ):
        namespace, *dimensions = names.split(",")
        yield namespace, metric, dict.fromkeys(dimensions, "") | {"FunctionName": function}


READ = [found for widget in BODY["widgets"] for found in named(widget["properties"]["metrics"])]


def test_the_dashboard_reads_what_the_code_prints_and_all_of_it() -> None:
    lines = [one.line("f", 0) for one in FULL] + [audit_line(name, 1, "log", 0) for name in Metric]
    printed = {found for line in lines for found in described(line)}
    read = {(space, metric, frozenset(by)) for space, metric, by in READ if not space.startswith("AWS/")}
    assert read <= printed
    assert {(space, metric) for space, metric, _ in printed} - {(space, metric) for space, metric, _ in read} == set()


def test_the_dashboard_names_each_trigger_with_its_function() -> None:
    failures = [by for _, metric, by in READ if metric == "Failures"]
    assert {by["Trigger"]: resource(by["FunctionName"]) for by in failures} == {
        name: resource_name(name) for name in TRIGGERS
    }
    with_records = {config.name for config in app.event_sources if "Scheduled" not in type(config).__name__}
    for metric in ("OldestSeconds", "Records"):
        assert {by["Trigger"] for _, name, by in READ if name == metric} == with_records


def resource(said: str) -> str:
    """The function that a widget names; one that an installation may lack is named by a variable."""
    name = said.removeprefix("${").removesuffix("}")
    return str(NAMES[name]["Fn::If"][1]["Ref"]) if name in NAMES else name


# --- the page of the local system


def test_the_local_page_has_counts_errors_and_percentiles() -> None:
    measures = Metrics()
    for n in range(1, 101):
        measures.heard(Request("me:read", 500 if n == 100 else 404 if n > 90 else 200, float(n), cold=n == 1))
    measures.heard(Request("card:open", 200, 9000.0, cold=False))
    measures.heard(Run("on_notice", 3, 1, 12.0, 4.25))
    measures.heard(Run("sweep", None, 0, 5.0, None))
    requests, runs = measures.tables()
    assert requests == [
        ["card:open", "1", "0", "0", "9000", "9000", "0.0"],
        ["me:read", "100", "9", "1", "50", "95", "0.0"],
    ]
    assert runs == [["on_notice", "1", "3", "1", "12", "12", "4.2"], ["sweep", "1", "0", "0", "5", "5", "–"]]
    page = as_page(measures).decode()
    assert "<script" not in page
    assert all(f'<th scope="row">{name}</th>' in page for name in ("card:open", "me:read", "on_notice", "sweep"))
    assert "Nothing yet" in as_page(Metrics()).decode()
