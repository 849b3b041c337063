"""The client of the witness against a real one on loopback, and against strange ones."""

from __future__ import annotations

import http.server
import socket
import threading

import pytest

from chalicelib.audit.witness import WitnessClient, WitnessKey, WitnessRefused, WitnessUnavailable
from tests.witness.conftest import Clock, open_witness
from tests.witness.logs import ORIGIN, Log, request
from verifier import notes
from witness.server import Server

pytestmark = pytest.mark.requirement("AUD-2")


@pytest.fixture
def serve():
    """Runs a server in a thread until the end of the test."""
    running = []

    def start(server):
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def witness(tmp_path):
    opened = open_witness(tmp_path / "state", Clock())
    yield opened
    opened.close()


@pytest.fixture
def url(witness, serve):
    return serve(Server("127.0.0.1", 0, witness))


def key_of(witness):
    return str(witness.health()["vkey"])


class Sequencer:
    """Asks for cosignatures and counts the proofs it had to make."""

    def __init__(self, client, log=None):
        self.client, self.log, self.proved = client, log or Log(), []

    def cosign(self, size):
        def prove(old):
            self.proved.append((old, size))
            return self.log.proof(old, size)

        return self.client.cosign(self.log.note(size), size, ORIGIN, prove)


def assert_cosigned(log, size, lines, witness):
    keys = [notes.VerifierKey.parse(key_of(witness))]
    spki = witness._policy.keys
    assert notes.open_checkpoint(log.note(size) + lines, ORIGIN, spki, keys, quorum=1).size == size


def test_a_log_grows_with_one_request_each(url, witness):
    sequencer = Sequencer(WitnessClient(url + "/", [key_of(witness)]))
    for size in (5, 5, 9, 300):
        assert_cosigned(sequencer.log, size, sequencer.cosign(size), witness)
    assert sequencer.proved == [(5, 9), (9, 300)]


def test_a_cold_start_learns_the_size_and_proves_from_it(url, witness):
    Sequencer(WitnessClient(url, [key_of(witness)])).cosign(5)
    cold = Sequencer(WitnessClient(url, [key_of(witness)]))
    assert_cosigned(cold.log, 9, cold.cosign(9), witness)
    assert cold.proved == [(5, 9)]
    again = Sequencer(WitnessClient(url, [key_of(witness)]))
    assert_cosigned(again.log, 9, again.cosign(9), witness)
    assert again.proved == []


def test_another_sequencer_in_between_does_not_matter(url, witness):
    one, two = (Sequencer(WitnessClient(url, [key_of(witness)])) for _ in range(2))
    one.cosign(5)
    two.cosign(8)
    assert_cosigned(one.log, 12, one.cosign(12), witness)


def test_a_larger_tree_there_is_a_sign_of_a_fork(url, witness):
    for client in (WitnessClient(url, [key_of(witness)]) for _ in range(2)):
        Sequencer(client).cosign(9)
        for _ in range(2):
            with pytest.raises(WitnessRefused) as refused:
                Sequencer(client).cosign(5)
            assert refused.value.size == 9


@pytest.mark.parametrize("cold", [True, False])
def test_another_tree_of_this_size_is_a_sign_of_a_fork(url, witness, cold):
    client = WitnessClient(url, [key_of(witness)])
    Sequencer(client).cosign(5)
    fork = Sequencer(WitnessClient(url, [key_of(witness)]) if cold else client, Log("b"))
    with pytest.raises(WitnessRefused, match="another tree of this size") as refused:
        fork.cosign(5)
    assert refused.value.size == 5
    assert Sequencer(client).cosign(6)


def test_a_tree_that_does_not_continue_is_a_sign_of_a_fork(url, witness):
    client = WitnessClient(url, [key_of(witness)])
    Sequencer(client).cosign(5)
    with pytest.raises(WitnessRefused, match="does not lead") as refused:
        Sequencer(client, Log("b", common=4)).cosign(9)
    assert refused.value.size == 5


def test_an_unknown_log_is_no_fork(url, witness):
    stranger = Log(origin="other.example/2026")
    with pytest.raises(WitnessUnavailable, match="404"):
        WitnessClient(url, [key_of(witness)]).cosign(stranger.note(5), 5, stranger.origin, lambda _: [])


