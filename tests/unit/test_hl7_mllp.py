"""The gateway for MLLP (PRT-2): frames, faults, many connections at one time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from local.mllp import Gateway, listen
from tests.hl7_world import oru

pytestmark = pytest.mark.requirement("PRT-2")

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[Any]]


class Service:
    """Answers with the control id; fails as often as it is told to."""

    def __init__(self, fails: int = 0) -> None:
        self.fails = fails
        self.taken: list[bytes] = []
        self.lock = threading.Lock()

    def send(self, message: bytes) -> bytes:
        with self.lock:
            if self.fails:
                self.fails -= 1
                raise OSError
            self.taken.append(message)
        return b"MSH|^~\\&|\rMSA|AA|" + message.split(b"|")[9] + b"\r"


def frame(raw: bytes) -> bytes:
    return b"\x0b" + raw + b"\x1c\r"


def talked(service: Service, *talks: Talk, **limits: float) -> list[Any]:
    """What several connections at one time come to."""

    async def run() -> list[Any]:
        server = await listen(Gateway(service, **limits), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]

        async def one(talk: Talk) -> Any:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                return await talk(reader, writer)
            finally:
                writer.close()

        async with server:
            return await asyncio.gather(*(one(talk) for talk in talks))

    return asyncio.run(run())


def sends(*raws: bytes, pieces: int = 0) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[bytes]:
        answers = []
        for raw in raws:
            for at in range(0, len(raw), pieces or len(raw)):
                writer.write(raw[at : at + (pieces or len(raw))])
                await writer.drain()
            answers.append(await asyncio.wait_for(reader.readuntil(b"\x1c\r"), 5))
        return answers

    return talk


def reads_end(raw: bytes) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(raw)
        await writer.drain()
        return await asyncio.wait_for(reader.read(), 5)

    return talk


def test_messages_go_on_as_they_came_and_answers_come_back() -> None:
    service = Service()
    raw = oru("7", charset="WINDOWS-1251")
    ((first, second),) = talked(service, sends(frame(raw), b"\r\n" + frame(oru("8")), pieces=50))
    assert service.taken == [raw, oru("8")]
    assert (first.startswith(b"\x0bMSH"), b"MSA|AA|7\r" in first, b"MSA|AA|8\r" in second) == (True, True, True)


def test_many_connections_at_one_time() -> None:
    service = Service()
    found = talked(service, *(sends(frame(oru(f"c{n}"))) for n in range(30)))
    assert sorted(answers[0].split(b"MSA|AA|")[1].split(b"\r")[0] for answers in found) == sorted(
        f"c{n}".encode() for n in range(30)
    )


def test_a_message_that_does_not_arrive_is_answered_to_be_sent_again() -> None:
    service = Service(fails=1)
    ((first, second),) = talked(service, sends(frame(oru("9")), frame(oru("9"))))
    assert (b"MSA|AE|9\r" in first, b"MSA|AA|9\r" in second) == (True, True)
    assert len(service.taken) == 1


@pytest.mark.parametrize(
    "raw",
    [b"\x0bMSH|unended", frame(b"\x0bMSH|twice begun"), b"\x0bMSH|" + bytes(5_000_000)],
)
def test_what_is_no_frame_ends_the_connection_and_nothing_goes_on(raw: bytes) -> None:
    service = Service()
    try:
        (answer,) = talked(service, reads_end(raw), frame=0.2)
    except ConnectionError:  # closed while it was still being written
        answer = b""
    assert (answer, service.taken) == (b"", [])


def test_a_silent_connection_is_closed() -> None:
    assert talked(Service(), reads_end(b"no frame at all"), idle=0.2) == [b""]
