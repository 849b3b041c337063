"""Every key of every table, and what it is for.

| store    | pk                 | sk                         | what                                    | read by                        |
| -------- | ------------------ | -------------------------- | --------------------------------------- | ------------------------------ |
| identity | PERSON#<person>    | PROFILE                    | sealed profile, state, assurance level  | me, notify, gate (own card)    |
| identity | PERSON#<person>    | POLICY                     | sealed OMS policy                       | overview, registrar            |
| identity | PERSON#<person>    | CREDENTIALS                | password hash, sealed TOTP, last step   | sign-in                        |
| identity | PERSON#<person>    | MEMBER#<member>            | role in an organisation                 | gate (every staff request)     |
| identity | PERSON#<person>    | SESSION#<session>          | session, hashed refresh token           | gate (every request)           |
| identity | BI#<field>#<tag>   | BI                         | blind index: identifier to person       | sign-in, look-up, uniqueness   |
| identity | REG#<registration> | REG                        | pending registration, TTL 24 h          | registration                   |
| identity | CHALLENGE#<id>     | CHALLENGE                  | password given, second factor awaited   | sign-in                        |
| identity | LIMIT#<scope>#<id> | <window>                   | counter of a rate limit or lock-out     | limits                         |
| identity | ORGS               | ORG#<organisation>         | organisations                           | administration                 |
| identity | ORGS               | OID#<oid>                  | one organisation an OID                 | uniqueness                     |
| identity | ORGS               | FIRST_ADMINISTRATOR        | there has been an administrator         | operator's function            |
| identity | PERSON#<person>    | HELD#<org>#<role>#<dep>    | one membership a role and department    | uniqueness                     |
| identity | ORG#<organisation> | STAFF#<member>             | staff list of an organisation           | administration                 |
| identity | PARTNERS           | CLIENT#<client>            | partner systems and their JWKS          | token endpoint, gate           |
| identity | JTI#<client>       | <jti>                      | used client assertions                  | token endpoint                 |
| card     | P#<patient>        | CARD                       | state of the card                       | gate (every request)           |
| card     | P#<patient>        | CONSENT#<member>           | present consent to one member of staff  | gate (every staff request)     |
| card     | P#<patient>        | CJ#<uuid7>                 | consent journal                         | patient                        |
| card     | P#<patient>        | R#<kind>#<record>          | newest version, sealed                  | read; by date: index by_date   |
| card     | P#<patient>        | V#<kind>#<record>#<ver>    | earlier versions, sealed                | history                        |
| card     | P#<patient>        | NOTICE#<uuid7>             | inbox of the cabinet, sealed            | inbox                          |
| card     | P#<patient>        | EVENT#<uuid7>              | something to react to, TTL 30 days      | stream                         |
| card     | P#<patient>        | REFUSAL#<day>#<who>        | a refused attempt, TTL 2 days           | stream                         |
| card     | P#<patient>        | DISP#<record>#<n>          | dispensings of a prescription, sealed   | prescription                   |
| card     | P#<patient>        | RECEIPT#<record>#<v>#<name>| a reaction has run                      | reactions                      |
| card     | P#<patient>        | DOC#<kind>#<record>#<ver>  | where a document lies                   | download                       |
| card     | P#<patient>        | APPLICATION#<uuid7>        | activation form, sealed                 | activation                     |
| card     | P#<patient>        | JOURNAL#<uuid7>            | ordered copy of the journal, TTL 7 days | download of the journal        |
| card     | P#<patient>        | OPEN_APPLICATION           | at most one open application            | activation                     |
| card     | QUEUE#<name>       | <uuid7>                    | work list of staff                      | registrar                      |
| card     | GRANTEE#<member>   | P#<patient>                | patients who answered a doctor          | doctor's work list             |
| card     | RX#<code hash>     | RX                         | state of a prescription                 | pharmacy                       |
| card     | ERASURES           | <uuid7>                    | an erasure: decisions, state, receipt   | officers, eraser               |
| card     | P#<patient>        | ERASURE                    | which erasure is the person's newest    | one open erasure a person      |
| card     | IDEM#<caller>#<op> | <key hash>                 | idempotency key, TTL 48 h               | every create                   |
| keys     | <patient>          | active, kek#<version>      | see crypto/patient_keys.py              | vault                          |
| keys     | <person>           | audit#<year>               | tag and keys of the audit chain         | audit writer, reader of the log |
| keys     | tag#<tag>          | audit                      | whose chain a tag is                    | reader of the log              |
| keys     | signing#<purpose>  | active, key#<kid>          | ES256 keys wrapped by KMS               | signer                         |
| outbox   | OB#<minute>#<0-f>  | <uuid7>                    | pending audit entries, TTL 40 days      | sequencer                      |
| index    | HEAD               | <year>                     | head of a log: the commit point         | sequencer                      |
| index    | E#<entry>          | E                          | an entry is in the log, and where       | sequencer                      |
| index    | P#<tag>            | <n, 12 digits>             | envelope and sealed body, by chain      | sequencer, reader of the log   |
| index    | W#<writer>         | <year>                     | certificate of a writer of this log     | sequencer, reader of the log   |
| index    | SWEPT              | SWEPT                      | up to where the outbox was swept        | long sweep                     |
| index    | H#<tag>            | H                          | hint: how long a chain is               | sequencer                      |
| card     | FINDING#<finding>  | FINDING                    | a finding of the review: ids and counts | security officer               |
| card     | QUEUE#findings-<o> | <time>#<finding>           | list of an organisation's findings      | security officer               |
| index    | REVIEW             | <year>, caught-up, …       | how far review and reconciliation are   | review                         |
| index    | REVIEW#<kind>#<id> | KEPT                       | what the review remembers, keyed marks  | review, reconciliation         |
| index    | REVIEWCARDS#<0-f>  | <patient>                  | who wrote in a card, who has consent    | review, check of the cards     |
| index    | KEYLOG#<day>       | <file>                     | a file of the key log is reconciled     | reconciliation                 |
| index    | ACCESS#<o>#<month> | ALL, M#<member>, CLOSED    | counters of the monthly report          | security officer               |

Index ``by_date`` of the card table (local, attribute ``kd``): ``<kind>#<occurred>#<record>``, newest first by paging
backwards. No personal data in keys (SEC-2): ids are random, identifiers appear only as keyed tags.
"""

