"""The stream poller against a stream in memory: order, resumption, bad records."""

from __future__ import annotations

import base64
import json
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from local.progress import Progress
from local.streams import StreamPoller, as_lambda, first_failure
from tests.effort import tried

ARN = "arn:aws:dynamodb:eu-central-1:000000000000:table/card/stream/now"


class FakeStreams:
    """Shards of records; a shard may be closed, have a parent, or have lost its oldest records."""

    def __init__(self, **shards: list[int]) -> None:
        self.shards = shards
        self.parents: dict[str, str] = {}
        self.closed: set[str] = set()
        self.expire_once = False

    def describe_stream(self, StreamArn, ExclusiveStartShardId=None):  # noqa: N803 - boto3's names
        names = list(self.shards)
        start = names.index(ExclusiveStartShardId) + 1 if ExclusiveStartShardId else 0
        page = {"Shards": [self._shard(n) for n in names[start : start + 1]]}  # pages of one
        if start + 1 < len(names):
            page["LastEvaluatedShardId"] = names[start]
        return {"StreamDescription": page}

    def _shard(self, name):
        parent = {"ParentShardId": self.parents[name]} if name in self.parents else {}
        return {"ShardId": name, **parent}

    def get_shard_iterator(self, StreamArn, ShardId, ShardIteratorType, SequenceNumber=None):  # noqa: N803
        if ShardIteratorType == "TRIM_HORIZON":
            return {"ShardIterator": f"{ShardId}:0"}
        if int(SequenceNumber) not in self.shards[ShardId]:
            raise ClientError({"Error": {"Code": "TrimmedDataAccessException", "Message": ""}}, "GetShardIterator")
        return {"ShardIterator": f"{ShardId}:{self.shards[ShardId].index(int(SequenceNumber)) + 1}"}

    def get_records(self, ShardIterator, Limit):  # noqa: N803
        if self.expire_once:
            self.expire_once = False
            raise ClientError({"Error": {"Code": "ExpiredIteratorException", "Message": ""}}, "GetRecords")
        name, _, start = ShardIterator.partition(":")
        numbers = self.shards[name][int(start) : int(start) + Limit]
        answer = {"Records": [record(n) for n in numbers]}
        end = int(start) + len(numbers)
        if name not in self.closed or end < len(self.shards[name]):
            answer["NextShardIterator"] = f"{name}:{end}"
        return answer


def record(number: int):
    return {
        "eventID": str(number),
        "eventName": "INSERT",
        "dynamodb": {
            "SequenceNumber": f"{number:021d}",
            "NewImage": {"n": {"N": str(number)}, "b": {"B": b"\x00\xff"}},
            "ApproximateCreationDateTime": datetime(2026, 1, 1, tzinfo=UTC),
        },
    }


class Bench:
    """A poller over fakes; what was handled and parked in order."""

    def __init__(self, streams: FakeStreams, folder: Path, batch: int = 100, **settings: float | bool) -> None:
        self.handled: list[int] = []
        self.batches: list[int] = []
        self.parked: list[int] = []
        self.throws: set[int] = set()
        self.reports: set[int] = set()
        self.poller = StreamPoller(
            client=streams,
            arn=ARN,
            function="on_change",
            invoke=self.invoke,
            park=lambda text: self.parked.append(int(json.loads(text)["DDBStreamBatchInfo"]["startSequenceNumber"])),
            progress=Progress(folder / "pump.json"),
            stop=threading.Event(),
            batch_size=batch,
            pause=0,
            **settings,
        )

    def invoke(self, name, event):
        numbers = [int(r["dynamodb"]["NewImage"]["n"]["N"]) for r in event["Records"]]
        self.batches.append(len(numbers))
        if self.throws.intersection(numbers):
            raise RuntimeError("bad record")
        self.handled += [n for n in numbers if n not in self.reports]
        bad = [n for n in numbers if n in self.reports]
        return {"batchItemFailures": [{"itemIdentifier": f"{n:021d}"} for n in bad]}

    def drain(self):
        while self.poller.round():
            pass
        return self


def test_everything_from_the_beginning_in_order(tmp_path):
    assert Bench(FakeStreams(a=[1, 2, 3, 4, 5]), tmp_path, batch=2).drain().handled == [1, 2, 3, 4, 5]


def test_what_was_written_while_off_comes_at_the_next_start_and_nothing_twice(tmp_path):
    streams = FakeStreams(a=[1, 2])
    assert Bench(streams, tmp_path).drain().handled == [1, 2]
    streams.shards["a"] += [3, 4]
    assert Bench(streams, tmp_path).drain().handled == [3, 4]


def test_children_wait_for_their_parent(tmp_path):
    streams = FakeStreams(child=[3, 4], parent=[1, 2])
    streams.parents["child"] = "parent"
    bench = Bench(streams, tmp_path).drain()
    assert bench.handled == [1, 2]
    streams.closed.add("parent")
    assert bench.drain().handled == [1, 2]  # the round that finds the end
    assert bench.drain().handled == [1, 2, 3, 4]


def test_all_shards_are_read(tmp_path):
    assert sorted(Bench(FakeStreams(a=[1, 4], b=[2], c=[3]), tmp_path).drain().handled) == [1, 2, 3, 4]


