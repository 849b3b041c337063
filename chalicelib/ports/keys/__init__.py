"""Every key of every table, and what it is for.

| store    | pk                 | sk                         | what                                    | read by                        |
| -------- | ------------------ | -------------------------- | --------------------------------------- | ------------------------------ |
| identity | PERSON#<person>    | PROFILE                    | sealed profile, state, assurance level  | me, notify, gate (own card)    |
| identity | PERSON#<person>    | POLICY                     | sealed OMS policy                       | overview, registrar            |
| identity | PERSON#<person>    | CREDENTIALS                | password hash, sealed TOTP, last step   | sign-in                        |
| identity | PERSON#<person>    | MEMBER#<member>            | role in an organisation                 | gate (every staff request)     |
| identity | PERSON#<person>    | SESSION#<session>          | session, hashed refresh token           | gate (every request)           |
| identity | PERSON#<person>    | WARD#<patient>             | whom this person represents             | representative                 |
| identity | PERSON#<person>    | PASSKEY#<credential hash>  | passkey: public key, counter, name      | second factor                  |
| identity | CREDENTIAL#<hash>  | CREDENTIAL                 | one owner a passkey                     | uniqueness                     |
| identity | BI#<field>#<tag>   | BI                         | blind index: identifier to person       | sign-in, look-up, uniqueness   |
| identity | REG#<registration> | REG                        | pending registration, TTL 24 h          | registration                   |
| identity | CHALLENGE#<id>     | CHALLENGE                  | password given, second factor awaited   | sign-in                        |
| identity | OIDC#<state hash>  | OIDC                       | a browser is at an identity provider    | single sign-on, TTL 10 min     |
| identity | PERSON#<person>    | LINK#<provider>            | a login of theirs at a provider         | single sign-on, cabinet        |
| identity | SIGN#<id>          | SIGN                       | what is to be signed, TTL 5 min         | sign-in by signature           |
| identity | TRUST              | ANCHOR#<sha256>            | anchors of certificates                 | sign-in by signature           |
| identity | TRUST              | CRL#<sha256 of a key>      | newest revocation list of an issuer     | sign-in by signature           |
| identity | SIGNER#<owner>     | CERTIFICATE, REQUEST       | signing certificate, open request       | administrator, doctor, issuing |
| identity | LIMIT#<scope>#<id> | <window>                   | counter of a rate limit or lock-out     | limits                         |
| identity | PERSON#<person>    | SIGNIN#<uuid7>             | journal of sign-ins, TTL 400 days       | person                         |
| identity | PERSON#<person>    | DEVICES                    | known devices and places of sign-ins    | sign-in                        |
| identity | PERSON#<person>    | FORMER                     | contacts before a recovery, sealed, 7 d | notices                        |
| identity | PERSON#<person>    | OPEN_RECOVERY              | at most one open recovery               | desk, owner                    |
| identity | RECOVERY#<id>      | RECOVERY                   | a recovery at the desk: state, hashes   | desk, recovery                 |
| identity | LOOKUP#<id>        | LOOKUP                     | a passport was compared, TTL 30 min     | desk                           |
| identity | DESK#<org>         | <time>#<recovery>          | recoveries of an organisation           | desk                           |
| identity | WALKED#<rule>#<id> | <window>                   | marks of patients looked at, TTL 2 h    | watch                          |
| identity | ORGS               | ORG#<organisation>         | organisations                           | administration                 |
| identity | ORGS               | OID#<oid>                  | one organisation an OID                 | uniqueness                     |
| identity | ORGS               | FIRST_ADMINISTRATOR        | there has been an administrator         | operator's function            |
| identity | PERSON#<person>    | HELD#<org>#<role>#<dep>    | one membership a role and department    | uniqueness                     |
| identity | ORG#<organisation> | STAFF#<member>             | staff list of an organisation           | administration                 |
| identity | PARTNERS           | CLIENT#<client>            | partner systems and their JWKS          | token endpoint, gate           |
| identity | JTI#<client>       | <jti>                      | used client assertions                  | token endpoint                 |
| identity | PERSON#<person>    | PROFILE_V#<ver>            | an earlier profile, sealed as that one  | history of the profile         |
| card     | P#<patient>        | FAMILY#<child>             | a child in a parent's family, sealed    | family profile                 |
| card     | P#<patient>        | SERIES#D#<day>, M#<month>  | readings of a day, what days come to    | series of vital signs          |
| card     | P#<patient>        | SERIES#STATE               | alerts told of, newest height, sealed   | watch of vital signs           |
| card     | P#<patient>        | PLAN                       | every dose is known from birth, sealed  | plan of vaccinations           |
| card     | P#<patient>        | SUSPENSION#<uuid7>         | a suspension or its end, reason sealed  | patient                        |
| identity | BLOCK#<kind>#<tag> | <person>, #guard           | who shares a block; count of changes    | finding duplicates             |
| card     | P#<patient>        | CLINIC#<organisation>      | registered at a clinic                  | registrar                      |
| card     | P#<patient>        | DISTINCT#<other>           | look-alikes who are two people          | finding duplicates             |
| card     | P#<patient>        | MERGE#<uuid7>              | a merge into this card                  | registrar, carrying            |
| card     | P#<patient>        | OPEN_MERGE                 | at most one open merge a card           | merging                        |
| card     | P#<patient>        | CARD                       | state of the card                       | gate (every request)           |
| card     | P#<patient>        | CONSENT#<member>           | present consent to one member of staff  | gate (every staff request)     |
| card     | P#<patient>        | CJ#<uuid7>                 | consent journal                         | patient                        |
| card     | P#<patient>        | REP#<person>               | who acts for this patient               | gate (representatives)         |
| card     | P#<patient>        | SHARE#<share>              | a link to a card, its label sealed      | gate (recipients), patient     |
| card     | P#<patient>        | OPENING#<share>#<opening>  | a link was opened, TTL 400 days         | gate (recipients), patient     |
| card     | P#<patient>        | …#<entry> below it         | what was read by it, TTL 400 days       | patient                        |
| card     | SHARE#<share>      | SHARE                      | whose link it is, hash of its secret    | opening a link                 |
| card     | SHARE#<share>      | TRIES                      | counter of wrong passcodes, TTL         | opening a link                 |
| card     | P#<patient>        | BARRED#<member or org>     | the card is closed to them              | gate (every staff request)     |
| card     | P#<patient>        | GLASS#<member>             | newest emergency access of a doctor     | gate (doctors)                 |
| card     | P#<patient>        | EMERGENCY#<uuid7>          | an emergency access, reason sealed      | patient, security officer      |
| card     | AGES#<day>         | <patient>#<person>#<days>  | an end by age is to be told of          | watcher of ages                |
| card     | AGES               | DONE                       | up to which day that was done           | watcher of ages                |
| card     | P#<patient>        | R#<kind>#<record>          | newest version, sealed                  | read; by date: index by_date   |
| card     | P#<patient>        | V#<kind>#<record>#<ver>    | earlier versions, sealed                | history                        |
| card     | S#<patient>        | <token>#<moment>#<kind>#<record> | a word stands in a record: nothing else | search                   |
| card     | S#<patient>        | INDEX#<kind>#<record>      | tokens of a record's version, a fence   | indexing, search               |
| card     | S#<patient>        | KEY                        | the card's search key, sealed           | indexing, search               |
| card     | P#<patient>        | DRAFT#<person>#<uuid7>     | a doctor's draft from a result, sealed, TTL 30 d | that doctor           |
| card     | P#<patient>        | NOTICE#<uuid7>             | inbox of the cabinet, sealed            | inbox                          |
| card     | P#<patient>        | EVENT#<uuid7>              | something to react to, TTL 30 days      | stream                         |
| card     | P#<patient>        | REFUSAL#<day>#<who>        | a refused attempt, TTL 2 days           | stream                         |
| card     | P#<patient>        | DISP#<record>#<n>          | dispensings of a prescription, sealed   | prescription                   |
| card     | P#<patient>        | RECEIPT#<record>#<v>#<name>| a reaction has run                      | reactions                      |
| card     | P#<patient>        | DOC#<kind>#<record>#<ver>  | where a document lies                   | download                       |
| card     | P#<patient>        | APPLICATION#<uuid7>        | activation form, sealed                 | activation                     |
| card     | P#<patient>        | JOURNAL#<uuid7>            | ordered copy of the journal, TTL 7 days | download of the journal        |
| card     | P#<patient>        | OPEN_APPLICATION           | at most one open application            | activation                     |
| card     | P#<patient>        | UPLOAD#<uuid7>             | a scan: state, place, record it hangs on | cases, activation, records    |
| card     | P#<patient>        | CASE#<uuid7>               | a case: sealed form, documents, state   | cabinet, registrar             |
| card     | P#<patient>        | OPENCASE#<kind>            | at most one open case of a kind         | cases                          |
| card     | DUE#<day>          | <patient>#<case>           | a case with a term, TTL 60 days after   | watcher of terms               |
| card     | DUE                | DONE                       | up to which day that was done           | watcher of terms               |
| card     | P#<party>          | CASEREQ#<case>#<patient>   | asked to agree to a case, sealed        | the party's cabinet            |
| card     | P#<patient>        | SOURCE#<name>              | how far a source is, cursor sealed      | gathering, cabinet             |
| card     | P#<patient>        | ORIGIN#<record>            | newest version taken from a source      | gathering                      |
| card     | P#<patient>        | UNMAPPED#<record>          | what the card cannot hold, sealed whole | gathering                      |
| card     | P#<patient>        | POLICYCHECK                | when the policy is checked next         | checks of policies             |
| card     | QUEUE#gathering    | <due>#<patient>#<source>   | sources by when they are due            | gathering                      |
| card     | QUEUE#policy-checks| <due>#<patient>            | policies by when they are due           | checks of policies             |
| card     | QUEUE#<name>       | <uuid7>                    | work list of staff                      | registrar                      |
| card     | GRANTEE#<member>   | P#<patient>                | patients who answered a doctor          | doctor's work list             |
| card     | RX#<code hash>     | RX                         | state of a prescription                 | pharmacy                       |
| card     | ISSUED#<id hash>   | ISSUED                     | an issued document: hash, state         | anybody with its code          |
| card     | STAMP#<org>        | STAMP, UPLOAD              | stamp in use, sealed; newest upload     | administrator, issuing         |
| card     | P#<patient>        | UPLOADSIG#<upload>         | signature of an upload, holder sealed   | patient                        |
| card     | EXPIRING#<day>     | <code hash>                | a validity's end is to be told of, TTL  | expiry of prescriptions        |
| card     | EXPIRING           | DONE                       | up to which day that was done           | expiry of prescriptions        |
| card     | P#<patient>        | PHARMORDER#<uuid7>         | an order at a pharmacy, sealed          | patient, orders at pharmacies  |
| card     | P#<patient>        | LOYALTY#<chain>            | number of a loyalty programme, sealed   | patient, orders at pharmacies  |
| card     | QUEUE#pharmacy-orders | <due>#<patient>#<order> | orders by when they are due             | orders at pharmacies           |
| card     | TICKET#<ticket>    | TICKET                     | a ticket; what was written is sealed    | security officer, person       |
| card     | QUEUE#tickets-<o>  | <time>#<ticket>            | list of an organisation's tickets       | security officer               |
| card     | P#<patient>        | TICKET#<ticket>            | a person's own tickets                  | person                         |
| card     | ERASURES           | <uuid7>                    | an erasure: decisions, state, receipt   | officers, eraser               |
| card     | P#<patient>        | ERASURE                    | which erasure is the person's newest    | one open erasure a person      |
| card     | P#<person>         | EXPORT#<uuid7>             | an export: state, pieces, order sealed  | who ordered it, reaction       |
| card     | P#<person>         | NEWESTEXPORT#<patient>     | one export a person and card at a time  | exports                        |
| card     | P#<patient>        | FILE#<uuid7>               | a large file: the same, and its parts   | its owner, reaction, records   |
| card     | QUEUE#files        | <due>#<id>                 | exports and files to look at again      | tidying                        |
| card     | HEALTHCARDS#<kid>  | COUNTER, RID#<rid>         | revoked certificates by signing key     | verifiers of certificates      |
| card     | IDEM#<caller>#<op> | <key hash>                 | idempotency key, TTL 48 h               | every create                   |
| keys     | <patient>          | active, kek#<version>      | see crypto/patient_keys.py              | vault                          |
| keys     | <person>           | audit#<year>               | tag and keys of the audit chain         | audit writer, reader of the log |
| keys     | tag#<tag>          | audit                      | whose chain a tag is                    | reader of the log              |
| keys     | signer#<owner>     | key#<kid>                  | keys of documents wrapped by KMS        | issuing                        |
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

from chalicelib.ports.keys.access import *
from chalicelib.ports.keys.cards import *
from chalicelib.ports.keys.cases import *
from chalicelib.ports.keys.desk import *
from chalicelib.ports.keys.exports import *
from chalicelib.ports.keys.gathering import *
from chalicelib.ports.keys.issuing import *
from chalicelib.ports.keys.log import *
from chalicelib.ports.keys.passkeys import *
from chalicelib.ports.keys.patients import *
from chalicelib.ports.keys.people import *
from chalicelib.ports.keys.prescriptions import *
from chalicelib.ports.keys.results import *
from chalicelib.ports.keys.review import *
from chalicelib.ports.keys.search import *
from chalicelib.ports.keys.shares import *
from chalicelib.ports.keys.sign_on import *
from chalicelib.ports.keys.special import *
from chalicelib.ports.keys.trust import *
from chalicelib.ports.keys.vaccinations import *
from chalicelib.ports.keys.vital_signs import *
