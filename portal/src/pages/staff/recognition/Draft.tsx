/** A draft beside its paper: each value is compared, corrected where it is wrong, and only then entered. */
import { useMemo, useState, type FocusEvent } from "react";
import { useLocation, useParams } from "wouter";
import { api } from "../../../api/client";
import { Problem } from "../../../api/problems";
import { useChange, useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { ask, kindOf, RecordForm, useKinds, type CardRecord, type Kind } from "../../../records";
import type { Values } from "../../../records/schema";
import { Button, ButtonLink, Card, Checkbox, Confirm, Notice, Page, ProblemBox, Radios, say, Section, Shown } from "../../../ui";
import { PatientName } from "../doctor/PatientName";
import { compared, labelOf, partsOf, placeOf, type Part } from "./parts";
import { AGAIN } from "./Scans";
import { Sheets } from "./Sheet";
import type { DraftShown, FoundField } from "./shapes";
import { t } from "./words";
import "./recognition.css";

type Place = { patientId: string; name: string; recognitionId: string };
type Found = NonNullable<DraftShown["draft"]>;

export default function Draft() {
  const { patientId = "", kind: name = "", recognitionId = "" } = useParams();
  const place = { patientId, name, recognitionId };
  const kinds = useKinds();
  const [every, setEvery] = useState(AGAIN);
  const found = useRead(["recognition-read", patientId, name, recognitionId], () => typed<DraftShown>(api.GET("/api/v1/recognitions/{patient_id}/{kind}/{recognition_id}", { params: { path: path(place) } })), { every, fresh: 0 });
  if (found.data && found.data.state !== "waiting" && every) setEvery(0);
  return (
    <Page title={t("compare")} lead={<PatientName patientId={patientId} />} up={{ to: `/patients/${patientId}/scans`, label: t("allScans") }}>
      <Shown of={kinds}>
        {(known) => (
          <Shown of={found}>
            {(shown) => {
              const kind = kindOf(known, name);
              return kind && <One shown={shown} kind={kind} place={place} />;
            }}
          </Shown>
        )}
      </Shown>
    </Page>
  );
}

const path = ({ patientId, name, recognitionId }: Place) => ({ patient_id: patientId, kind: name, recognition_id: recognitionId });
const address = ({ patientId, name, recognitionId }: Place) => `/api/v1/recognitions/${patientId}/${name}/${recognitionId}`;

function One({ shown, kind, place }: { shown: DraftShown; kind: Kind; place: Place }) {
  const again = <ButtonLink to={`/patients/${place.patientId}/scans`}>{t("again")}</ButtonLink>;
  switch (shown.state) {
    case "waiting":
      return <Notice live>{t("waiting")}</Notice>;
    case "failed":
      return (
        <Notice tone="bad" title={t("failedTitle")} live actions={again}>
          {shown.fault && [shown.fault.page ? t("onPage", { n: shown.fault.page }) : "", shown.fault.text].filter(Boolean).join(". ")}
        </Notice>
      );
    case "confirmed":
      return <Notice tone="good" title={t("confirmedTitle")} actions={<ButtonLink to={`/patients/${place.patientId}/${kind.collection}/${shown.record ?? ""}`}>{t("seeRecord")}</ButtonLink>} />;
    case "refused":
      return (
        <Notice title={t("refusedTitle")} actions={again}>
          {t("refusedWhy")}
        </Notice>
      );
    case "ready":
      return shown.draft && <Compare shown={shown} draft={shown.draft} kind={kind} place={place} />;
  }
}

function Compare({ shown, draft, kind, place }: { shown: DraftShown; draft: Found; kind: Kind; place: Place }) {
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [looked, setLooked] = useState<FoundField | null>(null);
  const parts = useMemo(() => partsOf(draft.body, kind), [draft, kind]);
  const look = (event: FocusEvent<HTMLElement>) => {
    const pointer = event.target.getAttribute("name") ?? "";
    if (pointer.startsWith("/")) setLooked(placeOf(draft.fields, pointer));
  };
  const toggle = (pointer: string, on: boolean) => {
    const next = new Set(marked);
    if (on) next.add(pointer);
    else next.delete(pointer);
    setMarked(next);
  };
  return (
    <div className="compare">
      <Sheets path={address(place)} pages={shown.pages ?? []} marked={looked} />
      <div className="stack" onFocus={look}>
        <Notice tone="warn">{draft.patient ? t("whose", { name: draft.patient.text }) : t("whoseNot")}</Notice>
        <p>{t("howTo")}</p>
        <Section title={t("values")}>
          <ul className="plain-list list" aria-label={t("values")}>
            {parts.map((part) => (
              <li key={part.pointer} className="list-item compare-part">
                <Checkbox name={part.pointer} label={t("check", { what: `${part.title}: ${part.value}` })} hint={about(draft.fields, part)} value={marked.has(part.pointer)} onChange={(on) => toggle(part.pointer, on)} />
              </li>
            ))}
          </ul>
          <p role="status">{t("count", { n: parts.length, done: marked.size })}</p>
        </Section>
        <Section title={t("edit")}>
          <Entering draft={draft} parts={parts} marked={marked} kind={kind} place={place} />
        </Section>
      </div>
    </div>
  );
}

/** What the program says of a part: its least confidence, a guess, and what stands on the paper where that differs. */
function about(fields: readonly FoundField[], { pointer }: Part): string {
  const of = fields.filter(({ field }) => field === pointer || field.startsWith(`${pointer}/`));
  const known = of.flatMap(({ confidence }) => confidence ?? []);
  const guesses = of.filter(({ guessed }) => guessed);
  const said = guesses.map(({ text }) => `${t("guessed")}, ${t("stands", { text })}`);
  return [known.length ? t("sure", { n: Math.min(...known) }) : "", ...said].filter(Boolean).join(" · ");
}

type EnteringProps = { draft: Found; parts: readonly Part[]; marked: ReadonlySet<string>; kind: Kind; place: Place };

function Entering({ draft, parts, marked, kind, place }: EnteringProps) {
  const [, go] = useLocation();
  const send = async (body: Values, key: Record<string, string>): Promise<CardRecord> => {
    const confirmed = compared(parts, partsOf(body, kind), marked);
    try {
      return (await ask<CardRecord>(`${address(place)}/confirmation`, { method: "POST", body: { body, confirmed }, headers: key })).data;
    } catch (thrown) {
      throw atFields(thrown);
    }
  };
  const done = (record: CardRecord) => {
    say(t("confirmed"));
    go(`/patients/${place.patientId}/${kind.collection}/${record.id}`);
  };
  return (
    <Card label={labelOf(kind)}>
      <RecordForm kind={kind} patientId={place.patientId} given={draft.body} without={["related", "status", "sections"]} send={send} done={done} submit={t("confirm")} actions={<Refusing place={place} />} />
    </Card>
  );
}

/** Refusals name places in the request; the form knows those of the record. */
function atFields(thrown: unknown): unknown {
  if (!(thrown instanceof Problem)) return thrown;
  const fields = thrown.fields.map((one) => ({ ...one, field: one.field.replace(/^\/body(?=\/)/, "") }));
  return new Problem(thrown.status, { ...thrown.extra, code: thrown.code, fields }, thrown.retryAfter);
}

const REASONS = ["unreadable", "other-patient", "other-kind", "not-needed"] as const;
type Reason = (typeof REASONS)[number];

function Refusing({ place }: { place: Place }) {
  const [asked, setAsked] = useState(false);
  const [reason, setReason] = useState<Reason>("unreadable");
  const { patientId, name, recognitionId } = place;
  const refused = useChange(() => api.POST("/api/v1/recognitions/{patient_id}/{kind}/{recognition_id}/refusal", { params: { path: path(place) }, body: { reason } }), [
    ["recognition-read", patientId, name, recognitionId],
    ["recognition-list", patientId, name],
  ]);
  return (
    <>
      <Button kind="plain" onPress={() => setAsked(true)}>
        {t("refuse")}
      </Button>
      <Confirm title={t("refuseTitle")} open={asked} onClose={() => setAsked(false)} yes={t("refuse")} busy={refused.isPending} onYes={() => refused.mutate(undefined, { onSuccess: () => setAsked(false) })}>
        {refused.error && <ProblemBox problem={refused.error} />}
        <Radios name="reason" label={t("reason")} value={reason} onChange={(value) => setReason(value as Reason)} choices={REASONS.map((value) => ({ value, label: t(`reason-${value}`) }))} />
      </Confirm>
    </>
  );
}
