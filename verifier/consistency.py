"""Two checkpoints of one log: does the newer log begin with the older one?"""

from __future__ import annotations

from verifier.canonical import HASH, coded
from verifier.merkle import EMPTY, ProofError, verify_consistency
from verifier.notes import Checkpoint, NoteError, open_checkpoint, parse_text, split, unb64
from verifier.policy import Policy
from verifier.report import Report


def check(old: str, new: str, proof: object, policy: Policy) -> Report:
    """Texts of the checkpoints; ``proof`` is a list of base64 hashes. ``old`` needs no witness: somebody kept it."""
    report = Report()
    before, after = open_any(old, policy, 0, report, "old"), open_any(new, policy, policy.quorum, report, "new")
    if not policy.quorum:
        report.add("quorum-none", "policy")
    if before is None or after is None:
        return report
    report.facts.update(origin=after.origin, old=before.size, new=after.size)
    report.facts["witnesses"] = policy.witnessed(after.witnessed)
    if type(proof) is not list or not all(map(coded(HASH), proof)):
        report.add("proof-malformed", "proof")
    elif before.origin != after.origin:
        report.add("note-origin", "new", origin=before.origin)
    elif not _consistent(before, after, [unb64(text) for text in proof]):
        report.add("proof", "proof")
    return report


def open_any(note: str, policy: Policy, quorum: int, report: Report, place: str) -> Checkpoint | None:
    """A checkpoint of any year of the policy's log; None, and a finding, when it is not good."""
    try:
        origin = parse_text(split(note)[0]).origin
        if policy.year_of(origin) is None:
            origin = policy.name  # which it then is not of
        return open_checkpoint(note, origin, policy.log_keys, policy.witnesses, quorum)
    except NoteError as error:
        report.flaw(error, place)
        return None


def _consistent(before: Checkpoint, after: Checkpoint, proof: list[bytes]) -> bool:
    if before.size == 0:  # every log begins with the empty one; no proof leads from it
        return before.root == EMPTY and not proof
    try:
        verify_consistency(before.size, after.size, before.root, after.root, proof)
    except ProofError:
        return False
    return True
