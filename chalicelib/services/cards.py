"""Opening a card (ACT-1): the person applies with scans and consent, a registrar compares and decides; look-up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain import activation
from chalicelib.domain.access import CardState
from chalicelib.domain.assurance import Channel, evidence
from chalicelib.domain.cases import check_documents
from chalicelib.domain.consent_texts import CARD_CONSENT, check
from chalicelib.domain.identifiers import normal_snils
from chalicelib.domain.identity import SYS, Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    ConflictError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import (
    BlindIndex,
    Clock,
    Documents,
    Event,
    PatientKeys,
    Sealed,
    Vault,
    keys,
    plaintext,
    upload_rows,
)
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Delete, Expect, Expected, Item, Put, Store, Tables, Update, Write
from chalicelib.services.gate import Gate

QUEUE = "applications"


class CardService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        patient_keys: PatientKeys,
        index: BlindIndex,
        files: Documents,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._index = index
        self._files = files
        self._clock = clock

    # --- the person

    def apply(self, actor: Actor, form: Mapping[str, Any]) -> Item:
        """Submit the activation form. One open application a person; a card that is open needs none.

        ``form``: as ``handlers.models.card:Application``. Raises InvalidFieldsError, also for a text of consent that is
        not the one that is served, and AlreadyExistsError.
        """
        person_id = actor.card_id
        content = activation.normal_form(form)
        documents = check_documents(activation.SLOTS, form["documents"])
        agreed = self._agreed(form)
        rows = self._tables.get_many([keys.card(person_id), keys.open_application(person_id)])
        if keys.card(person_id) in rows:
            raise AlreadyExistsError("the card is open already")
        upload_rows.check_usable(self._tables, person_id, documents)
        application_id, line_id = self._gate.new_id(), self._gate.new_id()
        staged = self._gate.stage_private(actor, person_id, "application", application_id, "card:apply")
        now = stamp(self._clock())
        row: Item = {
            "id": application_id,
            "patient": person_id,
            "state": "submitted",
            "ver": 1,
            "sealed": self._vault.seal(staged.seal_with, 1, plaintext(content)),
            "documents": documents,
            **agreed,
            "submitted_at": now,
        }
        line: Item = {"id": line_id, "what": "processing-agreed", "text": CARD_CONSENT, "at": now, **agreed}
        earlier = rows.get(keys.open_application(person_id))
        writes: list[Write] = [
            Put(keys.application(person_id, application_id), row),
            Put(
                keys.open_application(person_id),
                {"application": application_id, "state": "submitted", "at": now},
                _over(earlier),
            ),
            Put(keys.queue(QUEUE, application_id), {"patient": person_id, "at": now}),
            Put(keys.consent_journal(person_id, line_id), line),
        ]
        try:
            self._gate.commit([staged], writes)
        except ConflictError as error:
            if error.index == 1:
                raise AlreadyExistsError("an application is being reviewed") from None
            raise
        return {"application_id": application_id, "state": "submitted", "submitted_at": now}

    @staticmethod
    def _agreed(form: Mapping[str, Any]) -> dict[str, str]:
        """Which text was agreed to, as it goes into the application and the journal of consent."""
        text = check(CARD_CONSENT, form["consent_text_version"], form["consent_text_sha256"])
        return {"text_version": text.version, "text_sha256": form["consent_text_sha256"]}

    def mine(self, actor: Actor) -> Item:
        """State of the card, and of the newest application with its documents or why it was refused."""
        patient_id = actor.card_id
        self._gate.record(Event(actor, "card:state", patient_id))
        rows = self._tables.get_many([keys.card(patient_id), keys.open_application(patient_id)])
        card = rows.get(keys.card(patient_id))
        application = rows.get(keys.open_application(patient_id))
        return {
            "patient_id": patient_id,
            "card": card["state"] if card else CardState.NONE.value,
            "application": self._shown(patient_id, application) if application else None,
        }

    def _shown(self, patient_id: PersonId, newest: Item) -> Item:
        found: Item = {name: newest[name] for name in ("application", "state", "at", "reason") if name in newest}
        if newest["state"] != "submitted":
            return found
        row = self._application(patient_id, newest["application"])
        return found | {"documents": self._documents_of(row)}

    # --- the registrar

    def waiting(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """Applications in the order in which they came."""
        self._gate.record(Event(actor, "card:applications", SYS))
        found = self._tables.query(Store.CARD, f"QUEUE#{QUEUE}", limit=limit, after=after)
        shown = [{"application_id": i["sk"], "patient_id": i["patient"], "submitted_at": i["at"]} for i in found.items]
        return shown, found.after

    def show(self, actor: Actor, person_id: PersonId, application_id: str) -> Item:
        """What the registrar compares with the papers, while it waits: the form and the person's profile."""
        row = self._application(person_id, application_id)
        self._reviewable(actor, row, "application:read")
        permit = self._gate.permit_private(actor, person_id, "application", application_id, "card:review")
        form = json.loads(self._vault.open(permit, _sealed(row)))
        _, profile = self._profile(actor, person_id)
        shown = {name: value for name, value in form.items() if name != "phone"}  # it is compared, and no more
        return {
            "application_id": application_id,
            "state": row["state"],
            "version": int(row["ver"]),
            **shown,
            "text_version": row["text_version"],
            "documents": self._documents_of(row),
            "person": {name: profile[name] for name in activation.REVIEWED if name in profile},
            "differs": activation.differs(form, profile),
        }

    def document(self, actor: Actor, person_id: PersonId, application_id: str, upload_id: str) -> tuple[str, bytes]:
        """Type and bytes of one scan that the application names, while it is under review."""
        row = self._application(person_id, application_id)
        self._reviewable(actor, row, "application:document")
        upload = upload_rows.clean_one(self._tables, person_id, row["documents"], upload_id)
        permit = self._gate.permit_private(
            actor, person_id, "scan", upload_id, "application:document", details={"application": application_id}
        )
        return upload["type"], self._vault.open(permit, Sealed(upload_id, 1, self._files.get(upload["place"])))

    def decide(
        self, actor: Actor, person_id: PersonId, application_id: str, version: int, *, approve: bool, reason: str
    ) -> Item:
        """Complete: the card opens and the person's identity is confirmed (level 2); or refuse with a reason.

        WrongStateError where the form tells of other papers than the profile: those confirm nobody.
        """
        row = self._application(person_id, application_id)
        if int(row["ver"]) != version:
            raise StaleVersionError(extra={"version": int(row["ver"])})
        self._reviewable(actor, row, "application:decide")
        if approve:
            upload_rows.check_clean(self._tables, person_id, row["documents"])
        state = "completed" if approve else "rejected"
        now = stamp(self._clock())
        event = Event(
            actor, f"card:{state}", person_id, resource_type="application", resource_id=application_id, reason=reason
        )
        staged = [self._gate.stage(event)]
        writes: list[Write] = [
            Update(
                keys.application(person_id, application_id),
                {"state": state, "at": now},
                add={"ver": 1},
                expect={"ver": version},
            ),
            self._closed(person_id, application_id, state, now, reason),
            self._delete_task(application_id),
            happened(person_id, self._gate.new_id(), "card_opened" if approve else "card_refused", self._clock()),
        ]
        if approve:
            begins = ("start_gathering", "plan_card")
            writes += [happened(person_id, self._gate.new_id(), name, self._clock()) for name in begins]
            opened, policy = self._opened(actor, person_id, row, now)
            staged.append(policy)
            writes += opened
        try:
            self._gate.commit(staged, writes)
        except ConflictError as error:
            raise self._why(error, writes) from None
        return {"application_id": application_id, "state": state, "version": version + 1}

    def _opened(self, actor: Actor, person_id: PersonId, row: Item, now: str) -> tuple[list[Write], Any]:
        permit = self._gate.permit_private(actor, person_id, "application", row["id"], "card:complete")
        form = json.loads(self._vault.open(permit, _sealed(row)))
        version, profile = self._profile(actor, person_id)
        if activation.other_papers(form, profile):
            raise WrongStateError("names or passport are not the profile's: refuse it, or ask for a change of profile")
        oms = form["oms_policy"]
        policy = self._gate.stage_private(actor, person_id, "policy", "policy", "policy:set")
        content = {"oms_policy": oms, "confirmed_at": now}
        sealed = self._vault.seal(policy.seal_with, 1, json.dumps(content).encode())
        tag = self._index.tag("oms", oms)  # in the policy too, for the eraser to find the index row
        return [
            Put(keys.card(person_id), {"state": CardState.ACTIVE.value, "opened_at": now, "ver": 1}),
            Update(keys.profile(person_id), evidence(Channel.REGISTRAR, self._clock()), expect={"ver": version}),
            Put(keys.policy(person_id), {"sealed": sealed, "ver": 1, "tag": tag}),
            Put(keys.blind_index("oms", tag), {"person": person_id}),
            self._keys.alive(person_id),
        ], policy

    def _profile(self, actor: Actor, person_id: PersonId) -> tuple[int, dict[str, str]]:
        """Version and content."""
        row = self._tables.get(keys.profile(person_id))
        if row is None:
            raise NotFoundError
        permit = self._gate.permit_private(actor, person_id, "profile", "profile", "profile:review")
        return int(row["ver"]), json.loads(self._vault.open(permit, _sealed(row)))

    @staticmethod
    def _why(error: ConflictError, writes: list[Write]) -> Exception:
        key = getattr(writes[error.index], "key", None) if error.index >= 0 else None
        if key is not None and key.pk.startswith("BI#oms"):
            return AlreadyExistsError("this policy belongs to another card")
        return StaleVersionError()

    # --- look-up by staff

    def look_up(self, actor: Actor, snils: str) -> Item:
        """Opaque patient id for a SNILS: it opens nothing by itself. Unknown and cardless look alike."""
        row = self._tables.get(keys.blind_index("snils", self._index.tag("snils", normal_snils(snils))))
        card = self._tables.get(keys.card(row["person"])) if row is not None else None
        found = card is not None and card["state"] != CardState.ERASED
        subject = PersonId(row["person"]) if row is not None and found else SYS
        self._gate.record(Event(actor, "patient:look-up", subject, outcome="success" if found else "error"))
        if row is None or not found:
            raise NotFoundError
        return {"patient_id": row["person"]}

    # --- rows

    def _application(self, person_id: PersonId, application_id: str) -> Item:
        row = self._tables.get(keys.application(person_id, application_id))
        if row is None:
            raise NotFoundError
        return row

    def _documents_of(self, row: Item) -> dict[str, list[Item]]:
        uploads = upload_rows.rows_of(self._tables, PersonId(row["patient"]), row["documents"])
        return upload_rows.shown(row["documents"], uploads)

    def _reviewable(self, actor: Actor, row: Item, operation: str) -> None:
        """Staff look at an application while it waits, and at none of their own or of a ward of theirs."""
        ward = self._tables.get(keys.representation(row["patient"], actor.person_id)) is not None
        if ward or actor.person_id == row["patient"]:
            self._gate.refuse(actor, operation, "own-case")
            raise AccessDeniedError("one's own application is decided by somebody else")
        if row["state"] != "submitted":
            raise WrongStateError(f"the application is {row['state']}")

    @staticmethod
    def _closed(person_id: PersonId, application_id: str, state: str, now: str, reason: str) -> Write:
        """The person sees how it ended; a new application may take the place of a refused one."""
        said = {"reason": reason} if reason and state == "rejected" else {}
        change: Item = {"state": state, "at": now, **said}
        return Update(keys.open_application(person_id), change, expect={"application": application_id})

    @staticmethod
    def _delete_task(application_id: str) -> Write:
        return Delete(keys.queue(QUEUE, application_id))


def _over(earlier: Item | None) -> Expected:
    if earlier is None or earlier["state"] != "rejected":
        return Expect.ABSENT
    return {"application": earlier["application"], "state": "rejected"}


def _sealed(row: Item) -> Sealed:
    return Sealed(row.get("id", "profile"), int(row["ver"]), bytes(row["sealed"]))