def test_a_place_that_is_gone_starts_at_the_horizon_and_skips_what_is_done(tmp_path):
    streams = FakeStreams(a=[1, 2, 5])
    assert Bench(streams, tmp_path).drain().handled == [1, 2, 5]
    streams.shards["a"] = [4, 6, 7]  # 5 is trimmed, or the emulator came back from before it
    assert Bench(streams, tmp_path).drain().handled == [6, 7]


def test_an_expired_iterator_is_taken_anew(tmp_path):
    streams = FakeStreams(a=[1])
    bench = Bench(streams, tmp_path).drain()
    streams.shards["a"] += [2]
    streams.expire_once = True
    assert bench.drain().handled == [1]
    assert bench.drain().handled == [1, 2]


@pytest.mark.parametrize("how", ["throws", "reports"])
def test_one_bad_record_is_parked_and_holds_up_nobody(tmp_path, how):
    bench = Bench(FakeStreams(a=[1, 2, 3, 4, 5, 6, 7]), tmp_path)
    getattr(bench, how).add(4)
    bench.drain()
    assert bench.parked == [4]
    assert set(bench.handled) == {1, 2, 3, 5, 6, 7}
    assert Bench(FakeStreams(a=[1, 2, 3, 4, 5, 6, 7]), tmp_path).drain().handled == []


def test_a_stop_in_the_middle_of_retries_keeps_the_record_for_the_next_start(tmp_path):
    streams = FakeStreams(a=[1, 2, 3])
    bench = Bench(streams, tmp_path)

    def broken(name, event):
        bench.poller.stop.set()
        raise RuntimeError("down")

    bench.poller.invoke = broken
    bench.poller.round()
    assert bench.parked == []
    assert Bench(streams, tmp_path).drain().handled == [1, 2, 3]


def test_a_record_is_not_done_when_it_cannot_be_parked(tmp_path):
    streams = FakeStreams(a=[1, 2])
    bench = Bench(streams, tmp_path)
    bench.throws.add(1)

    def down(text):
        raise OSError("queue is down")

    bench.poller.park = down
    with pytest.raises(OSError, match="queue is down"):
        bench.drain()
    assert Bench(streams, tmp_path).drain().handled == [1, 2]


@pytest.mark.requirement("AUD-2")
def test_an_endless_batch_is_neither_cut_nor_parked(tmp_path):
    """Rows of the audit outbox: a failure of the stores must be over before the next row is read."""
    bench = Bench(FakeStreams(a=[1, 2, 3]), tmp_path, endless=True)
    bench.throws.add(2)
    real, calls = bench.poller.invoke, []

    def mended_after_nine(name, event):
        calls.append(len(event["Records"]))
        if len(calls) > 9:
            bench.throws.clear()
        return real(name, event)

    bench.poller.invoke = mended_after_nine
    bench.drain()
    assert calls == [3] * 10
    assert bench.parked == []
    assert bench.handled == [1, 2, 3]


def test_a_window_gathers_what_comes_meanwhile_up_to_a_batch(tmp_path):
    streams = FakeStreams(a=[1, 2])
    bench = Bench(streams, tmp_path, batch=4, window=5.0)
    given = streams.get_records

    def then_more(ShardIterator, Limit):  # noqa: N803 - boto3's names
        answer = given(ShardIterator, Limit)
        streams.shards["a"] = [1, 2, 3, 4, 5]
        return answer

    streams.get_records = then_more
    bench.poller.round()
    assert bench.batches == [4]
    bench.poller.window = 0.0
    bench.drain()
    assert bench.handled == [1, 2, 3, 4, 5]


@settings(max_examples=tried(80), deadline=None)
@given(
    count=st.integers(0, 25),
    batch=st.integers(1, 9),
    throws=st.sets(st.integers(1, 25), max_size=4),
    reports=st.sets(st.integers(1, 25), max_size=4),
)
def test_every_record_is_handled_or_parked_in_order(count, batch, throws, reports):
    numbers = list(range(1, count + 1))
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(FakeStreams(a=numbers), Path(folder), batch)
        bench.throws, bench.reports = throws, reports - throws
        bench.drain()
    bad = (throws | reports) & set(numbers)
    firsts = list(dict.fromkeys(bench.handled))
    assert bench.parked == sorted(bad)
    assert firsts == sorted(set(numbers) - bad)


def test_a_report_of_an_unknown_record_fails_the_whole_batch(tmp_path):
    bench = Bench(FakeStreams(a=[1]), tmp_path)
    bench.poller.invoke = lambda *_: {"batchItemFailures": [{"itemIdentifier": "unknown"}]}
    bench.drain()
    assert bench.parked == [1]


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}])
def test_no_report_is_success(answer):
    assert first_failure(["1", "2"], answer) == 2


def test_the_lowest_failure_counts():
    answer = {"batchItemFailures": [{"itemIdentifier": "3"}, {"itemIdentifier": "2"}]}
    assert first_failure(["1", "2", "3"], answer) == 1


def test_a_record_looks_as_in_a_lambda_event():
    event = as_lambda(record(7), ARN)
    assert event["dynamodb"]["NewImage"]["b"]["B"] == base64.b64encode(b"\x00\xff").decode()
    assert event["dynamodb"]["ApproximateCreationDateTime"] == datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    assert event["eventSourceARN"] == ARN
    with pytest.raises(TypeError):
        as_lambda({"dynamodb": {"x": object()}}, ARN)
