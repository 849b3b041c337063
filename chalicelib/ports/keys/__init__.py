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
| identity | PERSON#<person>    | DEVICE_SECRET              | makes keys of devices, sealed; raised   | portal without a connection    |
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
| identity | PROOF#<thumbprint> | <jti>                      | used proofs of holding a key, TTL       | every call of a bound token    |
| identity | APPS               | APP#<client>               | applications of patients' choice        | authorisation, gate            |
| card     | P#<patient>        | APP#<client>               | what an application may read            | gate, patient                  |
| identity | ASKED#<request>    | ASKED                      | what an application asks, TTL 10 min    | patient                        |
| identity | CODE#<hash>        | CODE                       | a code on its way, TTL 60 s             | token endpoint                 |
| card     | P#<patient>        | REFRESH#<leave>            | hash of the one good refresh token, TTL | token endpoint                 |
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
| card     | P#<person>         | FEED#<feed>                | an address of a calendar: what it tells | who has it, whoever made it    |
| card     | P#<person>         | FEEDS                      | ids of the feeds of one person          | making and revoking a feed     |
| card     | FEED#<feed>        | FEED                       | whose feed it is, hash of its secret    | fetching a calendar            |
| card     | OUTSIDE#<org>      | UID#<uid hash>             | newest version of a time taken outside  | outside system                 |
| card     | OUTSIDE#<org>      | CONFLICT#<uid hash>        | two contents of one version             | registrar                      |
| card     | OUTSIDE#<org>      | SCHEDULE#<outside id>      | which schedule an outside system means  | outside system                 |
| card     | SCHEDULE#<id>      | OUTSIDE                    | what an outside system calls it         | registrar, outside system      |
| card     | OUTLOG#<org>       | <time>#<appointment>#<ver> | changes of appointments, TTL 30 days    | outside system                 |
| card     | P#<patient>        | BARRED#<member or org>     | the card is closed to them              | gate (every staff request)     |
| card     | P#<patient>        | GLASS#<member>             | newest emergency access of a doctor     | gate (doctors)                 |
| card     | P#<patient>        | EMERGENCY#<uuid7>          | an emergency access, reason sealed      | patient, security officer      |
| card     | P#<patient>        | R#<kind>#<record>          | newest version, sealed                  | read; by date: index by_date   |
| card     | P#<patient>        | V#<kind>#<record>#<ver>    | earlier versions, sealed                | history                        |
| card     | S#<patient>        | <token>#<moment>#<kind>#<record> | a word stands in a record: nothing else | search                   |
| card     | S#<patient>        | INDEX#<kind>#<record>      | tokens of a record's version, a fence   | indexing, search               |
| card     | S#<patient>        | KEY                        | the card's search key, sealed           | indexing, search               |
| card     | P#<patient>        | DRAFT#<person>#<uuid7>     | a doctor's draft from a result, sealed, TTL 30 d | that doctor           |
| card     | P#<patient>        | NOTICE#<uuid7>             | inbox of the cabinet, sealed            | inbox                          |
| card     | P#<person>         | UNREAD#<notice>            | nobody read it                          | inbox                          |
| card     | P#<person>         | DELIVERY#<notice>#<channel> | what became of it outside, TTL 400 d    | deciding, senders, cabinet     |
| card     | P#<person>         | DELIVERIES                 | counters of the newest day              | deciding                       |
| card     | P#<person>         | UNREACHABLE#<channel>      | tag of an address that came back        | senders                        |
| card     | SENT#<provider id> | SENT                       | which delivery it was, TTL 30 days      | words of the mail              |
| card     | P#<patient>        | THREAD#<uuid7>             | a chat, its subject sealed              | both sides of it               |
| card     | P#<patient>        | MSG#<thread>#<uuid7>       | a message, sealed                       | both sides of it               |
| card     | P#<patient>        | MSGV#<thread>#<uuid7>#<ver> | its earlier versions, sealed           | both sides of it               |
| card     | CHATS#<member>     | <thread>                   | a doctor's chat: ids, moments, counts   | that doctor                    |
| card     | ABSENCE#<member>   | ABSENCE                    | until when a doctor is away, text sealed | chat                          |
| card     | P#<patient>        | EVENT#<uuid7>              | something to react to, TTL 30 days      | stream                         |
| card     | P#<patient>        | REFUSAL#<day>#<who>        | told of a refused attempt, TTL 2 days   | stream                         |
| card     | P#<patient>        | DISP#<record>#<n>          | dispensings of a prescription, sealed   | prescription                   |
| card     | P#<patient>        | RECEIPT#<record>#<v>#<name>| a reaction has run                      | reactions                      |
| card     | P#<patient>        | DOC#<kind>#<record>#<ver>  | where a document lies                   | download                       |
| card     | P#<patient>        | APPLICATION#<uuid7>        | activation form, sealed                 | activation                     |
| card     | P#<patient>        | JOURNAL#<uuid7>            | ordered copy of the journal, TTL 7 days | download of the journal        |
| card     | P#<patient>        | OPEN_APPLICATION           | at most one open application            | activation                     |
| card     | P#<patient>        | UPLOAD#<uuid7>             | a scan: state, place, record it hangs on | cases, activation, records    |
| card     | P#<patient>        | CASE#<uuid7>               | a case: sealed form, documents, state   | cabinet, registrar             |
| card     | P#<patient>        | OPENCASE#<kind>            | at most one open case of a kind         | cases                          |
| card     | P#<party>          | CASEREQ#<case>#<patient>   | asked to agree to a case, sealed        | the party's cabinet            |
| card     | P#<patient>        | SOURCE#<name>              | how far a source is, cursor sealed      | gathering, cabinet             |
| card     | P#<patient>        | ORIGIN#<record>            | newest version taken from a source      | gathering                      |
| card     | P#<patient>        | UNMAPPED#<record>          | what the card cannot hold, sealed whole | gathering                      |
| card     | P#<patient>        | POLICYCHECK                | when the policy is checked next         | checks of policies             |
| card     | P#<patient>        | COUNTED#<year>             | where the person is counted, sealed     | counting                       |
| card     | LOAD#<organisation> | D#<day>#<member>, M#<month>#<member> | counters by hour, no patient  | panels of the load             |
| card     | LOAD#<organisation> | P#<proposal>              | what a person said to a proposal        | panels of the load             |
| card     | LOADED#<org>#<0-f> | <appointment, order, day>  | what it has added to the counters       | counting                       |
| card     | SCHEDULE#<id>      | OFFERED#<day>, OFFERED     | slots of a day that is over; up to when | counting                       |
| card     | ENTRY_TEMPLATE#<id> | ENTRY_TEMPLATE, V#<ver>   | a template of entries, sealed           | doctor, nurse, administrator   |
| card     | ENTRY_TEMPLATES#<org> | <scope>#<owner>#<id>    | its copy in a list, sealed              | doctor, nurse, administrator   |
| card     | AGGREGATES         | SETTINGS                   | whether records are counted, threshold  | counting, closing              |
| card     | AGGREGATES         | PERIOD#<period>            | a closed period: written once           | analytics                      |
| card     | AGGREGATE#CHANGES#<shard> | <uuid7>                    | changes of counts, sealed               | adding up                      |
| card     | AGGREGATE#SUMS#<period> | <part>                     | counts of a period so far, sealed       | closing                        |
| card     | AGGREGATE#DECIDED#<year> | <stratum>               | what of it is about to be published     | closing                        |
| card     | AGGREGATE#TABLES#<period> | <table>#<part>             | published tables                        | analytics                      |
| card     | AGGREGATES         | BULLETINS#<period>         | every organisation has its bulletin     | closing                        |
| card     | BULLETINS#<org>    | PERIOD#<period>            | its bulletin of a period: written once  | the organisation's administrator |
| card     | P#<patient>        | TRANSFER#<transfer>        | who asked for the card, what became of it | both sides of a transfer       |
| card     | P#<patient>        | ORIGIN#<keyed mark>        | which record is another system's        | transfers that come in         |
| card     | TRANSFERS#<org>    | OUT#<transfer>             | what an organisation asked for          | its staff and system           |
| card     | TRANSFERS#<org>    | IN#<digest>                | a part that was received, its answer    | transfers that come in         |
| identity | TRANSFER_SENDERS   | SENDER#<hash of issuer>    | systems whose transfers are believed    | transfers that come in         |
| card     | P#<patient>        | PAYMENT#<kind>#<record>#<client> | what an insurer said of a payment, sealed | patient                        |
| card     | CHAIN#<chain>      | <order>                    | whose an order at a chain is, TTL       | the chain's own system         |
| card     | QUEUE#gathering    | <due>#<patient>#<source>   | sources by when they are due            | gathering                      |
| card     | QUEUE#policy-checks| <due>#<patient>            | policies by when they are due           | checks of policies             |
| card     | CLAIM#<organisation> | <tag>                    | what a conditional create made          | deliveries of partners         |
| card     | CLIENT#<client>    | P#<patient>                | that a partner delivered to this card   | search by partners             |
| card     | CLIENT#<client>    | ID#<type>#<tag>#<id>       | a delivery with an identifier           | conditional creates            |
| card     | P#<patient>        | KNOWNAS#<pk>#<sk>          | a client's row leads here (MRN#, REPORT#) | clearing after an erasure    |
| card     | ORG#<organisation> | R4#<type>#<id>             | an entry of the directory, sealed       | directory                      |
| card     | ORG#<organisation> | R4V#<type>#<id>#<ver>      | its earlier versions, sealed            | directory                      |
| card     | ORG#<organisation> | R4ID#<type>#<tag>#<id>     | that it has an identifier               | directory                      |
| card     | HL7#<organisation> | MSG#<tag>                  | a message was taken in, its answer      | HL7                            |
| card     | HL7#<organisation> | RAW#<message>#<n>          | its bytes as they came, sealed          | HL7, registrar                 |
| card     | HL7#<organisation> | UNMATCHED#<message>-<n>    | waits for a person: ids and a word      | registrar                      |
| card     | CLIENT#<client>    | REPORT#<tag>               | which record a partner's report is      | HL7                            |
| card     | CLIENT#<client>    | MRN#<tag>                  | whom a partner calls by this number     | HL7                            |
| card     | QUEUE#<name>       | <uuid7>                    | work list of staff                      | registrar                      |
| card     | GRANTEE#<member>   | P#<patient>                | patients who answered a doctor          | doctor's work list             |
| card     | RX#<code hash>     | RX                         | state of a prescription                 | pharmacy                       |
| card     | ISSUED#<id hash>   | ISSUED                     | an issued document: hash, state         | anybody with its code          |
| card     | STAMP#<org>        | STAMP, UPLOAD              | stamp in use, sealed; newest upload     | administrator, issuing         |
| card     | P#<patient>        | UPLOADSIG#<upload>         | signature of an upload, holder sealed   | patient                        |
| card     | P#<patient>        | INTAKES#<day>              | what was taken that day, sealed         | patient                        |
| card     | P#<patient>        | MUTED#<record>             | no reminders of these intakes           | patient, timers                |
| card     | P#<person>         | TIMER#<topic>#<subject>    | something is to happen, and when        | timers, cabinet                |
| card     | TIMER#<hour>#<0-f> | <due>#<person>#<topic>#<subject> | where the trigger finds it        | timers                         |
| card     | TIMERS             | <0-f>                      | up to which hour a shard is done        | timers                         |
| card     | P#<patient>        | PHARMORDER#<uuid7>         | an order at a pharmacy, sealed          | patient, orders at pharmacies  |
| card     | SCHEDULE#<schedule>| SCHEDULE                   | a doctor's working rule in a clinic     | booking, everybody             |
| card     | SCHEDULE#<schedule>| FENCE#<0-7>                | its version, eight times                | booking                        |
| card     | SCHEDULE#<schedule>| SLOT#<start>               | a slot that is booked or held           | free slots, booking            |
| card     | SCHEDULE#<schedule>| BUSY#<start>#<uid hash>    | time taken by an outside system         | free slots, booking            |
| card     | SCHEDULES#<org>    | <schedule>                 | copy of a schedule                      | the organisation's staff       |
| card     | WORKS#<org>        | <person>                   | counts changes of a person's schedules  | changes of them at one moment  |
| card     | SPECIALTY#<code>   | <org>#<schedule>           | copy of an active schedule              | everybody                      |
| card     | SPECIALTIES        | <code>                     | how many schedules a specialty has      | everybody                      |
| card     | P#<patient>        | LOYALTY#<chain>            | number of a loyalty programme, sealed   | patient, orders at pharmacies  |
| card     | P#<patient>        | WAITING#<uuid7>            | whom and when they wait for             | patient, waiting list          |
| card     | P#<patient>        | WAITINGS                   | open entries, a fence                   | waiting list                   |
| card     | WAITING#<target>   | <0 or 1>#<entry>           | who waits, in order, TTL                | waiting list, registrar        |
| card     | DISPLACED#<org>#<specialty> | <appointment>     | a visit displaced and not answered, TTL | waiting list                   |
| card     | QUEUE#pharmacy-orders | <due>#<patient>#<order> | orders by when they are due             | orders at pharmacies           |
| card     | TICKET#<ticket>    | TICKET                     | a ticket; what was written is sealed    | security officer, person       |
| card     | QUEUE#tickets-<o>  | <time>#<ticket>            | list of an organisation's tickets       | security officer               |
| card     | P#<patient>        | TICKET#<ticket>            | a person's own tickets                  | person                         |
| card     | ERASURES           | <uuid7>                    | an erasure: decisions, state, receipt   | officers, eraser               |
| card     | P#<patient>        | ERASURE                    | which erasure is the person's newest    | one open erasure a person      |
| card     | P#<person>         | EXPORT#<uuid7>             | an export: state, pieces, order sealed  | who ordered it, reaction       |
| card     | P#<person>         | NEWESTEXPORT#<patient>     | one export a person and card at a time  | exports                        |
| card     | P#<client>         | BULK#<uuid7>               | a bulk export: whose cards, how far     | its client, reaction           |
| card     | P#<client>         | NEWESTBULK                 | one bulk export a client at a time      | bulk exports                   |
| card     | P#<client>         | BULKFILE#<export>#<name>   | a file of it: type, count, whose cards  | its client, tidying            |
| card     | P#<patient>        | FILE#<uuid7>               | a large file: the same, and its parts   | its owner, reaction, records   |
| card     | QUEUE#files        | <due>#<id>                 | exports and files to look at again      | tidying                        |
| card     | HEALTHCARDS#<kid>  | COUNTER, RID#<rid>         | revoked certificates by signing key     | verifiers of certificates      |
| card     | P#<patient>        | APPT#<uuid7>               | an appointment, its reason sealed       | patient, clinic                |
| card     | SCHEDULE#<id>      | APPT#<appointment>         | whose an appointment of it is           | clinic                         |
| card     | P#<patient>        | BOOKINGS                   | a patient's open appointments           | bookings of one patient        |
| card     | P#<patient>        | REFERRALUSE#<referral>     | which appointment uses a referral up    | booking                        |
| card     | P#<patient>        | VISITFORM#<appointment>    | a form before a visit: draft, sealed, TTL; or its record | patient |
| card     | P#<patient>        | NEEDMARKS                  | marks on what is due, sealed            | patient, doctor                |
| card     | P#<patient>        | NEEDHINTS                  | whether the person is shown it          | patient                        |
| card     | TXN#<import>       | TXN                        | a large transaction: state, who, whose  | imports, who reads marked rows |
| card     | TXN#<import>       | ROW#<n>, ANSWER#<n>, MOVED#<n> | what it stores, sealed; its answer; what is in, TTL | imports      |
| card     | CLIENT#<client>    | PATIENT#<patient>          | who delivered a Patient, and its record | reads of Patient, search       |
| card     | P#<patient>        | RECOGNITION#<uuid7>        | a scan being read; what was found, sealed, TTL | who may write such a record |
| card     | RECOGNITION#<org>  | SETTINGS                   | whether handwriting is read outside     | administrator, recognition     |
| card     | QUEUE#patient-doubts | <uuid7>                  | cards that may be one person's          | registrar                      |
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
from chalicelib.ports.keys.aggregates import *
from chalicelib.ports.keys.applications import *
from chalicelib.ports.keys.appointments import *
from chalicelib.ports.keys.bulk import *
from chalicelib.ports.keys.bundles import *
from chalicelib.ports.keys.calendars import *
from chalicelib.ports.keys.cards import *
from chalicelib.ports.keys.cases import *
from chalicelib.ports.keys.chat import *
from chalicelib.ports.keys.deliveries import *
from chalicelib.ports.keys.desk import *
from chalicelib.ports.keys.entry_templates import *
from chalicelib.ports.keys.exports import *
from chalicelib.ports.keys.gathering import *
from chalicelib.ports.keys.hl7 import *
from chalicelib.ports.keys.issuing import *
from chalicelib.ports.keys.load import *
from chalicelib.ports.keys.log import *
from chalicelib.ports.keys.needs import *
from chalicelib.ports.keys.passkeys import *
from chalicelib.ports.keys.patients import *
from chalicelib.ports.keys.people import *
from chalicelib.ports.keys.prescriptions import *
from chalicelib.ports.keys.recognition import *
from chalicelib.ports.keys.reminders import *
from chalicelib.ports.keys.resource_search import *
from chalicelib.ports.keys.resources import *
from chalicelib.ports.keys.results import *
from chalicelib.ports.keys.review import *
from chalicelib.ports.keys.schedules import *
from chalicelib.ports.keys.search import *
from chalicelib.ports.keys.shares import *
from chalicelib.ports.keys.sign_on import *
from chalicelib.ports.keys.special import *
from chalicelib.ports.keys.timers import *
from chalicelib.ports.keys.transfers import *
from chalicelib.ports.keys.trust import *
from chalicelib.ports.keys.vaccinations import *
from chalicelib.ports.keys.visit_forms import *
from chalicelib.ports.keys.vital_signs import *
from chalicelib.ports.keys.waiting_list import *