def test_a_cosignature_of_an_unknown_key_is_none(url, tmp_path):
    other = open_witness(tmp_path / "other", Clock())
    with pytest.raises(WitnessUnavailable, match="no cosignature"):
        Sequencer(WitnessClient(url, [key_of(other)])).cosign(5)
    other.close()


def strange(status, body=b"", **headers):
    """A server that answers every request alike."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)


def answer_of(witness, size=5):
    return witness.add_checkpoint(request(0, [], Log().note(size))).body


def test_a_right_line_among_strangers_is_taken_alone(serve, witness):
    line = answer_of(witness)
    body = notes.signature_line("other/w", b"abcd", b"x" * 72) + line
    client = WitnessClient(serve(strange(200, body.encode())), [key_of(witness)])
    assert Sequencer(client).cosign(5) == line


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "",
        lambda _: "OK\n",
        lambda line: f"{line}\nmore",
        lambda line: line.replace("— ", "- "),
        lambda line: line[:-9] + "\n",
        lambda line: line[:60] + ("A" if line[60] != "A" else "B") + line[61:],
    ],
    ids=["nothing", "words", "more", "dash", "cut", "altered"],
)
def test_an_answer_that_is_no_cosignature_is_not_taken(serve, witness, spoil):
    client = WitnessClient(serve(strange(200, spoil(answer_of(witness)).encode())), [key_of(witness)])
    with pytest.raises(WitnessUnavailable):
        Sequencer(client).cosign(5)


def test_a_cosignature_of_another_tree_is_not_taken(serve, witness):
    client = WitnessClient(serve(strange(200, answer_of(witness, 6).encode())), [key_of(witness)])
    with pytest.raises(WitnessUnavailable, match="wrong cosignature"):
        Sequencer(client).cosign(5)


@pytest.mark.parametrize(
    "server",
    [
        lambda: strange(500),
        lambda: strange(503),
        lambda: strange(403),
        lambda: strange(302, Location="http://127.0.0.1:1/"),
        lambda: strange(409, b"3\n"),
        lambda: strange(409, b"03\n", Content_Type="text/x.tlog.size"),
        lambda: strange(409, b"many\n", Content_Type="text/x.tlog.size"),
        lambda: strange(409, b"0\n", Content_Type="text/x.tlog.size"),
        lambda: strange(409, b"3\n", Content_Type="text/x.tlog.size"),
        lambda: strange(200, b"\xff\n"),
        lambda: strange(200, b"x", Content_Length="100"),
    ],
    ids=["500", "503", "403", "redirect", "no type", "zeroes", "words", "own size", "again", "bytes", "cut"],
)
def test_strange_answers_are_as_if_it_were_away(serve, server, witness):
    sequencer = Sequencer(WitnessClient(serve(server()), [key_of(witness)]))
    with pytest.raises(WitnessUnavailable):
        sequencer.cosign(5)
    assert len(sequencer.proved) <= 1


def test_a_witness_that_is_away_or_silent_is_unavailable(monkeypatch, witness):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        with pytest.raises(WitnessUnavailable, match="cannot be reached"):
            Sequencer(WitnessClient(url, [key_of(witness)])).cosign(5)
        probe.listen()
        monkeypatch.setattr("chalicelib.audit.witness.SECONDS", 0.1)
        with pytest.raises(WitnessUnavailable, match="cannot be reached"):
            Sequencer(WitnessClient(url, [key_of(witness)])).cosign(5)


def test_a_wrong_setting_is_refused_at_once(witness):
    key = key_of(witness)
    assert WitnessKey.parse(key).key_id.hex() == key.split("+")[1]
    name, key_id, raw = key.split("+", 2)
    swapped = "0" if key_id[0] != "0" else "1"
    for wrong in ("", name, f"{name}+{swapped}{key_id[1:]}+{raw}", f"{name}+{key_id}+{raw[:-4]}", f"x{key}", f"{key}*"):
        with pytest.raises(ValueError, match=r".*"):
            WitnessClient("http://localhost", [wrong])
    for url in ("", "file:///etc/passwd", "ftp://x", "localhost"):
        with pytest.raises(ValueError, match="https"):
            WitnessClient(url, [key])
