import { useState } from "react";
import { useLocation, useParams } from "wouter";
import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { ifMatch, typed } from "../../../api/typed";
import { inLanguage } from "../../../i18n";
import { ask, kindOf, RecordForm, recordPath, useKinds, type CardRecord, type Kind } from "../../../records";
import { Button, Card, Checkboxes, Empty, Form, Page, ProblemBox, say, Section, Shown, useForm } from "../../../ui";
import { PatientName } from "./PatientName";
import type { ResultDraft } from "./shapes";
import { t } from "./words";

const DRAFTED = ["laboratory-order", "planned-study", "referral", "prescription"] as const;
type Drafted = (typeof DRAFTED)[number];

/** From one laboratory result to orders: filled in with what follows from it, stored only when accepted. */
export default function ResultDrafts() {
  const { patientId = "", recordId = "" } = useParams();
  const kinds = useKinds();
  const found = useRead(["result-draft-list", patientId], () => typed<{ items: ResultDraft[] }>(api.GET("/api/v1/patients/{patient_id}/result-drafts", { params: { path: { patient_id: patientId } } })));
  return (
    <Page title={t("draftsTitle")} lead={<PatientName patientId={patientId} />} up={{ to: `/patients/${patientId}/laboratory-results/${recordId}`, label: t("seeRecord") }} width="text">
      <p>{t("draftsLead")}</p>
      <Shown of={kinds}>
        {(known) => (
          <Shown of={found}>
            {({ items }) => {
              const ofResult = items.filter(({ result }) => result === recordId);
              if (!ofResult.length) return <Empty title={t("noDrafts")}>{t("noDraftsWhy")}</Empty>;
              return ofResult.map((draft) => {
                const kind = kindOf(known, draft.kind);
                return kind && <OneDraft key={`${draft.id}-${draft.version}`} draft={draft} kind={kind} patientId={patientId} />;
              });
            }}
          </Shown>
        )}
      </Shown>
      <Section title={t("makeDrafts")}>
        <Make patientId={patientId} recordId={recordId} />
      </Section>
    </Page>
  );
}

function Make({ patientId, recordId }: { patientId: string; recordId: string }) {
  const params = { path: { patient_id: patientId } };
  const made = useChange((kinds: Drafted[]) => api.POST("/api/v1/patients/{patient_id}/result-drafts", { params, body: { record_id: recordId, kinds } }), [["result-draft-list", patientId]]);
  const form = useForm({ kinds: [] as readonly Drafted[] }, ({ kinds }) => made.mutateAsync([...kinds]), {
    check: ({ kinds }) => ({ kinds: kinds.length ? "" : t("draftsNeeded") }),
    done: () => form.set({ kinds: [] }),
  });
  return (
    <Card>
      <Form form={form} submit={t("makeDrafts")} kind="secondary">
        <Checkboxes {...form.field("kinds")} onChange={(kinds) => form.set({ kinds: kinds as readonly Drafted[] })} label={t("whichDrafts")} choices={DRAFTED.map((value) => ({ value, label: t(`draft-${value}`) }))} />
      </Form>
    </Card>
  );
}

function OneDraft({ draft, kind, patientId }: { draft: ResultDraft; kind: Kind; patientId: string }) {
  const [, go] = useLocation();
  const [busy, setBusy] = useState(false);
  const params = { path: { patient_id: patientId, draft_id: draft.id } };
  const after = [["result-draft-list", patientId]];
  const dropped = useChange(() => api.DELETE("/api/v1/patients/{patient_id}/result-drafts/{draft_id}", { params, headers: ifMatch(draft.version) }), after);
  /** What was filled in is kept with the draft first; then the draft becomes the record. */
  const accept = async (body: Readonly<Record<string, unknown>>): Promise<CardRecord> => {
    setBusy(true);
    try {
      const path = recordPath(patientId, "result-drafts", draft.id);
      const kept = await ask<ResultDraft>(path, { method: "PUT", body: { body }, headers: ifMatch(draft.version) });
      return (await ask<CardRecord>(`${path}/acceptance`, { method: "POST", headers: ifMatch(kept.data.version) })).data;
    } finally {
      setBusy(false);
    }
  };
  const done = (record: CardRecord) => {
    say(t("accepted"));
    go(`/patients/${patientId}/${kind.collection}/${record.id}`);
  };
  return (
    <Card label={inLanguage(kind.labels)}>
      <h2>{inLanguage(kind.labels)}</h2>
      {dropped.error && <ProblemBox problem={dropped.error} />}
      <RecordForm
        kind={kind}
        patientId={patientId}
        given={draft.body}
        without={["related", "override"]}
        send={accept}
        done={done}
        submit={t("accept")}
        actions={
          <Button kind="plain" busy={dropped.isPending} disabled={busy} onPress={() => dropped.mutate()}>
            {t("throwAway")}
          </Button>
        }
      />
    </Card>
  );
}