from __future__ import annotations

import hashlib

from chalicelib.ports.tables import Key, Store

BY_DATE = "by_date"


AUDIT_SUBJECTS = "audit#"


def key_state(person_id: str) -> Key:
    """Whether a person's keys are alive or destroyed (crypto/patient_keys.py). Others than persons have no such row."""
    return Key(Store.KEYS, person_id, "active")


def audit_subject(person_id: str, year: int) -> Key:
    return Key(Store.KEYS, person_id, f"{AUDIT_SUBJECTS}{year:04d}")


def audit_tag(tag: str) -> Key:
    return Key(Store.KEYS, f"tag#{tag}", "audit")


LOG_HEADS = "HEAD"


def log_head(year: int) -> Key:
    return Key(Store.AUDIT_INDEX, LOG_HEADS, f"{year:04d}")


def log_entry(entry_id: str) -> Key:
    return Key(Store.AUDIT_INDEX, f"E#{entry_id}", "E")


def log_chain(tag: str) -> str:
    return f"P#{tag}"


def log_link(tag: str, number: int) -> Key:
    return Key(Store.AUDIT_INDEX, log_chain(tag), f"{number:012d}")


def log_writer(writer_id: str, year: int) -> Key:
    return Key(Store.AUDIT_INDEX, f"W#{writer_id}", f"{year:04d}")


def log_swept() -> Key:
    return Key(Store.AUDIT_INDEX, "SWEPT", "SWEPT")


def log_hint(tag: str) -> Key:
    return Key(Store.AUDIT_INDEX, f"H#{tag}", "H")


def person(person_id: str) -> str:
    return f"PERSON#{person_id}"


def profile(person_id: str) -> Key:
    return Key(Store.IDENTITY, person(person_id), "PROFILE")


def policy(person_id: str) -> Key:
    return Key(Store.IDENTITY, person(person_id), "POLICY")


def credentials(person_id: str) -> Key:
    return Key(Store.IDENTITY, person(person_id), "CREDENTIALS")


def member(person_id: str, member_id: str) -> Key:
    return Key(Store.IDENTITY, person(person_id), f"MEMBER#{member_id}")


def session(person_id: str, session_id: str) -> Key:
    return Key(Store.IDENTITY, person(person_id), f"SESSION#{session_id}")


def blind_index(field: str, tag: str) -> Key:
    return Key(Store.IDENTITY, f"BI#{field}#{tag}", "BI")


def registration(registration_id: str) -> Key:
    return Key(Store.IDENTITY, f"REG#{registration_id}", "REG")


def challenge(challenge_id: str) -> Key:
    return Key(Store.IDENTITY, f"CHALLENGE#{challenge_id}", "CHALLENGE")


def limit(scope: str, who: str, window: str) -> Key:
    return Key(Store.IDENTITY, f"LIMIT#{scope}#{who}", window)


def organisation(organisation_id: str) -> Key:
    return Key(Store.IDENTITY, "ORGS", f"ORG#{organisation_id}")


def organisation_oid(oid: str) -> Key:
    return Key(Store.IDENTITY, "ORGS", f"OID#{oid}")


def held_role(person_id: str, organisation_id: str, role: str, department: str) -> Key:
    return Key(Store.IDENTITY, person(person_id), f"HELD#{organisation_id}#{role}#{department}")


