"""What a witness answers to a checkpoint. Source: C2SP tlog-witness, add-checkpoint, and tlog-cosignature.

| status | when |
| --- | --- |
| 200 | consistent: remembered, then cosigned. The same tree again is cosigned again, with the time of now |
| 400 | cannot be read, or the old size is above the new one |
| 404, 403 | the origin is not one of ours; none of its keys signed |
| 409 | the old size is not the one remembered, or another tree of this size; the answer is the size remembered |
| 422 | the proof does not lead from the tree remembered to this one |
| 503 | the state cannot be kept |
"""

from __future__ import annotations

import logging
import re
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from verifier import merkle, notes
from witness.evidence import Refusal
from witness.policy import Policy
from witness.state import State, StateError, Tree

log = logging.getLogger("witness")

MAX_PROOF = 63
TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
_OLD = re.compile("old (0|[1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: str
    kind: str = TEXT


class Refused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.answer = Answer(status, f"{reason}\n")


@dataclass(frozen=True, slots=True)
class Request:
    old: int
    proof: tuple[bytes, ...]
    note: str
    checkpoint: notes.Checkpoint

    @classmethod
    def parse(cls, body: bytes) -> Request:
        """Raises Refused. Nothing is verified yet."""
        try:
            head, blank, note = body.decode().partition("\n\n")
            first, *hashes = head.split("\n")
            old = _OLD.fullmatch(first)
            if not blank or not old or len(hashes) > MAX_PROOF:
                raise Refused(400, "malformed request")
            proof = tuple(notes.unb64(line) for line in hashes)
            if any(len(h) != merkle.HASH for h in proof):
                raise Refused(400, "malformed hash")
            return cls(int(old[1]), proof, note, notes.parse_text(notes.split(note)[0]))
        except (UnicodeDecodeError, notes.NoteError):
            raise Refused(400, "malformed request") from None


class Witness:
    """Safe for threads: check, memory and cosignature are one step under a lock."""

    def __init__(self, policy: Policy, state: State, clock: Callable[[], float] = time.time) -> None:
        self._policy = policy
        self._state = state
        self._clock = clock
        self._lock = threading.Lock()

    def close(self) -> None:
        """Waits for a checkpoint that is being decided; later ones are refused."""
        with self._lock:
            self._state.close()

    def add_checkpoint(self, body: bytes) -> Answer:
        try:
            request = Request.parse(body)
            signed = self._signed_by_log(request)
            with self._lock:
                return self._decide(request, signed)
        except Refused as refused:
            return refused.answer
        except StateError as error:
            log.critical("nothing is signed: %s", error)
            return Answer(503, "the state cannot be kept; see the log of the witness\n")

    def health(self) -> dict[str, object]:
        with self._lock:
            logs = {origin: {"size": tree.size, "time": tree.time} for origin, tree in self._state.trees.items()}
            refusals = {reason: self._state.evidence.count(reason) for reason in ("fork", "proof")}
        return {"name": self._state.vkey.name, "vkey": self._state.vkey.text(), "logs": logs, "refusals": refusals}

    def _signed_by_log(self, request: Request) -> str:
        """The note with the log's signatures and no others. Raises Refused."""
        origin = request.checkpoint.origin
        if not self._policy.knows(origin):
            raise Refused(404, "unknown log")
        try:
            notes.open_checkpoint(request.note, origin, self._policy.keys)
        except notes.NoteError:
            raise Refused(403, "not signed by the log") from None
        if request.old > request.checkpoint.size:
            raise Refused(400, "the old size is above the new one")
        ids = {notes.VerifierKey(origin, notes.ECDSA, key).key_id for key in self._policy.keys}
        text, lines = notes.split(request.note)
        own = [notes.signature_line(n, raw[:4], raw[4:]) for n, raw in lines if n == origin and raw[:4] in ids]
        return f"{text}\n{''.join(own)}"

    def _decide(self, request: Request, signed: str) -> Answer:
        checkpoint, known = request.checkpoint, self._state.newest(request.checkpoint.origin)
        root, now = notes.b64(checkpoint.root), int(self._clock())
        proof = [notes.b64(h) for h in request.proof]
        if checkpoint.size == known.size and root != known.root:
            self._state.evidence.keep(Refusal("fork", now, request.old, proof, known.note, signed))
            return Answer(409, f"{known.size}\n", SIZE)
        if request.old != known.size:
            return Answer(409, f"{known.size}\n", SIZE)
        try:
            _require_growth(request, notes.unb64(known.root))
        except merkle.ProofError:
            self._state.evidence.keep(Refusal("proof", now, request.old, proof, known.note, signed))
            raise Refused(422, "the proof does not lead from the tree known here to this one") from None
        tree = Tree(checkpoint.size, root, max(now, known.time), signed)
        self._state.advance(checkpoint.origin, tree)
        return Answer(200, self._cosign(checkpoint.text(), tree.time))

    def _cosign(self, text: str, now: int) -> str:
        signature = self._state.key.sign(f"cosignature/v1\ntime {now}\n{text}".encode())
        key = self._state.vkey
        return notes.signature_line(key.name, key.key_id, struct.pack(">Q", now) + signature)


def _require_growth(request: Request, root: bytes) -> None:
    """Raises ProofError."""
    if request.old:
        merkle.verify_consistency(request.old, request.checkpoint.size, root, request.checkpoint.root, request.proof)
    elif request.proof:
        raise merkle.ProofError("from the empty tree no proof leads")
