"""clamd: a verdict is a verdict, and everything else is none. The daemon is a fake that speaks its protocol."""

from __future__ import annotations

import socket
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from chalicelib.documents.clamd import PIECE, Clamd
from chalicelib.errors import NotFoundError, ScannerUnavailableError

FOUND = b"stream: Eicar-Test-Signature FOUND\0"


class Daemon:
    """Answers each file with what ``answer`` makes of it; None closes the line without a word."""

    def __init__(self, answer: Callable[[bytes], bytes | None], *, limit: int = 10**9, path: str = "") -> None:
        self._answer, self._limit = answer, limit
        self.files: list[bytes] = []
        self._line = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
        self._line.bind(path or ("127.0.0.1", 0))
        self._line.listen()
        self.address = f"unix://{path}" if path else f"tcp://127.0.0.1:{self._line.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Repeatable."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)  # wakes who waits for a caller
        self._line.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._line.accept()
            except OSError:
                return
            with line:
                with line.makefile("rb") as stream:
                    said = self._one(stream)
                if said:
                    line.sendall(said)

    def _one(self, stream: object) -> bytes | None:
        read = stream.read  # type: ignore[attr-defined]
        assert read(10) == b"zINSTREAM\0"
        data = b""
        while len(head := read(4)) == 4 and (length := struct.unpack(">I", head)[0]):
            data += read(length)
            if len(data) > self._limit:
                return b"INSTREAM size limit exceeded. ERROR\0"
        self.files.append(data)
        return self._answer(data)


@pytest.fixture
def daemon(request: pytest.FixtureRequest) -> Iterator[Callable[..., Daemon]]:
    made: list[Daemon] = []

    def make(answer: bytes | None, **how: object) -> Daemon:
        made.append(Daemon(lambda _: answer, **how))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.mark.requirement("DOC-2")
@pytest.mark.parametrize(
    ("answer", "verdict"), [(b"stream: OK\0", "clean"), (FOUND, "infected")], ids=["clean", "infected"]
)
def test_a_file_goes_by_in_pieces_and_gets_a_verdict(
    daemon: Callable[..., Daemon], answer: bytes, verdict: str
) -> None:
    there, data = daemon(answer), bytes(range(256)) * 4096
    assert len(data) > PIECE
    assert Clamd(there.address).scan([data, b"", b"end"]) == verdict
    assert there.files == [data + b"end"]


def test_it_listens_at_a_unix_socket_too() -> None:
    with tempfile.TemporaryDirectory() as folder:
        there = Daemon(lambda _: b"stream: OK\0", path=str(Path(folder) / "clamd"))
        assert Clamd(there.address).scan([b"data"]) == "clean"
        there.close()


@pytest.mark.requirement("DOC-2")
@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"stream: OK",  # cut off before its end it may still be "stream: OK FOUND"
        b"\0",
        b"OK\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"x" * 10_000,
    ],
    ids=["silence", "cut", "empty", "other", "limit", "error", "endless"],
)
def test_what_is_no_verdict_leaves_the_file_waiting(daemon: Callable[..., Daemon], answer: bytes | None) -> None:
    with pytest.raises(ScannerUnavailableError):
        Clamd(daemon(answer).address, timeout=2).scan([b"data"])


def test_a_limit_in_the_middle_of_a_file_is_no_verdict(daemon: Callable[..., Daemon]) -> None:
    there = daemon(b"stream: OK\0", limit=1000)
    with pytest.raises(ScannerUnavailableError):
        Clamd(there.address, timeout=2).scan(bytes(PIECE) for _ in range(200))


def test_nobody_there_and_nobody_who_answers(daemon: Callable[..., Daemon]) -> None:
    there = daemon(b"stream: OK\0")
    there.close()
    with pytest.raises(ScannerUnavailableError):
        Clamd(there.address, timeout=1).scan([b"data"])
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        with pytest.raises(ScannerUnavailableError):
            Clamd(f"tcp://127.0.0.1:{deaf.getsockname()[1]}", timeout=0.2).scan([b"data"])


def test_what_the_file_itself_fails_with_is_not_the_scanners_fault(daemon: Callable[..., Daemon]) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"data"
        raise NotFoundError

    with pytest.raises(NotFoundError):
        Clamd(daemon(b"stream: OK\0").address).scan(chunks())
