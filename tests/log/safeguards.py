"""The safeguards of the log: the lines that are each, what is there without it, and who must notice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Removal:
    """``old`` stands exactly once in ``file``; ``tests`` are pytest's arguments; ``reason`` is searched for."""

    name: str
    file: str
    old: str
    new: str
    tests: str
    reason: str


CRASHES, STORES, ATTACKS = "tests/log/test_crashes.py", "tests/log/test_stores.py", "tests/log/test_attacks.py"
INTAKE, YEARS = "tests/log/test_intake.py", "tests/log/test_years.py"
PATIENT, FSCK, MERKLE = "tests/verifier/test_patient.py", "tests/verifier/test_fsck.py", "tests/verifier/test_merkle.py"
TREES = (
    "two trees of size|an entry twice|entries lost|no beginning of the log|ForkError|assert 2 == 1|entry-twice|chain-"
)
NOT_RAISED = "DID NOT RAISE"

REMOVALS = (
    Removal(
        "conditional write of the head",
        "chalicelib/audit/logstore.py",
        'new.item(), {"ver": old.ver})])',
        "new.item(), None)])",
        f"{CRASHES} -k 'sleeper or interleaving or eight'",
        TREES,
    ),
    Removal(
        "recovery of a commit that was cut short",
        "chalicelib/audit/sequencer.py",
        "        if head.applied != head.ver:\n            self._recover(year, head)",
        "        if head.applied == -1:\n            self._recover(year, head)",
        f"{CRASHES} -k killed",
        TREES + "|says",
    ),
    Removal(
        "dropping what is in the log already",
        "chalicelib/audit/sequencer.py",
        "if keys.log_entry(entry_id) not in known]\n        return fresh",
        "if entry_id]\n        return fresh",
        f"{CRASHES} -k killed_at",
        "an entry twice|assert \\d+ == 0",
    ),
    Removal(
        "walking on from the hints",
        "chalicelib/audit/sequencer.py",
        "        self._walk(links, head.size)\n",
        "",
        f"{CRASHES} -k 'sleeper or interleaving'",
        "chain-",
    ),
    Removal(
        "marking as applied last",
        "chalicelib/audit/sequencer.py",
        '        self._step("tiles")\n',
        '        self._step("tiles")\n        self._store.applied(year, head)\n',
        f"{CRASHES} -k killed",
        TREES + "|says",
    ),
    Removal(
        "the guard against a head that was put back",
        "chalicelib/audit/publishing.py",
        "        if wrong:\n",
        "        if not wrong and wrong:\n",
        ATTACKS,
        f"{NOT_RAISED}|assert 4 == 3",  # a tree more was signed
    ),
    Removal(
        "looking above the head's size",
        "chalicelib/audit/publishing.py",
        "        wrong = self._above(year, head)\n",
        '        wrong = ""\n',
        f"{ATTACKS} -k 'marker or deleted'",
        f"{NOT_RAISED}|assert 4 == 3",
    ),
    Removal(
        "all pages of a listing of versions",
        "chalicelib/audit/objects.py",
        'if not page.get("IsTruncated"):',
        "if True:",
        "tests/contract/test_objects.py -k more_markers",
        "assert Version",
    ),
    Removal(
        "delete markers in a listing of versions",
        "chalicelib/audit/objects.py",
        '                found += [Version(v["Key"], marker=True) for v in page.get("DeleteMarkers", ())]\n',
        "",
        "tests/contract/test_objects.py",
        "assert",
    ),
    Removal(
        "signing only what was committed",
        "chalicelib/audit/sequencer.py",
        '        self._step("staged")\n',
        '        self._step("staged")\n'
        "        from chalicelib.audit import notes as _n\n"
        "        _n.signed(_n.Checkpoint(self._publisher.origin(year), built.head.size, built.head.root), "
        "self._publisher._key)\n",
        f"{CRASHES} -k 'interleaving or killed_at or sleeper'",
        "two trees of size|no beginning of the log",
    ),
    Removal(
        "a log time that never falls",
        "chalicelib/audit/sequencer.py",
        "now = max(head.t, self._now())",
        "now = self._now()",
        f"{STORES} -k time",
        "time-back",
    ),
    Removal(
        "moving the pointer only forward",
        "chalicelib/audit/logstore.py",
        'return self.edge.replace(f"{year:04d}/{POINTER}", note.encode(), tag)',
        'return self.edge.put(f"{year:04d}/{POINTER}", note.encode()) is None',
        f"{CRASHES} -k 'sleeper or interleaving'",
        "says|entries lost|ForkError|checkpoint",
    ),
    Removal(
        "checking writers of a segment that is read back",
        "chalicelib/audit/sequencer.py",
        "        recovery.check(self._store, self._writers, year, segment, self._now())\n",
        "",
        f"{ATTACKS} -k planted",
        NOT_RAISED,
    ),
    Removal(
        "chains are held against what was seen of them",
        "chalicelib/audit/sequencer.py",
        "            if link.n < self._lengths.get(tag, -1):",
        "            if link.n < -1:",
        f"{ATTACKS} -k shortened",
        NOT_RAISED,
    ),
    Removal(
        "rows of a chain are held against their leaf",
        "chalicelib/audit/indexing.py",
        "    return link if named and type(link.seq) is int and 0 <= link.seq < size else None",
        "    return link",
        f"{ATTACKS} -k forged",
        f"{NOT_RAISED}|chain-|malformed",
    ),
    Removal(
        "one form of base64",
        "chalicelib/audit/entry.py",
        "    if b64(data) != text:",
        "    if not text:",
        f"{INTAKE} -k base64",
        "alien-row|malformed",
    ),
    Removal(
        "rows of strange attributes",
        "chalicelib/handlers/events.py",
        "    row = decode(image, strict=False)",
        "    row = decode(image)",
        f"{INTAKE} -k attribute",
        "TypeError",
    ),
    Removal(
        "the mark of the long sweep",
        "chalicelib/audit/intake.py",
        "        begin = max(min(mark, now - back), now - OUTBOX_LIFETIME)",
        "        begin = now - back",
        f"{INTAKE} -k weeks",
        "assert",
    ),
    Removal(
        "the hash of a segment that is read back",
        "chalicelib/audit/sequencer.py",
        "if hashlib.sha256(packed).hexdigest() != head.segsha:",
        "if not packed:",
        f"{ATTACKS} -k 'put_back_or_altered'",
        f"{NOT_RAISED}|does not match|signed",
    ),
    Removal(
        "a head that is gone is no new log",
        "chalicelib/audit/sequencer.py",
        '        if self._store.locked_after(year, CHECKPOINTS, ""):\n',
        "        if year < 0:\n",
        f"{ATTACKS} {YEARS} -k gone",
        f"{NOT_RAISED}|Regex|does not match",
    ),
    Removal(
        "removals from the outbox",
        "chalicelib/audit/intake.py",
        "            else:\n                self._removed(change, batch)\n",
        "",
        f"{INTAKE} -k removed",
        "outbox-remove",
    ),
    Removal(
        "the exact principal of time to live",
        "chalicelib/audit/intake.py",
        "if change.by != TTL:",
        "if not change.by[1].startswith(TTL[1][:8]):",
        f"{INTAKE} -k time_to_live",
        "outbox-remove",
    ),
    Removal(
        "who made a row",
        "chalicelib/audit/envelopes.py",
        "if row is None or not self.made(row.signed, row.signature, row.certificate):",
        "if row is None:",
        INTAKE,
        "alien-row|writer-signature|certificate-wrong",
    ),
    Removal(
        "the certificate of a writer",
        "chalicelib/audit/envelopes.py",
        "if not self._authority.signed(WRITER_DOMAIN + writer.encode(), unb64(certificate)):",
        "if not unb64(certificate):",
        f"{INTAKE} {ATTACKS} -k 'tamper or planted'",
        f"alien-row|{NOT_RAISED}|certificate-wrong",
    ),
    Removal(
        "an incident's number only when it is new",
        "chalicelib/audit/sequencer.py",
        "        rows, found = self._fresh(rows, found)\n",
        "        for note in found:\n"
        "            self._own.row(note, year, 0)\n"
        "            self._own.stored(1)\n"
        "        rows, found = self._fresh(rows, found)\n",
        f"{INTAKE} -k replayed",
        "writer-gap",
    ),
    Removal(
        "giving up a writer in doubt",
        "chalicelib/audit/log.py",
        "    def _discard(self) -> None:\n        self._local.writer = None",
        "    def _discard(self) -> None:\n        pass",
        "tests/unit/test_audit_faults.py",
        "assert",
    ),
    Removal(
        "the entry before the data",
        "chalicelib/services/gate.py",
        "        entry_id = self._audit.append(event)\n        return Permit(patient_id, opens or spec.name,",
        "        entry_id = self._audit.new_id()\n        return Permit(patient_id, opens or spec.name,",
        "tests/unit/test_gate.py",
        "assert|" + NOT_RAISED,
    ),
    Removal(
        "the entry inside the transaction",
        "chalicelib/audit/log.py",
        "            self._send([*writes, *rows], rows)\n",
        "            self._send(list(writes), rows)\n",
        "tests/unit/test_audit_log.py tests/unit/test_audit_faults.py",
        "assert|not enough values|" + NOT_RAISED,
    ),
    Removal(
        "the certificate of a subject",
        "chalicelib/audit/subjects.py",
        "    if not authority.signed(certificate_text(person_id, subject), cert):\n        raise KeyIntegrityError\n",
        "",
        "tests/unit/test_audit_subjects.py -k certified",
        NOT_RAISED,
    ),
    Removal(
        "the year in what a writer signs",
        "chalicelib/audit/entry.py",
        '                "y": self.year,\n',
        "",
        "tests/unit/test_audit_log.py tests/log/test_intake.py",
        "InvalidSignature|writer-signature",
    ),
    Removal(
        "the witness's refusal as an alarm",
        "chalicelib/audit/publishing.py",
        '            raise ForkError(f"{self.origin(year)}: the witness refuses size {size}: {refused}") from refused',
        '            return ""',
        f"{STORES} -k ahead",
        NOT_RAISED,
    ),
    Removal(
        "the witness's proof of growth",
        "witness/protocol.py",
        "            _require_growth(request, notes.unb64(known.root))\n",
        "            pass\n",
        "tests/witness/test_protocol.py",
        "assert",
    ),
    Removal(
        "patient's check: a gap in the chain",
        "verifier/patient.py",
        "    if envelope.n != number:",
        "    if envelope.n < 0:",
        PATIENT,
        "chain-number",
    ),
    Removal(
        "patient's check: the link to the entry before",
        "verifier/patient.py",
        '    if envelope.prev != (b64(before.leaf) if before else ""):',
        "    if len(envelope.prev) == 1:",
        PATIENT,
        "chain-link",
    ),
    Removal(
        "patient's check: the own request",
        "verifier/patient.py",
        "    elif type(nonce) is not str or not nonce or nonce != run.nonce:",
        "    elif type(nonce) is not str:",
        PATIENT,
        "request-other",
    ),
    Removal(
        "patient's check: the text that was committed to",
        "verifier/entries.py",
        "    if b64(hashlib.sha256(BODY_DOMAIN + raw).digest()) != envelope.com:",
        "    if not raw:",
        PATIENT,
        "body-altered",
    ),
    Removal(
        "length of an inclusion proof",
        "verifier/merkle.py",
        "        place, last = place >> 1, last >> 1\n    if last != 0:\n"
        '        raise ProofError("proof too short")\n    if found != root:',
        "        place, last = place >> 1, last >> 1\n    if found != root:",
        f"{MERKLE} tests/verifier/test_garbage.py",
        NOT_RAISED + "|assert",
    ),
    Removal(
        "fsck: the signature of a writer",
        "verifier/leaves.py",
        "        if not envelope.signed(int(self.log.year)):",
        "        if not envelope.writer:",
        FSCK,
        "writer-signature",
    ),
    Removal(
        "fsck: an entry twice",
        "verifier/leaves.py",
        "        if envelope.id in self.ledger.ids:",
        "        if not envelope.id:",
        FSCK,
        "entry-twice",
    ),
    Removal(
        "fsck: the certificate of a writer",
        "verifier/leaves.py",
        "        elif first and envelope.certificate is None:",
        "        elif not envelope.writer:",
        FSCK,
        "writer-uncertified|certificate-wrong",
    ),
    Removal(
        "quorum of witnesses",
        "verifier/notes.py",
        "    if len(witnessed) < quorum:",
        "    if len(witnessed) < 0:",
        f"{FSCK} {PATIENT}",
        "note-quorum",
    ),
)