def first_administrator() -> Key:
    return Key(Store.IDENTITY, "ORGS", "FIRST_ADMINISTRATOR")


def staff(organisation_id: str, member_id: str) -> Key:
    return Key(Store.IDENTITY, f"ORG#{organisation_id}", f"STAFF#{member_id}")


def client(client_id: str) -> Key:
    return Key(Store.IDENTITY, "PARTNERS", f"CLIENT#{client_id}")


def assertion(client_id: str, jti_hash: str) -> Key:
    return Key(Store.IDENTITY, f"JTI#{client_id}", jti_hash)


def patient(patient_id: str) -> str:
    return f"P#{patient_id}"


def card(patient_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), "CARD")


def consent(patient_id: str, member_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"CONSENT#{member_id}")


def consent_journal(patient_id: str, entry_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"CJ#{entry_id}")


def grantee(member_id: str, patient_id: str) -> Key:
    return Key(Store.CARD, f"GRANTEE#{member_id}", patient(patient_id))


def record(patient_id: str, kind: str, record_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"R#{kind}#{record_id}")


def record_version(patient_id: str, kind: str, record_id: str, version: int) -> Key:
    return Key(Store.CARD, patient(patient_id), f"V#{kind}#{record_id}#{version:08d}")


def record_date(kind: str, occurred: str, record_id: str) -> str:
    """Value of the index attribute ``kd``. ``occurred`` is ISO 8601 in UTC, so text order is time order."""
    return f"{kind}#{occurred}#{record_id}"


def event(patient_id: str, event_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"EVENT#{event_id}")


def refusal(patient_id: str, day: str, who: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"REFUSAL#{day}#{who}")


def notice(patient_id: str, notice_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"NOTICE#{notice_id}")


def dispensing(patient_id: str, record_id: str, number: int) -> Key:
    return Key(Store.CARD, patient(patient_id), f"DISP#{record_id}#{number:04d}")


def receipt(patient_id: str, record_id: str, version: int, reaction: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"RECEIPT#{record_id}#{version:08d}#{reaction}")


def document(patient_id: str, kind: str, record_id: str, version: int) -> Key:
    return Key(Store.CARD, patient(patient_id), f"DOC#{kind}#{record_id}#{version:08d}")


def application(patient_id: str, application_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"APPLICATION#{application_id}")


def open_application(patient_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), "OPEN_APPLICATION")


def journal_request(patient_id: str, request_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"JOURNAL#{request_id}")


def queue(name: str, task_id: str) -> Key:
    return Key(Store.CARD, f"QUEUE#{name}", task_id)


def prescription_code(code_hash: str) -> Key:
    return Key(Store.CARD, f"RX#{code_hash}", "RX")


ERASURES = "ERASURES"


def erasure(erasure_id: str) -> Key:
    return Key(Store.CARD, ERASURES, erasure_id)


def newest_erasure(patient_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), "ERASURE")


def idempotency(caller: str, operation: str, key_hash: str) -> Key:
    return Key(Store.CARD, f"IDEM#{caller}#{operation}", key_hash)


def finding(finding_id: str) -> Key:
    return Key(Store.CARD, f"FINDING#{finding_id}", "FINDING")


def findings(organisation_id: str) -> str:
    return f"QUEUE#findings-{organisation_id}"


def finding_line(organisation_id: str, at: str, finding_id: str) -> Key:
    return Key(Store.CARD, findings(organisation_id), f"{at}#{finding_id}")


def review_cursor(name: str) -> Key:
    """``name``: a year of the log, or another thing that the review goes through."""
    return Key(Store.AUDIT_INDEX, "REVIEW", name)


def review_kept(kind: str, whose: str) -> Key:
    return Key(Store.AUDIT_INDEX, f"REVIEW#{kind}#{whose}", "KEPT")


def review_cards(shard: str) -> str:
    return f"REVIEWCARDS#{shard}"


def review_card(patient_id: str) -> Key:
    """In one of sixteen partitions, so that all cards can be gone through."""
    shard = hashlib.sha256(patient_id.encode()).hexdigest()[0]
    return Key(Store.AUDIT_INDEX, review_cards(shard), patient_id)


def key_log_file(day: str, name: str) -> Key:
    return Key(Store.AUDIT_INDEX, f"KEYLOG#{day}", name)


def accesses(organisation_id: str, month: str) -> str:
    return f"ACCESS#{organisation_id}#{month}"


def access_total(organisation_id: str, month: str) -> Key:
    return Key(Store.AUDIT_INDEX, accesses(organisation_id, month), "ALL")


def access_member(organisation_id: str, month: str, member_id: str) -> Key:
    return Key(Store.AUDIT_INDEX, accesses(organisation_id, month), f"M#{member_id}")


def access_closed(organisation_id: str, month: str) -> Key:
    return Key(Store.AUDIT_INDEX, accesses(organisation_id, month), "CLOSED")
